"""Actions on the library's records: enter, change, link to an item, remove."""

from django.utils import timezone
from django.utils.dateparse import parse_date

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import library_proposals, signed_records
from gongkai.content.policies.formats import join_names
from gongkai.content.policies.models import Decision, PolicyLevel, PolicyRecord
from gongkai.content.policies.rules import check_may_maintain, find_responsible_body
from gongkai.content.policies.signed_records import (
    TEXT_FIELDS,
    KeepingGround,
    find_binding_content,
    find_change_errors,
    find_signature_errors,
    find_wording_errors,
    is_signed,
)
from gongkai.content.policies.text_facts import (
    find_ending_sentence,
    find_only_last_day,
    get_draft_text,
    read_stated_facts,
)
from gongkai.content.policies.validity import DatedDecision, DecisionKind, ValidityFacts, describe_validity, get_period
from gongkai.content.policies.validity_periods import find_first_day, insert_record, sync_standing
from gongkai.content.policies.validity_updates import is_expired_by_date
from gongkai.content.publishing.models import ItemPage, ProposedWords, find_document_item
from gongkai.content.publishing.proposed_words import make_proposal_message
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import is_new_value, write_inserts
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.richtext import to_plain_text

#: Fields that a person or an import sets.
RECORD_FIELDS = (
    "title",
    "level",
    "issuers",
    "number",
    "unified_number",
    "subject",
    "headnote",
    "applies_to",
    "made_on",
    "passed_on",
    "published_on",
    "effective_on",
    "ends_on",
    "filed_number",
    "filed_on",
    "consulted_from",
    "consulted_to",
    "consultation",
    "exemption",
    "for_business",
)


def make_record_facts(item: ItemPage) -> dict[str, object]:
    """Return the values of an item's record fields: from its last draft, and from the signed edition if it was published."""
    page: ItemPage = item.get_latest_revision_as_object() if item.latest_revision_id else item
    text, made = get_draft_text(item), page.written_on or page.formed_on
    begins = page.effective_on or read_stated_facts(text).begins
    drafted = {
        "title": page.title.strip(),
        "level": PolicyLevel.NORMATIVE if page.kind == ItemKind.NORMATIVE else PolicyLevel.OTHER,
        "issuers": join_names([page.issuer]) or item.unit.name,
        "number": page.document_number.strip(),
        "subject": page.subject,
        "made_on": made,
        "effective_on": begins,
        "ends_on": page.ends_on or find_only_last_day(text, begins or made, page.title),
        "ends_when": find_ending_sentence(text, page.title),
    }
    return {**drafted, **_get_signed_facts(item)}


def _get_signed_facts(item: ItemPage) -> dict[str, object]:
    """Return the facts of a record as the item's published content states them; {} without content."""
    content = find_binding_content(ensure_document(item))
    if content is None:
        return {}
    facts, text = {name: str(value) for name, value in content.facts.items()}, to_plain_text(content.html)
    date = parse_date(facts.get("written_on") or facts.get("formed_on", ""))
    begins = parse_date(facts.get("effective_on", "")) or read_stated_facts(text).begins
    return {
        "title": content.title.strip(),
        "level": PolicyLevel.NORMATIVE if facts.get("kind") == ItemKind.NORMATIVE else PolicyLevel.OTHER,
        "issuers": join_names([facts.get("issuer", "")]) or item.unit.name,
        "number": facts.get("document_number", ""),
        "subject": facts.get("subject", ""),
        "made_on": date,
        "effective_on": begins,
        "ends_on": parse_date(facts.get("ends_on", "")) or find_only_last_day(text, begins or date, content.title),
        "ends_when": find_ending_sentence(text, content.title),
    }


