"""Actions for receipts, for opening letters and for a unit's own letter templates."""

import hashlib
from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.docx_templates import InvalidTemplate, list_placeholders
from gongkai.work.requests.actions.base import entry_act
from gongkai.work.requests.actions.corrections import record_opened_notice
from gongkai.work.requests.actions.decisions import record_delivery
from gongkai.work.requests.letters import (
    LETTER_FIELDS,
    LETTER_KINDS,
    decrypt_letter,
    is_readable_by_applicant,
    make_letter,
)
from gongkai.work.requests.models import DeliveryRoute, Letter, LetterTemplate, Material, Request
from gongkai.work.requests.rules import list_reasons_unless_template_keeper
from gongkai.work.requests.states import RequestState


def _list_reasons_unless_code_holder(by: Actor, target: object) -> list[str]:
    return [] if by == ANONYMOUS else ["只有收件人可以凭查询码领取。"]


def _find_letter_errors(letter: Letter) -> list[str]:
    if letter.withheld:
        return ["这份文书已经撤销，不再提供；理由见撤销告知书。"]
    theirs = is_readable_by_applicant(letter) or (letter.consultation_id and letter.key)
    return [] if theirs else ["没有这份文书。"]


@action(
    "requests.collect_letter",
    label="收件人领取文书",
    rule=_list_reasons_unless_code_holder,
    ready=_find_letter_errors,
    quiet=True,
)
def hand_out_letter(letter: Letter, *, by: Actor, counts: bool = True) -> ActionResult:
    """Hand out a letter to its recipient and log it; the action's result is the `Letter`.

    The first opening is recorded; it counts as delivery of an answer that was wanted online. `counts` is false with
    a code that staff renewed: such an opening is only logged.
    """
    is_first_opening = letter.opened_at is None and counts
    if is_first_opening:
        letter.opened_at = timezone.now()
        letter.save(update_fields=["opened_at"])
    if letter.kind == "reply" and not letter.revoked_on and counts:
        _record_online_delivery(letter)
    if letter.kind in {"correction", "fee"} and is_first_opening:
        record_opened_notice(letter)
    reader = "被征求意见的一方" if letter.consultation_id else "申请人"
    with_code = "" if counts else "凭补发的查询码"
    text = f"{reader}{with_code}{'首次' if is_first_opening else ''}打开{letter.number}"
    return ActionResult(words=text, facts={"letter": letter.digest}, result=letter)


def _record_online_delivery(letter: Letter) -> None:
    """Record the opening of the answer in force as its delivery, if it was wanted online."""
    request = Request.objects.select_related("entry__body").get(pk=letter.request_id)
    if request.route_wanted != DeliveryRoute.PAGE or request.entry.state != RequestState.ANSWERED:
        return
    last_decision = request.decisions.last()
    if last_decision and letter.decision_id not in {None, last_decision.pk}:
        return
    moment = timezone.localtime(letter.opened_at)
    proof = f"申请人于{moment:%Y-%m-%d %H:%M}凭查询码首次打开{letter.number}"
    record_delivery(Entry.objects.get(pk=request.pk), by=SYSTEM, route=DeliveryRoute.PAGE, proof=proof)


def _find_release_errors(material: Material) -> list[str]:
    if material.recalled_on:
        return [f"这份材料已于{day_in_words(material.recalled_on)}收回，不再提供；撤销答复的理由见告知书。"]
    return [] if material.released_id else ["没有这份材料。"]


@action(
    "requests.collect_material",
    label="申请人领取材料",
    rule=_list_reasons_unless_code_holder,
    ready=_find_release_errors,
    quiet=True,
)
def hand_out_material(material: Material, *, by: Actor, counts: bool = True) -> ActionResult:
    """Return a released file to its applicant, and record the first time; `counts` as in `hand_out_letter`."""
    first = material.opened_at is None and counts
    if first:
        material.opened_at = timezone.now()
        material.save(update_fields=["opened_at"])
    facts = {"material": material.pk, "digest": material.released_id}
    return ActionResult(
        words=f"申请人{'' if counts else '凭补发的查询码'}{'首次' if first else ''}打开材料",
        facts=facts,
        result=material.released,
    )


# Maximum size of a template, in bytes.
MAX_TEMPLATE_BYTES = 2 * 1024 * 1024


@entry_act("give_receipt")
def issue_receipt(entry: Entry, *, by: Actor, on: date | None = None) -> ActionResult:
    """Issue the receipt of a request (登记回执); the action's result is the `Letter`."""
    letter = make_letter(entry, "receipt", on=on)
    return ActionResult(words=f"登记回执{letter.number}", facts={"letter": letter.digest}, result=letter)


def _list_reasons_unless_letter_handler(by: Actor, letter: Letter) -> list[str]:
    return check_may_work(by, Entry.objects.select_related("body").get(pk=letter.request_id))


@action("requests.open_letter", label="打开文书", rule=_list_reasons_unless_letter_handler)
def open_letter(letter: Letter, *, by: Actor) -> ActionResult:
    """Decrypt a letter for a clerk, check its digest and log the access; return its bytes."""
    content = decrypt_letter(letter)
    if hashlib.sha256(content).hexdigest() != letter.digest:
        raise Refused("文书与生成时的摘要值不一致，请联系系统管理员。")
    return ActionResult(words=f"打开文书{letter.number}", facts={"letter": letter.digest}, result=content)


def _read_template_ahead(body: Body, /, *, by: Actor, content: bytes, **_facts: object) -> Mapping[str, object]:
    """Return the fields that a template uses (Refused: it is too large or no .docx)."""
    if len(content) > MAX_TEMPLATE_BYTES:
        raise Refused("模板不能超过2 MB。")
    try:
        return {"used": list_placeholders(content)}
    except InvalidTemplate as fault:
        raise Refused(str(fault)) from fault


@action(
    "requests.set_template",
    label="更换文书模板",
    rule=list_reasons_unless_template_keeper,
    quiet=True,
    ahead=_read_template_ahead,
)
def set_letter_template(
    body: Body, *, by: Actor, kind: str, name: str, content: bytes, used: list[str]
) -> ActionResult:
    """Replace the unit's template of a kind of letter by a .docx with known fields.

    `used` are the fields in `content`; `_read_template_ahead` adds them.
    """
    if kind not in LETTER_KINDS:
        raise Refused("没有这种文书。")
    unknown = [value for value in used if value not in LETTER_FIELDS]
    if unknown:
        raise Refused(f"模板中有不认识的字段：{'、'.join(unknown[:10])}。可用的字段：{'、'.join(LETTER_FIELDS)}。")
    if not used:
        raise Refused("模板中没有字段，请保留需要填写的字段，如 {{编号}}。")
    digest = hashlib.sha256(content).hexdigest()
    facts = {"name": name[-200:], "content": content, "digest": digest, "by": by.name}
    LetterTemplate.objects.update_or_create(body=body, kind=kind, defaults=facts)
    return ActionResult(words=f"更换模板：{LETTER_KINDS[kind].title}", facts={"kind": kind, "digest": digest})


@action("requests.drop_template", label="恢复原有模板", rule=list_reasons_unless_template_keeper, quiet=True)
def drop_letter_template(body: Body, *, by: Actor, kind: str) -> ActionResult:
    """Delete the unit's own template, so that the built-in one is used."""
    if not LetterTemplate.objects.filter(body=body, kind=kind).delete()[0]:
        raise Refused("没有更换过这种文书的模板。")
    return ActionResult(words=f"恢复原有模板：{LETTER_KINDS[kind].title}", facts={"kind": kind})
