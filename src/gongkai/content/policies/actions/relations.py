"""Actions on relations between documents and on bases that have ended; update of a record from its public edition."""

from datetime import timedelta
from typing import TypedDict

from django.db.models import F, Q
from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Edition, EditionContent, EditionEffect, Shelf
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.queries.lists import find_nearest_site
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import signed_records
from gongkai.content.policies.ended_bases import find_dependent_title, list_ended_bases
from gongkai.content.policies.library_proposals import find_pending_entry_errors
from gongkai.content.policies.models import Decision, PolicyRecord, Relation, RelationKind, Span
from gongkai.content.policies.rules import check_may_maintain, check_signed_fields_editor, find_responsible_body
from gongkai.content.policies.signed_records import (
    check_relation_editor,
    find_binding_content,
    find_binding_edition,
    find_link_signature_errors,
    find_personal_data_errors,
)
from gongkai.content.policies.text_facts import find_ending_sentence
from gongkai.content.policies.validity import ENDED_STANDINGS
from gongkai.content.policies.validity_periods import BATCH_SIZE, sync_standing
from gongkai.content.policies.validity_updates import map_edition_dates
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.proposed_words import make_proposal_message
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib.chinese.document_numbers import canonical_number, find_numbers
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

#: Age up to which the job reads editions that became public.
RECENT_EDITION_PERIOD = timedelta(days=30)


def find_changed_facts(record: PolicyRecord) -> dict[str, object]:
    """Return {record field: value of the current edition} of title, number, dates and end words that differ.

    Fields that the edition leaves open stay; for dates see `validity_updates.map_edition_dates`.
    """
    content = find_binding_content(record.document_id)
    if content is None:
        return {}
    number = str(content.facts.get("document_number", ""))
    found: dict[str, object] = {"title": content.title.strip()} if content.title.strip() != record.title.strip() else {}
    if number and canonical_number(number) != record.number_key:
        found["number"] = number
    days = map_edition_dates(record, content.facts, content.html, content.title)
    found.update({name: day for name, day in days.items() if day != getattr(record, name)})
    return {**found, **_find_changed_end(record, content)}


def _find_changed_end(record: PolicyRecord, content: EditionContent) -> dict[str, str]:
    """Return {"ends_when": sentence} if a text states another end than the record, else {}."""
    text = find_ending_sentence(to_plain_text(content.html), content.title)
    return {"ends_when": text} if text != record.ends_when else {}


def update_end_words(record: PolicyRecord, content: EditionContent | None) -> None:
    """Update the words with which a record's public text (`content`) ends itself, without a log event."""
    if content is not None and (found := _find_changed_end(record, content)):
        record.ends_when = found["ends_when"]
        record.save()


@action("policies.follow", label="随公开版本更新标题文号和日期", rule=check_system)
def follow_edition(record: PolicyRecord, *, by: Actor) -> ActionResult:
    """Copy title, number and dates of the current edition into the record."""
    changed_facts = find_changed_facts(record)
    if not changed_facts:
        raise Refused("标题、文号和日期与公开版本一致，不用更正。")
    facts = {name: [str(getattr(record, name) or ""), str(value or "")] for name, value in changed_facts.items()}
    for name, value in changed_facts.items():
        setattr(record, name, value)
    record.save()
    return ActionResult(words="随公开版本更新标题、发文字号和日期", facts=facts)


def update_record(record: PolicyRecord) -> bool:
    """Update a record from its document; return true if anything changed."""
    if not find_changed_facts(record):
        return False
    follow_edition(record, by=SYSTEM)
    return True


def update_all_records() -> dict[str, int]:
    """Job: update the records whose edition in force is new or differs, and fill in missing end words.

    Returns counts; it may be repeated safely.
    """
    now = timezone.now()
    live = Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=now), column=None, from_at__lte=now)
    other = live.filter(document__policy__isnull=False).exclude(
        Q(number="") | Q(number=F("document__policy__number")), title=F("document__policy__title")
    )
    editions = Edition.objects.filter(
        act=EditionEffect.PUBLISH, number__gt=1, visible_from__range=(now - RECENT_EDITION_PERIOD, now)
    )
    records = PolicyRecord.objects.filter(
        Q(document__in=other.values("document")) | Q(document__in=editions.values("document"))
    )
    for record in PolicyRecord.objects.filter(document__in=live.values("document"), ends_when=None)[:BATCH_SIZE]:
        update_end_words(record, find_binding_content(record.document_id))
        sync_standing(record)
    return {"titles": sum(update_record(record) for record in records)}