def make_item_fields_of_record(record: PolicyRecord) -> dict[str, object]:
    """Return the item fields of a record; a signed document's title and number are left to the item."""
    names = {} if is_signed(record) else {"title": record.title, "document_number": record.number}
    return {
        **names,
        "kind": ItemKind.NORMATIVE if record.level == PolicyLevel.NORMATIVE else ItemKind.POLICY,
        "issuer": record.issuers[:120],
        "written_on": record.made_on,
        "effective_on": record.effective_on,
        "ends_on": record.ends_on,
        "subject": record.subject,
    }


def get_field_label(name: str) -> str:
    """Return the label of a record field."""
    return str(getattr(PolicyRecord._meta.get_field(name), "verbose_name", name))


def find_duplicate_errors(record: PolicyRecord) -> list[str]:
    """Return errors for a unified number, or a number and title, that another record already has."""
    other_records = PolicyRecord.objects.exclude(pk=record.pk) if record.pk else PolicyRecord.objects.all()
    duplicate_errors = []
    if record.unified_number and other_records.filter(unified_number=record.unified_number).exists():
        duplicate_errors.append(f"统一登记编号“{record.unified_number}”已用于另一份文件。")
    key = canonical_number(record.number)
    is_new = not key or is_new_value(PolicyRecord, "number_key", key)
    if not is_new and other_records.filter(number_key=key, title=record.title).exists():
        duplicate_errors.append(f"{record}已在库中。")
    return duplicate_errors


@action("policies.enter", label="入库", rule=check_may_maintain, quiet=True)
def enter_record(
    body: Body, /, *, by: Actor, item: ItemPage | None = None, kept: KeepingGround | None = None, **fields: object
) -> ActionResult:
    """Add a document to the library before its publication (先入库，后公开). Fields not given are taken from the item.

    If the public would read another validity of a signed document, a second person must confirm the entry.

    `kept` is the ground for keeping personal data found in public words.
    """
    record = PolicyRecord(body=body, entered_at=timezone.now())
    for name, value in {**(make_record_facts(item) if item else {}), **fields}.items():
        setattr(record, name, value)
    if not record.title.strip():
        raise Refused("请填写标题。")
    record.issuers = join_names([record.issuers]) or body.name
    values = {name: value for name, value in fields.items() if name in TEXT_FIELDS}
    if reasons := [*find_duplicate_errors(record), *find_wording_errors(body, values, by, kept)]:
        raise Refused(reasons)
    confirmed_fields = {}
    if item is not None:
        _link_item(record, item)
        if reasons := [*find_change_errors(record, list(fields), by, kept), *_list_differences_from_public(record, by)]:
            raise Refused(list(dict.fromkeys(reasons)))
        confirmed_fields = signed_records.split_confirmed_fields(record, fields, make_record_facts(item), by)
    shown = "" if by.system or in_preparation() else _describe_changed_validity(record)
    if shown and record.document:
        return _propose_entry(record, record.document, shown, by)
    insert_record(record)
    if item is not None:
        write_inserts()
        _carry_standing(record, by)
        sync_standing(record)
    proposal = signed_records.propose_words(record, confirmed_fields, by) if confirmed_fields else None
    return ActionResult(
        words=f"入库{kept.said if kept else ''}{PENDING_CONFIRMATION_NOTE if proposal else ''}",
        facts={"level": record.level, "number": record.number, **_make_proposal_fact(proposal)},
        stream=record.stream,
        tell=make_proposal_message(proposal),
        result=record,
    )


def _describe_changed_validity(record: PolicyRecord) -> str:
    """Return the validity that the public would read of a signed document, or "" if it already reads so."""
    if not is_signed(record) or record.document is None:
        return ""
    life = ValidityFacts(
        find_first_day(record), record.ends_on, _list_item_decisions(record.document), record.ends_when or ""
    )
    today = timezone.localdate()
    return "" if get_period(life, today).state == record.document.standing else describe_validity(life, today)


