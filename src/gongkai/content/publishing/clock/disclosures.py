"""Disclosure entries, which have the legal deadline of an item: system actions, and updates after changes or by a job."""

from datetime import date, datetime
from itertools import takewhile

from django.db import transaction
from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.content.editions.models import Document, Edition, EditionEffect
from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.editions.shelves import list_spans
from gongkai.content.publishing.models import Disclosure, ItemPage, find_document_item
from gongkai.content.publishing.states import DISCLOSURE_MACHINE, DisclosureState
from gongkai.content.publishing.withdrawals import TextWithdrawal, find_current_withdrawal
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.rows import find_row
from gongkai.core.ledger.clock import make_event, void_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.entry import Audience
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.law import Calendar, Deadline, Event
from gongkai.lib.law import compute_deadline as law_deadline

#: Name of the rule set of the clock.
RULE_SET = "disclosure"


#: Attributes of items that must be disclosed; an undecided one counts, because disclosure is the rule (条例第五条).
ATTRIBUTES_TO_DISCLOSE = ("", DisclosureAttribute.PROACTIVE)


def compute_deadline(formed_on: date, published_on: date | None, calendar: Calendar, today: date) -> Deadline:
    """Return the deadline for publishing an item formed on a day, with its computation.

    Source: 政府信息公开条例第二十六条, before 2019-05-15 第十八条 (rule set `disclosure`).
    """
    events = [Event("formed", formed_on)]
    if published_on and published_on >= formed_on:
        events.append(Event("published", published_on))
    return law_deadline(RULE_SET, events, calendar, today, nearest=True)


def _make_review_condition() -> Q:
    """Return the condition for items under review, on which writers have no task."""
    source = Concat(Value("item/"), Cast(OuterRef("disclosure__item_id"), CharField()))
    return Q(Exists(Review.objects.filter(source=source, state=ReviewState.WAITING)))


DISCLOSURE_KIND = EntryKind(
    name="disclosure",
    label="主动公开",
    prefix="公开",
    machine=DISCLOSURE_MACHINE,
    rules=RULE_SET,
    related=("disclosure",),
    resting=_make_review_condition,
    still_late=frozenset({"withheld", "gone"}),
)


@action("publishing.start_clock", label="起算公开时限", rule=check_system)
def start_clock(item: ItemPage, *, by: Actor, withdrawn: date | None = None) -> ActionResult:
    """Open the disclosure entry of an item with a formation date, unless one is open already.

    Args:
        item: the last draft.
        by: the system.
        withdrawn: the day of withdrawal, if no entry was open before (the item was moved in, or is
            older than this register); its period begins on that day.
    """
    running = Disclosure.objects.filter(item_id=item.pk, entry__closed_at=None).first()
    if running or item.formed_on is None:
        return ActionResult(words="已在计时" if running else "没有形成日期", result=running or item)
    since = withdrawn or item.formed_on
    entry = Entry(
        kind=DISCLOSURE_KIND.name,
        state=DisclosureState.TAKEN_DOWN if withdrawn else DisclosureState.OPEN,
        title=get_disclosure_title(item),
        body=item.unit,
        year=since.year,
        audience=Audience.PARTIES,
    )
    make_entries(
        [entry],
        by=by,
        words=f"已公开的信息于{since:%Y-%m-%d}撤回" if withdrawn else f"信息于{since:%Y-%m-%d}形成或变更",
        events=lambda _: [make_event("formed", since)],
    )
    disclosure = Disclosure.objects.create(entry=entry, item_id=item.pk, formed_on=item.formed_on)
    return ActionResult(words=f"公开时限自{since:%Y-%m-%d}起算", facts={"entry": entry.pk}, result=disclosure)