#: Kinds of relations that a person adds; between library documents a decision (`decide`) adds all but the basis.
MANUAL_RELATION_KINDS = (RelationKind.BASIS, RelationKind.REPLACES, RelationKind.AMENDS, RelationKind.REPEALS)
#: Kinds of relations that decisions on validity create.
DECISION_RELATION_KINDS = (RelationKind.REPLACES, RelationKind.AMENDS, RelationKind.REPEALS)


class RelationTarget(TypedDict):
    """The target of a relation: a library record, or else the name of another document (`cited`)."""

    target: PolicyRecord | None
    cited: str


def _make_target(target: PolicyRecord | None, cited: str) -> RelationTarget:
    """Return the fields of a relation's target: a record, or the name of a document outside the library (`cited`).

    Raises:
        Refused: both or none are given, or it is not usable.
    """
    text = cited.strip()[:300]
    if (target is None) == (not text):
        raise Refused("请从政策库选择一份文件，或者填写库外文件的名称，二者填一项。")
    if reasons := find_pending_entry_errors(target) if target else find_personal_data_errors("库外文件名称", text):
        raise Refused(reasons)
    return {"target": target, "cited": text}


def _refuse_ended_basis(target: PolicyRecord | None) -> None:
    """Refuse a basis that is no longer in force today."""
    if target is None:
        return
    today = timezone.localdate()
    now = Span.objects.filter(record=target, since__lte=today, until__gte=today).first()
    if now and now.state in ENDED_STANDINGS:
        raise Refused(f"{target}{now.get_state_display()}，不能作为依据。")


def _check_relation_editor(by: Actor, target: Relation | PolicyRecord | Document | None) -> list[str]:
    """Return reasons against changing a relation: only the unit may; of a signed document, only its signers."""
    source = (target.record or target.user) if isinstance(target, Relation) else target
    if isinstance(source, Document):
        return check_linker(by, source)
    return check_may_maintain(by, source) or (check_relation_editor(by, source) if source else [])


def check_linker(by: Actor, document: Document) -> list[str]:
    """Return reasons against linking an item that is no policy document (guide, list, response).

    The reasons are: the actor is not of its unit, it is under signature, or it is signed and the actor is no signer.
    """
    return (
        check_may_maintain(by, document)
        or find_link_signature_errors(document)
        or (check_signed_fields_editor(by, document) if find_binding_edition(document) else [])
    )


@action("policies.relate", label="记入文件关系", rule=_check_relation_editor)
def add_relation(
    record: PolicyRecord, *, by: Actor, kind: str, other: PolicyRecord | None = None, cited: str = ""
) -> ActionResult:
    """Add a relation to another document; between documents of the library only a basis.

    For a signed document, naming one outside the library needs a second person.
    """
    if kind not in MANUAL_RELATION_KINDS:
        raise Refused("没有这种关系。")
    facts = _make_target(other, cited)
    if other and other.pk == record.pk:
        raise Refused("文件不能与自己有关系。")
    if kind == RelationKind.BASIS:
        _refuse_ended_basis(other)
    elif known := other or _find_by_number(facts["cited"]):
        raise Refused(
            f"{known}在政策库中：请在它的“效力决定”中记入修改或者废止（替代的，勾选“该文件替代本文件”），签发公开后两边自动显示。"
        )
    if Relation.objects.filter(kind=kind, record=record, **facts).exists():
        raise Refused("这项关系已经记入。")
    if proposal := signed_records.propose_citation(record, kind, facts["cited"], by):
        text = f"提出{RelationKind(kind).label}：{facts['cited']}，待另一人确认"
        return ActionResult(
            words=text[:500], facts={"proposal": proposal.pk}, tell=make_proposal_message(proposal), result=None
        )
    relation = Relation.objects.create(kind=kind, record=record, made_by=by.name, made_at=timezone.now(), **facts)
    return ActionResult(words=str(relation), facts={"relation": relation.pk}, result=relation)


def _find_by_number(cited: str) -> PolicyRecord | None:
    """Return the library's record whose number the words contain, or None."""
    return PolicyRecord.objects.filter(number_key__in=map(canonical_number, find_numbers(cited))).first()


@action("policies.use", label="记入政策依据", rule=check_linker)
def add_basis(document: Document, *, by: Actor, other: PolicyRecord | None = None, cited: str = "") -> ActionResult:
    """Record the document on which a service guide or a list of the unit is based (L-09); `cited` names one outside the library."""
    facts = _make_target(other, cited)
    _refuse_ended_basis(other)
    if Relation.objects.filter(kind=RelationKind.USES, user=document, **facts).exists():
        raise Refused("这项依据已经记入。")
    relation = Relation.objects.create(
        kind=RelationKind.USES, user=document, made_by=by.name, made_at=timezone.now(), **facts
    )
    return ActionResult(words=str(relation), facts={"relation": relation.pk}, result=relation)