def _propose_entry(record: PolicyRecord, document: Document, shown: str, by: Actor) -> ActionResult:
    """Store a record without its public document; a second person confirms the validity shown, which links both.

    Raises:
        Refused: the public text does not state the record's values.
    """
    if _is_record_altered(record):
        raise Refused("公开的版本没有写明这些入库信息（例如发文字号）：请先送审更正后的版本，再入库。")
    record.document = None
    insert_record(record)
    write_inserts()
    proposal = library_proposals.propose_entry(record, document, shown, by)
    return ActionResult(
        words=f"提请入库，公众将看到“{shown}”，待另一人确认",
        facts={"level": record.level, "number": record.number, **_make_proposal_fact(proposal)},
        stream=record.stream,
        tell=make_proposal_message(proposal),
        result=record,
    )


def link_confirmed_entry(record: PolicyRecord, document: int, shown_validity: str) -> None:
    """Link a record to its public document after a second person's confirmation.

    Raises:
        Refused: the public validity has changed since the proposal.
    """
    record.document = Document.objects.select_for_update().get(pk=document)
    _refuse_repeated_entry(record.document)
    now = _describe_changed_validity(record)
    if not now or not shown_validity.startswith(f"{now}（") or _is_record_altered(record):
        raise Refused("公开的版本或者有效性在提请之后有了变化：请“不同意”，把这份文件移出政策库后重新入库。")
    record.save()
    _carry_standing(record, SYSTEM)
    sync_standing(record)


def _is_record_altered(record: PolicyRecord) -> bool:
    """Return true if a record differs from its document's edition, or has decisions or relations."""
    item = find_document_item(record.document) if record.document else None
    facts = make_record_facts(item) if item else {}
    context = {
        name: facts.get(name, signed_records.get_empty_value(name))
        for name in ("title", *signed_records.CONFIRMED_FIELDS, "ends_when")
    }
    unlike = any(getattr(record, name) != value for name, value in context.items())
    if (
        unlike
        or canonical_number(record.number) != canonical_number(str(facts.get("number", "")))
        or signed_records.find_unstated_dates(record)
    ):
        return True
    return record.pk is not None and (record.decisions.counting().exists() or record.relations.exists())


#: Log note if changes of a signed document are pending.
PENDING_CONFIRMATION_NOTE = "，公众看到的内容待另一人确认"


def _make_proposal_fact(proposal: ProposedWords | None) -> dict[str, int]:
    return {"proposal": proposal.pk} if proposal else {}


def _link_item(record: PolicyRecord, item: ItemPage) -> None:
    """Link a record to an item's document; refuse a document that another record has."""
    record.document = ensure_document(item)
    _refuse_repeated_entry(record.document)


def _refuse_repeated_entry(document: Document) -> None:
    """Refuse a document that is in the library or proposed for it."""
    if PolicyRecord.objects.filter(document=document).exists():
        raise Refused("这条信息已经入库。")
    if reasons := library_proposals.find_repeated_entry_errors(document):
        raise Refused(reasons)


def _list_differences_from_public(record: PolicyRecord, by: Actor) -> list[str]:
    """Return reasons against entering an item under signature, or a signed one that does not state the dates."""
    if by.system or in_preparation():
        return []
    if not is_signed(record):
        return find_signature_errors(record)
    shown = record.document.standing if record.document else ""
    life = ValidityFacts(find_first_day(record), record.ends_on, ())
    late = shown == ValidityState.NOT_YET and get_period(life, timezone.localdate()).state != shown
    wrong = [_NO_EFFECTIVE_DAY_MESSAGE] if late else []
    return [*signed_records.find_unstated_dates(record), *wrong]


#: Standings that a signed item shows, and the decisions that they stem from.
_DECISIONS_OF_STANDINGS = {
    ValidityState.AMENDED: DecisionKind.AMEND,
    ValidityState.REPEALED: DecisionKind.REPEAL,
    ValidityState.EXPIRED: DecisionKind.EXPIRE,
}
_NO_EFFECTIVE_DAY_MESSAGE = "公开的信息标明“尚未施行”，没有写明哪一天起施行：请先公开写明施行日期的更正版本，再入库；还没有定的，定了以后再入库。"


