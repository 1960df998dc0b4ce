"""Actions on the regulations that a unit enforces (L-01, L-02), and on copying a record's facts into its item."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import library_proposals
from gongkai.content.policies.actions.files import original_stream
from gongkai.content.policies.actions.records import clear_text_moved_to_item, make_item_fields_of_record
from gongkai.content.policies.library_proposals import find_pending_entry_errors
from gongkai.content.policies.models import ComparisonResult, KeptText, PolicyLevel, PolicyRecord
from gongkai.content.policies.models.texts import EDITION_PATTERN, TEXT_SOURCES
from gongkai.content.policies.queries.office import filter_nameable_records
from gongkai.content.policies.rules import check_may_maintain
from gongkai.content.policies.source_comparison import ENFORCED_LEVELS, get_readable_text, is_same_text
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import increment_version
from gongkai.core.files.losses import find_losses, record_losses
from gongkai.core.units.models import Body
from gongkai.lib.richtext import clean_html


@action("policies.draft", label="起草公开", rule=check_may_maintain)
def draft_item(record: PolicyRecord, *, by: Actor, columns: Sequence[Column] = ()) -> ActionResult:
    """Draft the item of a record that has none, with its fields, text and original."""
    if record.document_id:
        raise Refused("这份文件已有对应的信息。")
    if reasons := library_proposals.find_unconfirmed_entry_errors(record):
        raise Refused(reasons)
    attachments = [(record.original_name, record.original)] if record.original else []
    item: ItemPage = publishing.create_draft(
        record.body,
        by=by,
        columns=columns,
        attachments=attachments,
        **make_item_fields_of_record(record),
        imported_html=clean_html(record.html),
        formed_on=record.made_on or timezone.localdate(),
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_1,
        attribute_reason="属于应当主动公开的规章和规范性文件"
        if record.level in {PolicyLevel.GOVERNMENT_RULE, PolicyLevel.NORMATIVE}
        else "属于应当主动公开的政策文件",
    )
    record.document = ensure_document(item)
    if record.html and record.original_id and (lost := find_losses(original_stream(record.original_id))):
        record_losses(item.stream, lost.source, lost.lines)
    clear_text_moved_to_item(record, by)
    return ActionResult(words="起草公开", facts={"item": item.pk}, result=item)


@action("policies.align", label="按入库信息更新信息页", rule=check_may_maintain)
def align_item(record: PolicyRecord, *, by: Actor) -> ActionResult:
    """Write the record's facts into a new draft of its item."""
    item = find_document_item(record.document) if record.document else None
    if item is None:
        raise Refused("还没有对应的信息。")
    publishing.save_revision(item, by=by, **make_item_fields_of_record(record))
    return ActionResult(words="按入库信息更新信息页", facts={"item": item.pk})


#: Maximum length of a source's text.
MAX_TEXT_CHARACTERS = 2_000_000


def _refuse_unlisted(source: str, edition: str) -> None:
    """Refuse a source or an edition that is not in the lists: both appear unsigned on the public page.

    Raises:
        Refused: the source is not in `TEXT_SOURCES`, or the edition is not written as editions are.
    """
    reasons = []
    if source and source not in TEXT_SOURCES:
        reasons.append(f"来源请从这些中选择：{'、'.join(TEXT_SOURCES)}。")
    if edition and not EDITION_PATTERN.match(edition):
        reasons.append("来源版本请写成“2024年3月10日修订”“2024年修订”或者“现行文本”（公布、修订、修正、施行）。")
    if reasons:
        raise Refused(reasons)


@action("policies.keep_text", label="列入本部门执行", rule=check_may_maintain)
def add_enforced_text(
    body: Body, /, *, by: Actor, record: PolicyRecord, source: str = "", address: str = "", edition: str = ""
) -> ActionResult:
    """Add a regulation of the library to the regulations that a unit enforces.

    Refuses a `source` that is not in `TEXT_SOURCES`; `address`: its URL; `edition`: the edition compared (2024年修订).
    """
    if record.level not in ENFORCED_LEVELS:
        raise Refused("本部门执行的目录只收行政法规、国务院部门规章、政府规章，请选择这几类文件。")
    if not filter_nameable_records(by).filter(pk=record.pk).exists():
        raise Refused("政策库中没有这份已公开的文件，或者它是其他单位尚未公开的文件。")
    _refuse_unlisted(source, edition)
    if KeptText.objects.filter(body=body, record=record).exists():
        raise Refused(f"{record}已在目录中。")
    kept_text = KeptText.objects.create(body=body, record=record, source=source, address=address[:500], edition=edition)
    return ActionResult(words=f"列入{record}", stream=kept_text.stream, result=kept_text)