def _check_not_decided(relation: Relation) -> list[str]:
    """Return the Chinese reason why a relation that follows a decision is not changed by itself."""
    decided = Decision.objects.counting().filter(actor=relation.record_id, record=relation.target_id)
    if relation.kind in DECISION_RELATION_KINDS and relation.record_id and relation.target_id and decided.exists():
        return ["这项关系随效力决定记入，请在被修改、废止的文件的“效力决定”中更正。"]
    return []


@action("policies.unrelate", label="删除文件关系", rule=_check_relation_editor, ready=_check_not_decided)
def remove_relation(relation: Relation, *, by: Actor) -> ActionResult:
    """Delete a relation between documents that is wrong or has ended."""
    stream = relation.record.stream if relation.record else f"document/{relation.user_id}"
    text, body = f"删除{relation}", find_responsible_body(relation)
    relation.delete()
    return ActionResult(words=text[:500], stream=stream, result=body)


@action("policies.settle_basis", label="核对失效依据", rule=check_may_maintain)
def settle_basis(relation: Relation, *, by: Actor, words: str) -> ActionResult:
    """Record the result (`words`) of reviewing an ended basis; a later ending lists it anew."""
    words = require_text(words, "请写明核对的结果。")
    row = list_ended_bases().filter(pk=relation.pk).first()
    if row is None:
        raise Refused("这项依据没有失效，无须核对。")
    relation.settled_for, relation.settled_words = row.state_key, words[:300]
    relation.save(update_fields=["settled_for", "settled_words"])
    stream = relation.record.stream if relation.record else f"document/{relation.user_id}"
    return ActionResult(words=f"{find_dependent_title(relation)}的依据{relation.target}：{words}"[:500], stream=stream)


#: Kinds of items that may respond to the public's questions; interpretations have links of their own.
RESPONSE_ITEM_KINDS = frozenset(
    {ItemKind.OTHER, ItemKind.NOTICE, ItemKind.NEWS, ItemKind.LIVELIHOOD, ItemKind.EMERGENCY}
)
#: Usual names of a site's column for responses, the most frequent first.
RESPONSE_COLUMN_NAMES = ("回应关切", "关切回应", "互动回应")


def find_response_column(body: Body) -> Column | None:
    """Return the site's column for responses, or None."""
    rows = Column.objects.filter(
        website=find_nearest_site(body), archived_at=None, name__in=RESPONSE_COLUMN_NAMES
    ).order_by("path")
    return min(rows, key=lambda column: RESPONSE_COLUMN_NAMES.index(column.name), default=None)


def _check_may_respond(document: Document) -> list[str]:
    return [] if document.kind in RESPONSE_ITEM_KINDS else ["这类信息不能作为关切回应；政策解读请在解读稿中关联文件。"]


@action("policies.respond", label="关联所回应的文件", rule=check_linker, ready=_check_may_respond)
def link_response(document: Document, *, by: Actor, other: PolicyRecord, concern: str = "") -> ActionResult:
    """Link an item as the response (关切回应) to the public's questions on a policy document.

    Both public pages show the link. `concern` is the question in the office's words.
    """
    concern = concern.strip()[:200]
    if reasons := [*find_pending_entry_errors(other), *find_personal_data_errors("关切的问题", concern)]:
        raise Refused(reasons)
    if Relation.objects.filter(kind=RelationKind.RESPONDS, user=document, target=other).exists():
        raise Refused("这条信息已经关联这份文件。")
    relation = Relation.objects.create(
        kind=RelationKind.RESPONDS,
        user=document,
        target=other,
        concern=concern,
        made_by=by.name,
        made_at=timezone.now(),
    )
    text = f"回应对{other}的关切{f'：{concern}' if concern else ''}"
    return ActionResult(words=text[:500], facts={"relation": relation.pk}, result=relation)


@action("policies.draft_response", label="起草回应", rule=check_may_maintain)
def draft_response(record: PolicyRecord, *, by: Actor, concern: str) -> ActionResult:
    """Draft a response in the column for responses, linked to the policy document.

    It belongs to the unit that drafted the document.
    """
    concern = concern.strip()[:200]
    if not concern:
        raise Refused("请写明公众关切的问题。")
    column = find_response_column(record.body)
    item: ItemPage = publishing.create_draft(
        record.body,
        by=by,
        columns=[column] if column else [],
        title=f"关于{cite_title(record.title)}有关问题的回应"[:255],
        kind=ItemKind.OTHER,
        formed_on=timezone.localdate(),
        issuer=record.body.name[:120],
        source=record.body.label[:120],
        subject=record.subject,
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A19,
    )
    link_response(ensure_document(item), by=by, other=record, concern=concern)
    return ActionResult(words=f"起草关切回应：{concern}", facts={"item": item.pk}, result=item)