def _list_item_decisions(document: Document) -> tuple[DatedDecision, ...]:
    """Return the decision that causes the validity of a signed item; () if the item states its own dates."""
    if document.standing not in _DECISIONS_OF_STANDINGS or is_expired_by_date(document):
        return ()
    on = document.standing_on or timezone.localdate(document.published_at)
    return (DatedDecision(_DECISIONS_OF_STANDINGS[ValidityState(document.standing)], on),)


def _carry_standing(record: PolicyRecord, by: Actor) -> None:
    """Copy the validity that a signed item shows into the record, so that the public page does not change."""
    document = record.document
    if document is None or not is_signed(record):
        return
    for one in _list_item_decisions(document):
        Decision.objects.create(record=record, what=one.what, on=one.on, reason="公开时已经标明", made_by=by.name)
        record.save()


@action("policies.change", label="修改入库信息", rule=check_may_maintain)
def change_record(
    record: PolicyRecord, *, by: Actor, kept: KeepingGround | None = None, **fields: object
) -> ActionResult:
    """Change fields of a record. Public fields of a signed document stay pending until a second person confirms them.

    `kept` as in `enter_record`.
    """
    before = {name: getattr(record, name) for name in fields}
    for name, value in fields.items():
        setattr(record, name, value)
    record.issuers = join_names([record.issuers]) or record.body.name
    if not record.title.strip():
        raise Refused("请填写标题。")
    changed = [name for name in fields if before[name] != getattr(record, name)]
    if not changed:
        raise Refused("没有改动。")
    if reasons := library_proposals.find_pending_entry_errors(record) or [
        *find_duplicate_errors(record),
        *find_change_errors(record, changed, by, kept),
    ]:
        raise Refused(reasons)
    words = signed_records.split_confirmed_fields(record, changed, before, by)
    if any(
        name in signed_records.VALIDITY_DAY_FIELDS and name not in words and getattr(record, name) == before[name]
        for name in changed
    ):
        raise Refused(signed_records.STATE_DATE_ADVICE)
    proposal = signed_records.propose_words(record, words, by)
    record.save()
    sync_standing(record)
    names = [get_field_label(name) for name in changed]
    facts = {name: [str(before[name] or ""), str(getattr(record, name) or "")] for name in changed if name not in words}
    text = (
        f"修改{'、'.join(names)}"[:300] + (kept.said if kept else "") + (PENDING_CONFIRMATION_NOTE if proposal else "")
    )
    return ActionResult(
        words=text, facts={**facts, **_make_proposal_fact(proposal)}, tell=make_proposal_message(proposal)
    )


def clear_text_moved_to_item(record: PolicyRecord, by: Actor) -> None:
    """Remove the stored text of a record whose item has it now; decisions and validity stay."""
    record.html, record.original, record.original_name = "", None, ""
    record.save()
    _carry_standing(record, by)
    sync_standing(record)


@action("policies.remove", label="移出政策库", rule=check_may_maintain)
def remove_record(record: PolicyRecord, *, by: Actor, reason: str) -> ActionResult:
    """Remove a record that was entered by mistake.

    Refused if it was published, is under signature, or is used by other records, clean-ups or uploads.
    """
    reason = require_text(reason, "请写明移出的理由。")
    if record.document and record.document.editions.exists():
        raise Refused("这份文件已经公开过，不能移出政策库；不再适用的，请办理废止或失效。")
    if record.related_from.exists() or record.decided.exists() or record.cleanup_cases.exists():
        raise Refused("其他文件、办事指南或清理中引用了这份文件，不能移出。")
    if record.uploads.exists():
        raise Refused("这份文件登记过向上级文件库上传，不能移出；登记有误的，请撤回登记并保留记录。")
    if reasons := find_signature_errors(record):
        raise Refused(reasons)
    stream, text = record.stream, f"移出{record}：{reason}"
    body = find_responsible_body(record)
    record.delete()
    return ActionResult(words=text[:500], stream=stream, result=body)