@action("policies.drop_text", label="移出本部门执行", rule=check_may_maintain)
def drop_text(kept_text: KeptText, *, by: Actor) -> ActionResult:
    """Remove a text from the list that a unit enforces."""
    stream, body, text = kept_text.stream, kept_text.body, f"移出{kept_text.record}"
    kept_text.delete()
    return ActionResult(words=text, stream=stream, result=body)


@action("policies.point_text", label="登记来源网址", rule=check_may_maintain)
def set_source_address(kept_text: KeptText, *, by: Actor, address: str) -> ActionResult:
    """Set the address of the source for the next comparison."""
    before, kept_text.address = kept_text.address, address.strip()[:500]
    kept_text.save(update_fields=["address"])
    return ActionResult(words=f"来源网址由“{before}”改为“{kept_text.address}”", result=kept_text)


@action("policies.compare_text", label="核对来源", rule=check_may_maintain)
def compare_text(
    kept_text: KeptText,
    *,
    by: Actor,
    text: str,
    edition: str = "",
    source: str = "",
    checked_on: date | None = None,
    losses: Sequence[str] = (),
) -> ActionResult:
    """Compare a source's text with the library's and store the result.

    The library's text does not change. `losses` are notes on content of the source that `text`
    lacks (`files.losses`).
    """
    text = require_text(text, "来源文字是空的。")
    edition, source = edition.strip(), source.strip()
    _refuse_unlisted(source, edition)
    ours = get_readable_text(by, kept_text.record)
    if not ours:
        raise Refused("政策库中这份文件还没有正文，请先放入原文或起草公开。")
    kept_text.text = text[:MAX_TEXT_CHARACTERS]
    kept_text.result = ComparisonResult.SAME if is_same_text(ours, text) else ComparisonResult.DIFFERENT
    kept_text.edition, kept_text.source = edition or kept_text.edition, source or kept_text.source
    _mark_text_checked(kept_text, by, checked_on)
    record_losses(kept_text.stream, kept_text.source or "来源", losses)
    return ActionResult(
        words=f"核对{kept_text.source or '来源'}：{kept_text.get_result_display()}", to_state=kept_text.result
    )


@action("policies.mark_dead", label="来源打不开", rule=check_may_maintain)
def mark_dead(kept_text: KeptText, *, by: Actor, words: str) -> ActionResult:
    """Record that the source of a regulation could not be opened, and why (`words`); its last text and day stay."""
    kept_text.result, kept_text.note = ComparisonResult.DEAD, words.strip()[:300]
    kept_text.save()
    return ActionResult(words=f"来源打不开：{kept_text.note}", to_state=kept_text.result)


def _mark_text_checked(kept_text: KeptText, by: Actor, day: date | None) -> None:
    """Store that a text was checked on a day (default: today), and clear its note."""
    kept_text.checked_on, kept_text.checked_by, kept_text.note = day or timezone.localdate(), by.name, ""
    kept_text.save()


@action("policies.take_over", label="采用来源文字", rule=check_may_maintain)
def take_over_source_text(kept_text: KeptText, *, by: Actor) -> ActionResult:
    """Take over the source's text as a draft of the item, to be reviewed; without an item, into the record."""
    if kept_text.result != ComparisonResult.DIFFERENT or not kept_text.text.strip():
        raise Refused("没有与来源不同的文字，不用更新。")
    record = kept_text.record
    if reasons := [*check_may_maintain(by, record), *find_pending_entry_errors(record)]:
        raise Refused(reasons)
    html = "".join(f"<p>{escape(line.strip())}</p>" for line in kept_text.text.splitlines() if line.strip())
    item = find_document_item(record.document) if record.document else None
    if item is None:
        record.html = html
        increment_version(record)
        record.save()
    else:
        publishing.save_revision(item, by=by, imported_html=html)
        if losses := find_losses(kept_text.stream):
            record_losses(item.stream, losses.source, losses.lines)
    return ActionResult(
        words=f"采用{kept_text.source or '来源'}{kept_text.edition}的文字{'作为新的草稿' if item else ''}",
        facts={"item": item.pk if item else None},
        result=item or record,
    )