@entry_action("disclosure", "publish", label="已公开", rule=check_system)
def close_published(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Close the entry at the time of publication."""
    entry.closed_at, entry.outcome = at, "public"
    text = f"于{timezone.localtime(at):%Y-%m-%d %H:%M}公开"
    return ActionResult(words=text, events=(make_event("published", at),), past=True)


@entry_action("disclosure", "take_down", label="撤回公开", rule=check_system)
def reopen_withdrawn(entry: Entry, *, by: Actor, at: datetime, who: str, reason: str) -> ActionResult:
    """Reopen the entry of a withdrawn item; `who` is the name to log.

    Its period starts again on that day (rule set `disclosure`); an earlier delay stays recorded.
    """
    late = bool(entry.closed_at and entry.due_at and entry.closed_at > entry.due_at)
    entry.outcome = ""
    text = f"{who}于{timezone.localtime(at):%Y-%m-%d %H:%M}撤回公开：{reason}"
    return ActionResult(words=text, events=(make_event("withdrawn_late" if late else "withdrawn", at),), past=True)


@entry_action("disclosure", "withhold", label="不主动公开", rule=check_system)
def close_withheld(entry: Entry, *, by: Actor, attribute: str, reason: str) -> ActionResult:
    """Close the entry of an item that is not proactively disclosed; the log contains the legal ground."""
    entry.outcome = "withheld"
    return ActionResult(words=f"公开属性定为“{attribute}”：{reason or '未写理由'}", facts={"attribute": attribute})


@entry_action("disclosure", "resume", label="恢复计时", rule=check_system)
def reopen_resumed(entry: Entry, *, by: Actor, formed_on: date) -> ActionResult:
    """Reopen the entry of an item that is disclosed after all; the period runs from the day of formation."""
    entry.outcome = ""
    _restart_clock(entry, formed_on, by)
    return ActionResult(words="公开属性改为主动公开，恢复计时", events=(make_event("formed", formed_on),))


@entry_action("disclosure", "correct", label="更正形成日期", rule=check_system)
def correct_formation_day(entry: Entry, *, by: Actor, formed_on: date, who: str = "") -> ActionResult:
    """Correct the day of formation of an unpublished item (`who`: name to log); the former day stays in the log."""
    before = entry.disclosure.formed_on
    _restart_clock(entry, formed_on, by)
    author = f"{who}将" if who else ""
    return ActionResult(
        words=f"{author}形成日期由{before:%Y-%m-%d}改为{formed_on:%Y-%m-%d}",
        facts={"before": before.isoformat(), "formed_on": formed_on.isoformat()},
        events=(make_event("formed", formed_on),),
    )


@entry_action("disclosure", "retitle", label="更改标题", rule=check_system)
def retitle(entry: Entry, *, by: Actor, title: str, who: str = "") -> ActionResult:
    """Give the entry the title of the item's draft, so that both have one name (`who`: name to log)."""
    before, entry.title = entry.title, title
    author = f"{who}将" if who else ""
    return ActionResult(words=f"{author}标题由{before}改为{title}")


@entry_action("disclosure", "drop", label="草稿已删除", rule=check_system)
def close_deleted(entry: Entry, *, by: Actor) -> ActionResult:
    """Close the entry of a draft that was deleted before publication."""
    entry.outcome = "gone"
    return ActionResult(words="信息的草稿已从信息库删除")


def _restart_clock(entry: Entry, formed_on: date, by: Actor) -> None:
    """Cancel the former formation day and the events that followed; the movement records the correct day."""
    void_events(entry, ["formed", "published", "withdrawn", "withdrawn_late"], by=by)
    Disclosure.objects.filter(pk=entry.pk).update(formed_on=formed_on)
    entry.disclosure.formed_on = formed_on


@transaction.atomic(savepoint=False)
def update_disclosure(item: ItemPage, *, who: str = "", only: Edition | None = None) -> None:
    """Update an item's disclosure entry: open, move, close or reopen it if needed.

    Args:
        item: the last draft.
        who: the user who changed it, for the log.
        only: its only edition, if the caller has just made it.
    """
    if item.formed_on is None:
        return
    rows = Disclosure.objects.select_for_update().select_related("entry")
    running = find_row(rows.filter(item_id=item.pk, entry__closed_at=None))
    out = find_publication_time(item, edition=only)
    if running is None:
        _begin_entry(item, out)
        return
    entry = running.entry
    title = get_disclosure_title(item)
    if entry.title != title and ERASED_TEXT not in (entry.title, title):
        entry = retitle(entry, by=SYSTEM, title=title, who=who)
    if running.formed_on != item.formed_on:
        entry = correct_formation_day(entry, by=SYSTEM, formed_on=item.formed_on, who=who)
    if out:
        close_published.within(entry, by=SYSTEM, at=out)
    elif item.attribute not in ATTRIBUTES_TO_DISCLOSE:
        close_withheld(entry, by=SYSTEM, attribute=item.get_attribute_display(), reason=item.attribute_reason)


def get_disclosure_title(item: ItemPage) -> str:
    """Return the title of an item's disclosure entry: the one of its last draft."""
    return (item.draft_title or item.title)[:300]


def _begin_entry(item: ItemPage, published_at: datetime | None) -> None:
    """Start or reopen the clock of an item to disclose, unless it was published at `published_at`."""
    if published_at:
        return
    document = find_row(Document.objects.filter(source=item.stream))
    last_withdrawal = find_current_withdrawal(document) if document else None
    if last_withdrawal and _reopen_withdrawn_entry(item, last_withdrawal):
        return update_disclosure(item)
    if item.attribute not in ATTRIBUTES_TO_DISCLOSE:
        return
    rested = Disclosure.objects.select_related("entry").filter(
        item_id=item.pk, entry__state__in=(DisclosureState.WITHHELD, DisclosureState.GONE)
    )
    resting_clock = rested.order_by("-pk").first()
    if resting_clock:
        assert item.formed_on is not None
        reopen_resumed(resting_clock.entry, by=SYSTEM, formed_on=item.formed_on)
    elif document and last_withdrawal and last_withdrawal.was_public and document.formed_on == item.formed_on:
        start_clock(item, by=SYSTEM, withdrawn=timezone.localdate(last_withdrawal.edition.visible_from))
    else:
        start_clock(item, by=SYSTEM)


def _reopen_withdrawn_entry(item: ItemPage, last: TextWithdrawal) -> bool:
    """Reopen the entry of a withdrawn item; return true if there was one."""
    assert item.formed_on is not None
    public_clocks = Disclosure.objects.filter(
        item_id=item.pk, formed_on=item.formed_on, entry__state=DisclosureState.PUBLIC
    )
    row = public_clocks.select_related("entry").order_by("-pk").first()
    if row is None:
        return False
    reopen_withdrawn(row.entry, by=SYSTEM, at=last.edition.visible_from, who=last.edition.made_by, reason=last.reason)
    return True


def find_publication_time(item: ItemPage, *, edition: Edition | None = None) -> datetime | None:
    """Return the time since when the item is or was public; None if never or withdrawn.

    Editions with another day of formation do not count. `edition` is the item's only edition, if known.
    """
    if item.formed_on is None:
        return None
    stored = Edition.objects.filter(document__source=item.stream).order_by("-number")
    rows = [edition] if edition else stored.select_related("content")
    editions = list(takewhile(lambda one: one.act != EditionEffect.WITHDRAW, rows))
    formed = item.formed_on.isoformat()
    now = timezone.now()
    seen = [
        span.since
        for span in list_spans(editions)
        if span.since <= now
        and isinstance(span.edition, Edition)
        and hasattr(span.edition, "content")
        and span.edition.content.facts.get("formed_on") == formed
    ]
    return min(seen, default=None)


def update_all_disclosures() -> dict[str, int]:
    """Job: update the disclosure entries of changed items, and close those of deleted ones; return counts.

    May be repeated safely.
    """
    numbers = set(_list_items_without_entry().values_list("pk", flat=True)[:5000])
    numbers |= set(_list_changed_entries().values_list("item_id", flat=True)[:5000])
    for item in ItemPage.objects.filter(pk__in=numbers).iterator(chunk_size=500):
        update_disclosure(item)
    return {"kept": len(numbers), "dropped": _close_orphaned_entries()}


def _list_items_without_entry() -> QuerySet[ItemPage]:
    """Return items with a formation day that are due, unpublished, and without an entry for that day."""
    documents = Document.objects.filter(item_number=OuterRef("pk"), formed_on=OuterRef("formed_on"))
    kept = Disclosure.objects.filter(item_id=OuterRef("pk"), formed_on=OuterRef("formed_on"))
    kept = kept.filter(entry__state__in=(DisclosureState.OPEN, DisclosureState.TAKEN_DOWN, DisclosureState.PUBLIC))
    rows: QuerySet[ItemPage] = ItemPage.objects.filter(
        ~Exists(documents.exclude(published_at=None)),
        ~Exists(kept),
        formed_on__isnull=False,
        attribute__in=ATTRIBUTES_TO_DISCLOSE,
    )
    return rows


def _list_open_disclosures() -> QuerySet[Disclosure]:
    return Disclosure.objects.filter(entry__in=Entry.objects.filter(kind=DISCLOSURE_KIND.name, closed_at=None))


def _list_changed_entries() -> QuerySet[Disclosure]:
    """Return open entries whose item has a new day or attribute, or was published since."""
    item = ItemPage.objects.filter(pk=OuterRef("item_id"))
    editions = Edition.objects.filter(
        document__item_number=OuterRef("item_id"),
        visible_from__lte=timezone.now(),
        made_at__gte=OuterRef("entry__opened_at"),
    )
    day = Subquery(item.values("formed_on")[:1], output_field=DateField())
    rows = _list_open_disclosures().annotate(now_formed=day)
    changed = Q(Exists(item.exclude(attribute__in=ATTRIBUTES_TO_DISCLOSE))) | Q(Exists(editions))
    return rows.filter(changed | (Q(now_formed__isnull=False) & ~Q(now_formed=F("formed_on"))))


def _close_orphaned_entries() -> int:
    """Close the entries whose item was deleted (at most 1,000) and return their number."""
    lost = (
        _list_open_disclosures()
        .filter(~Exists(ItemPage.objects.filter(pk=OuterRef("item_id"))))
        .select_related("entry")
    )
    rows = list(lost[:1000])
    for row in rows:
        close_deleted(row.entry, by=SYSTEM)
    return len(rows)


def update_after_publication(happened: ActionEvent) -> None:
    """Update the item's entry after a publication."""
    made = happened.step.result
    only = made if isinstance(made, Edition) and made.number == 1 else None
    update_disclosure(happened.target, who=happened.by.name, only=only)


def update_after_withdrawal(happened: ActionEvent) -> None:
    """Reopen the item's entry after a withdrawal."""
    item = find_document_item(happened.target)
    if item is not None:
        update_disclosure(item, who=happened.by.name)


def update_after_erasure(happened: ActionEvent) -> None:
    """Close the item's entry after its last text was erased by law."""
    item = find_document_item(happened.target.document)
    if item is None or item.draft_title != ERASED_TEXT:
        return

    for row in Disclosure.objects.filter(item_id=item.pk, entry__closed_at=None).select_related("entry"):
        close_withheld(row.entry, by=SYSTEM, attribute="依法删除", reason="内容已依法删除，不应公开")


def update_after_save(happened: ActionEvent) -> None:
    """Update the item's entry after a saved draft or revision."""
    made = happened.step.result
    number = made.pk if isinstance(made, ItemPage) else happened.target.pk
    update_disclosure(ItemPage.objects.get(pk=number), who=happened.by.name)
