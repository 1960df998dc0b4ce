"""Actions that register, correct and reveal parties."""

from collections.abc import Collection

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import insert_row
from gongkai.core.intake.held_forms import CONTACT_LABELS, IDENTITY_LABELS, SenderParticulars, set_party_columns
from gongkai.core.intake.matters import describe_matter, find_reading_errors
from gongkai.core.intake.models import Party
from gongkai.core.ledger.rules import check_system

#: Part of a party's data → action label and column labels.
PARTY_DATA_PARTS = {"contact": ("查看联系方式", CONTACT_LABELS), "identity": ("查看证件信息", IDENTITY_LABELS)}


def _check_nothing(_by: Actor, _target: object) -> list[str]:
    return []


def _check_party_handler(by: Actor, party: Party) -> list[str]:
    return find_reading_errors(by, party.matter)


def _check_not_erased(party: Party) -> list[str]:
    return ["这位申请人的个人信息已按规定清除。"] if party.erased_at else []


@action("intake.register_party", label="登记申请人", rule=_check_nothing)
def register_party(
    _: None, *, by: Actor, matter: str, particulars: SenderParticulars, phone_verified: bool = False
) -> ActionResult:
    """Register the person or organisation that submitted a matter; the log contains none of the personal data."""
    party = Party(matter=matter)
    set_party_columns(party, particulars)
    if phone_verified:
        party.phone_verified_at = timezone.now()
    insert_row(party)
    facts = {"matter": matter, "kind": party.kind, "phone_verified": phone_verified}
    return ActionResult(words="登记申请人", facts=facts, result=party, stream=party.stream)


@action("intake.carry_party_over", label="沿用申请人信息", rule=check_system, ready=_check_not_erased)
def copy_party(party: Party, *, by: Actor, matter: str) -> ActionResult:
    """Register the party of one matter for another (`matter`), into which it was transferred or split.

    The query code stays with the first matter, whose page names the others; the new unit may issue
    its own.
    """
    particulars = SenderParticulars(
        kind=party.kind,
        id_kind=party.id_kind,
        **{name: getattr(party, name).reveal() for name in (*CONTACT_LABELS, *IDENTITY_LABELS)},
    )
    verified = party.phone_verified_at is not None
    new_party: Party = register_party(None, by=by, matter=matter, particulars=particulars, phone_verified=verified)
    return ActionResult(words="沿用申请人信息", facts={"to": matter, "party": new_party.pk}, result=new_party)


def has_self_given_name(party: Party) -> bool:
    """Return true if a person registered the party online, so that the name is as they typed it; false if staff did."""
    registration = Movement.objects.filter(stream=party.stream, action="intake.register_party").order_by("seq").first()
    return registration is not None and registration.person_id is None


def list_amended(parties: Collection[Party]) -> set[int]:
    """Return the primary keys of the parties whose name or contact data staff changed."""
    streams = {party.stream: party.pk for party in parties}
    amendments = Movement.objects.filter(stream__in=streams, action="intake.amend_party")
    return {streams[stream] for stream in amendments.values_list("stream", flat=True)}


@action("intake.amend_party", label="更正申请人信息", rule=_check_party_handler, ready=_check_not_erased)
def amend_party(party: Party, *, by: Actor, particulars: SenderParticulars) -> ActionResult:
    """Correct a party's data; the log names the fields without values.

    The party is notified at its former addresses if its phone or e-mail changed.

    Raises:
        Refused: nothing changed, or the party gave its name itself.
    """
    old_contact = (party.email.reveal(), party.phone.reveal())
    old_values = {name: getattr(party, name).reveal() for name in (*CONTACT_LABELS, *IDENTITY_LABELS)}
    set_party_columns(party, particulars)
    changed_names = [name for name, value in old_values.items() if value != getattr(party, name).reveal()]
    if not changed_names:
        raise Refused("没有改动。")
    if "name" in changed_names and has_self_given_name(party):
        raise Refused("姓名或者名称由本人在网上填写，不能改写：写错的，请本人撤回后用正确的姓名重新提出。")
    if "phone" in changed_names:
        party.phone_verified_at = None
    if "email" in changed_names:
        party.mail_refused_at = None
    party.save()
    labels = {**CONTACT_LABELS, **IDENTITY_LABELS}
    text = f"更正{'、'.join(labels[name] for name in changed_names)}"
    said_before = Notification(
        "您的联系方式已更正",
        f"{describe_matter(party.matter)}工作人员{text}。不是您本人要求的，请与承办单位联系。",
        "",
        f"{party.stream}/amended/{party.version}",
        outside=(party.recipient,),
        reached=old_contact,
    )
    tell = (said_before,) if any(old_contact) and {"phone", "email"} & set(changed_names) else ()
    return ActionResult(words=text, facts={"fields": changed_names}, tell=tell)


@action(
    "intake.reveal_party",
    label="查看个人信息",
    rule=_check_party_handler,
    ready=_check_not_erased,
    quiet=True,
)
def reveal_party(party: Party, *, by: Actor, part: str = "contact") -> ActionResult:
    """Decrypt the part `contact` or `identity` and log the access; the action's result is label → text of the filled
    columns, {"": 未填写} without any."""
    if part not in PARTY_DATA_PARTS:
        raise Refused("请选择查看联系方式还是证件信息。")
    words, names = PARTY_DATA_PARTS[part]
    clear_texts = {label: text for name, label in names.items() if (text := getattr(party, name).reveal())}
    return ActionResult(words=words, facts={"part": part, "matter": party.matter}, result=clear_texts or {"": "未填写"})


@action("intake.note_refused_mail", label="记录退信", rule=check_system)
def note_refused_mail(party: Party, *, by: Actor) -> ActionResult:
    """Record that mail to a party bounced."""
    party.mail_refused_at = timezone.now()
    party.save(update_fields=["mail_refused_at"])
    return ActionResult(words="发往申请人邮箱的邮件被退回", facts={"matter": party.matter})
