"""Actions on entries: add, draft, drop, compare; decisions to list a source's links."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions as policies
from gongkai.content.policies.text_facts import read_stated_facts
from gongkai.content.publishing.actions import create_draft
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.files.losses import find_losses, record_losses
from gongkai.core.units.actors import Actor
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.richtext import UnfitText, make_paragraphs, tidy_html, to_plain_text
from gongkai.oversight.gathering.entry_store import MAX_TEXT_CHARACTERS, set_holding_reasons, store_entries
from gongkai.oversight.gathering.models import Gathered, GatheredState, Listing, Source, SourceMethod
from gongkai.oversight.gathering.near_duplicates import digest_text, remove_validity_line
from gongkai.oversight.gathering.queries import check_source_manager
from gongkai.oversight.gathering.source_reader import get_midnight
from gongkai.oversight.gathering.texts import SourceEntry

#: Maximum number of days for which a listing decision is valid.
MAX_LISTING_DAYS = 366


@action("gathering.add_entry", label="录入一条", rule=check_source_manager)
def add_gathered_entry(
    source: Source, *, by: Actor, title: str, address: str, written_on: date | None = None, text: str = ""
) -> ActionResult:
    """Add an entry manually (link, title, day), and return the `Gathered` row."""
    if source.way != SourceMethod.MANUAL:
        raise Refused("这个来源由系统自动收取，不能手工录入；要录入的，请建立手工录入的来源。")
    entry_address = normalize_entered_url(address)
    if not entry_address or not title.strip():
        raise Refused("请填写标题和以 http:// 或者 https:// 开头的网址。")
    if source.gathered.filter(key=digest_text(entry_address)).exists():
        raise Refused("这个来源已经有这个网址。")
    at = get_midnight(written_on)
    counts = store_entries(source, [SourceEntry(entry_address, title.strip()[:300], at, text.strip())], timezone.now())
    if not counts.created:
        raise Refused("这个来源当天已有同题的一条。确是另一条的，请把标题写得不同。")
    entry = source.gathered.get(address=entry_address)
    return ActionResult(words=f"录入“{entry}”", result=entry, stream=source.stream)


@action("gathering.add_entries", label="录入表中各条", rule=check_source_manager)
def add_gathered_entries(source: Source, *, by: Actor, entries: Sequence[SourceEntry]) -> ActionResult:
    """Add the entries of a table to a manual source; refuse all if one exists."""
    keys = {digest_text(entry.address): entry for entry in entries}
    existing = set(source.gathered.filter(key__in=list(keys)).values_list("key", flat=True))
    counts = store_entries(source, entries, timezone.now())
    new_keys = {row.key for row in counts.rows} - existing
    if refused_entries := [entry for key, entry in keys.items() if key not in new_keys]:
        reason = "这个来源已经有这个网址，或者当天已有同题的一条，请删去这一行，或者把标题写得不同。"
        raise Refused([f"“{entry.title}”：{reason}" for entry in refused_entries[:20]])
    return ActionResult(words=f"录入{len(entries)}条", result=counts.rows, stream=source.stream)


def _check_is_waiting(row: Gathered) -> list[str]:
    if row.state not in {GatheredState.NEW, GatheredState.DOUBLE}:
        return ["这一条已经处理。"]
    return ["原文已经撤下，不能采用。"] if row.gone_at else []


def _make_body_html(row: Gathered) -> str:
    """Return an entry's text as HTML for a draft; tables come from the stored page.

    The stored page may be truncated or older than the text that was compared, so the text takes
    precedence.
    """
    text = remove_validity_line(row.text)
    page_text = to_plain_text(row.html) if "<table" in row.html and len(row.html) < MAX_TEXT_CHARACTERS else ""
    if not page_text or not text.startswith(page_text):
        return make_paragraphs(text)
    try:
        return tidy_html(row.html, title=row.title).html + make_paragraphs(text[len(page_text) :])
    except UnfitText:
        return make_paragraphs(text)


def _choose_html_field(text: str) -> str:
    return "imported_html" if "<table" in text else "body"


@action("gathering.make_draft", label="转为草稿", rule=check_source_manager, ready=_check_is_waiting)
def make_draft(row: Gathered, *, by: Actor, columns: Sequence[Column] = (), link_only: bool = False) -> ActionResult:
    """Create a draft from an entry, with text and files unless `link_only`.

    The draft goes through the reviews of its columns. Its date of information (条例第二十六条) is the day
    of takeover; the original date is in the text.
    """
    is_read_automatically = row.source.whole and row.source.way != SourceMethod.MANUAL
    if is_read_automatically and not (link_only or row.text):
        raise Refused(f"没有读到“{row.title}”的正文，不能转为草稿：请稍后再收取一次，或者选“只转链接”。")
    item = _create_draft(row, by, columns, link_only=link_only)
    return ActionResult(words=f"“{row.title}”转为草稿", facts={"item": item.pk}, result=item)


@action("gathering.enter_library", label="收入政策库", rule=check_source_manager, ready=_check_is_waiting)
def enter_library(row: Gathered, *, by: Actor, columns: Sequence[Column] = ()) -> ActionResult:
    """Draft a collected document and enter it in the policy library; return the `PolicyRecord`.

    Raises:
        Refused: no text was read, or the source states that the document has ended.
    """
    if row.validity in ("已废止", "已失效"):
        raise Refused(
            f"来源标明“{row.title}”{row.validity}，收入后会显示为现行有效：请在政策库用“补录入库”登记，写明有效期止日。"
        )
    if not row.text:
        raise Refused("没有读到正文，不能收入政策库：请“转为草稿”，补上正文后送审，公开后在政策库用“补录入库”登记。")
    stated_facts, unit = read_stated_facts(row.text), row.source.unit_name
    number = stated_facts.number or next(iter(find_numbers(row.title)), "")
    item = _create_draft(row, by, columns, kind=ItemKind.NORMATIVE, issuer=unit[:120], document_number=number)
    record = policies.enter_record(
        row.source.body,
        by=by,
        item=item,
        issuers=unit,
        number=number,
        effective_on=stated_facts.begins,
        exemption=f"{unit}制发的文件，归集自其网站，不重复征求意见",
    )
    return ActionResult(words=f"“{row.title}”收入政策库", facts={"item": item.pk, "record": record.pk}, result=record)


#: Loss of a draft whose page could not be read.
NO_TEXT_NOTE = "没有读到原文的正文，请打开原文核对后补上。"


def _create_draft(
    row: Gathered, by: Actor, columns: Sequence[Column], *, link_only: bool = False, **facts: object
) -> ItemPage:
    """Create a draft page from an entry and record what was lost.

    Raises:
        Refused: no column is chosen.
    """
    source = row.source
    chosen = list(columns) or ([source.column] if source.column else [])
    if not chosen:
        raise Refused("请选择要放的栏目。")
    day = timezone.localtime(row.written_at).date() if row.written_at else None
    day_text = f"，{day_in_words(day)}" if day else ""
    home = f'<p>来源：{escape(source.unit_name)}{day_text}。原文：<a href="{escape(row.address)}">{escape(row.address)}</a></p>'
    text = "" if link_only or not row.text else _make_body_html(row)
    files = () if link_only else row.files.exclude(stored=None).filter(why="").select_related("stored")
    item = create_draft(
        source.body,
        by=by,
        columns=chosen,
        attachments=[(gathered_file.name, gathered_file.stored) for gathered_file in files],
        title=row.title[:255],
        **{_choose_html_field(text): text + home},
        source=source.unit_name,
        formed_on=timezone.localdate(),
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A19,
        **{"kind": source.kind, "written_on": day, **facts},
    )
    if not link_only:
        losses = find_losses(row.losses_key)
        lines = [*(losses.lines if losses else ()), *([] if text else [NO_TEXT_NOTE])]
        missing = row.files.filter(stored=None).values_list("name", "why")
        record_losses(item.stream, row.address, [*lines, *(f"附件“{name}”没有带来：{why}。" for name, why in missing)])
    Gathered.objects.filter(pk=row.pk).update(state=GatheredState.DRAFTED, document=ensure_document(item))
    return item


@action("gathering.drop_entry", label="不采用", rule=check_source_manager, ready=_check_is_waiting)
def drop_gathered_entry(row: Gathered, *, by: Actor, reason: str) -> ActionResult:
    """Exclude a collected entry, with a reason."""
    reason = require_text(reason, "请写明不采用的理由。")
    Gathered.objects.filter(pk=row.pk).update(state=GatheredState.DROPPED, reason=reason[:300])
    return ActionResult(words=f"不采用“{row.title}”：{reason}")


@action(
    "gathering.restore_entry",
    label="恢复待处理",
    rule=check_source_manager,
    ready=lambda row: [] if row.state == GatheredState.DROPPED else ["这一条没有标为不采用。"],
)
def restore_gathered_entry(row: Gathered, *, by: Actor) -> ActionResult:
    """Restore an excluded entry as pending, or as a duplicate, and check whether it may be listed."""
    row.reason = ""
    set_holding_reasons([row])
    state = GatheredState.DOUBLE if row.double_of_id else GatheredState.NEW
    Gathered.objects.filter(pk=row.pk).update(state=state, reason=row.reason)
    return ActionResult(words=f"恢复“{row.title}”", from_state=GatheredState.DROPPED, to_state=state)


def _check_is_changed(row: Gathered) -> list[str]:
    return [] if row.changed_at else ["没有待核对的改动。"]


@action("gathering.settle_change", label="已核对", rule=check_source_manager, ready=_check_is_changed)
def mark_change_seen(row: Gathered, *, by: Actor) -> ActionResult:
    """Mark a change of a collected entry at its source as seen.

    It is reported again after the next change.
    """
    Gathered.objects.filter(pk=row.pk).update(changed_at=None, change="")
    return ActionResult(words=f"已核对“{row.title}”的改动")


@action("gathering.tell_apart", label="不是重复", rule=check_source_manager)
def mark_as_distinct(row: Gathered, *, by: Actor) -> ActionResult:
    """Decide that an entry is no duplicate.

    Similar texts of these two sources are no longer treated as duplicates; equal addresses still
    are.
    """
    other = row.double_of
    if row.state != GatheredState.DOUBLE or other is None:
        raise Refused("这一条没有标为重复。")
    Gathered.objects.filter(pk=row.pk).update(state=GatheredState.NEW, double_of=None)
    text = f"“{row.title}”不是重复"
    if other.source_id == row.source_id:
        return ActionResult(words=text)
    row.source.apart.add(other.source)
    return ActionResult(words=f"{text}；今后与“{other.source}”文字相近的，不再自动标为重复")


def _check_listable(source: Source) -> list[str]:
    """Return the reasons against listing a source's links.

    Listing trusts content that another site published; manual entries need their own review.
    """
    if source.way != SourceMethod.MANUAL:
        return []
    return ["人工录入的内容不能一次决定长期列出，请逐条转为草稿送审。"]


@action("gathering.propose_listing", label="提出列出链接的决定", rule=check_source_manager, ready=_check_listable)
def propose_listing(source: Source, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Draft a decision to list a source's links until a day, and return the `Listing`.

    The decision must be reviewed and published before it takes effect.
    """
    today = timezone.localdate()
    if not today < until <= today + timedelta(days=MAX_LISTING_DAYS):
        raise Refused("有效期应在明天至一年以内。")
    reason = require_text(reason, "请写明理由：来源是哪个党政机关网站，为什么可信。")
    listing = Listing.objects.create(of=source, address=source.address, until=until, reason=reason[:300])
    text = (
        f"{source.unit_name}在{source.name}（{source.address}）公开的信息，在本站“{source.collection}”中列出标题和原文链接，注明来源和时间，"
        f"有效期至{day_in_words(until)}。理由：{listing.reason}"
    )
    facts = {
        "formed_on": today.isoformat(),
        "attribute": "proactive",
        "attribute_basis": "19",
        "source": source.unit_name,
    }
    listing.save_revision(by=by, title=f"本站列出{source.unit_name}信息的说明", html=make_paragraphs(text), facts=facts)
    return ActionResult(words=f"提出列出链接，至{until}", result=listing, stream=listing.stream)
