"""Update the disclosure clock of one item after an action, or of all items by a job."""

from datetime import date, datetime
from itertools import takewhile

from django.db import transaction
from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.content.editions.models import Act, Document, Edition
from gongkai.content.editions.models.editions import Attribute
from gongkai.content.editions.shelves import list_spans
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.publishing.states import DISCLOSURE_MACHINE, DisclosureState
from gongkai.content.publishing.withdrawn import Withdrawal, find_current_withdrawal
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.rows import find_row
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.law import Calendar, Deadline, Event
from gongkai.lib.law import compute_deadline as law_deadline

#: Name of the rule set of the clock.
RULE_SET = "disclosure"


#: Attributes of items that must be disclosed; an undecided one counts, because disclosure is the rule (条例第五条).
ATTRIBUTES_TO_DISCLOSE = ("", Attribute.PROACTIVE)


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


@transaction.atomic(savepoint=False)
def update_disclosure(item: ItemPage, *, who: str = "", only: Edition | None = None) -> None:
    """Update an item's disclosure entry: open, move, close or reopen it if needed.

    Args:
        item: the last draft.
        who: the user who changed it, for the log.
        only: its only edition, if the caller has just made it.
    """
    from gongkai.content.publishing.actions import disclosure as acts

    if item.formed_on is None:
        return
    rows = Disclosure.objects.select_for_update().select_related("entry")
    running = rows.filter(item_id=item.pk, entry__closed_at=None).first()
    out = published_at(item, only=only)
    if running is None:
        _begin_entry(item, out)
        return
    entry = running.entry
    title = title_of(item)
    if entry.title != title and ERASED_TEXT not in (entry.title, title):
        entry = acts.retitle(entry, by=SYSTEM, title=title, who=who)
    if running.formed_on != item.formed_on:
        entry = acts.correct_formation_day(entry, by=SYSTEM, formed_on=item.formed_on, who=who)
    if out:
        acts.close_published.within(entry, by=SYSTEM, at=out)
    elif item.attribute not in ATTRIBUTES_TO_DISCLOSE:
        acts.close_withheld(entry, by=SYSTEM, attribute=item.get_attribute_display(), reason=item.attribute_reason)


def title_of(item: ItemPage) -> str:
    """Return the title of an item's disclosure entry: the one of its last draft."""
    return (item.draft_title or item.title)[:300]


def _begin_entry(item: ItemPage, published_at: datetime | None) -> None:
    """Start or reopen the clock of an item to disclose, unless it was published at `published_at`."""
    from gongkai.content.publishing.actions import disclosure as acts

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
        acts.reopen_resumed(resting_clock.entry, by=SYSTEM, formed_on=item.formed_on)
    elif document and last_withdrawal and last_withdrawal.was_public and document.formed_on == item.formed_on:
        acts.start_clock(item, by=SYSTEM, withdrawn=timezone.localdate(last_withdrawal.edition.visible_from))
    else:
        acts.start_clock(item, by=SYSTEM)


def _reopen_withdrawn_entry(item: ItemPage, last: Withdrawal) -> bool:
    """Reopen the entry of a withdrawn item; return true if there was one."""
    from gongkai.content.publishing.actions import disclosure as acts

    assert item.formed_on is not None
    public_clocks = Disclosure.objects.filter(
        item_id=item.pk, formed_on=item.formed_on, entry__state=DisclosureState.PUBLIC
    )
    row = public_clocks.select_related("entry").order_by("-pk").first()
    if row is None:
        return False
    acts.reopen_withdrawn(
        row.entry, by=SYSTEM, at=last.edition.visible_from, who=last.edition.made_by, reason=last.reason
    )
    return True


def published_at(item: ItemPage, *, only: Edition | None = None) -> datetime | None:
    """Return the time since when the item is or was public; None if never or withdrawn.

    Editions with another day of formation do not count. `only` is the item's only edition, if known.
    """
    if item.formed_on is None:
        return None
    stored = Edition.objects.filter(document__source=item.stream).order_by("-number")
    rows = [only] if only else stored.select_related("content")
    editions = list(takewhile(lambda one: one.act != Act.WITHDRAW, rows))
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
    numbers |= set(_list_changed().values_list("item_id", flat=True)[:5000])
    for item in ItemPage.objects.filter(pk__in=numbers).iterator(chunk_size=500):
        update_disclosure(item)
    return {"kept": len(numbers), "dropped": _drop_orphans()}


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


def _list_changed() -> QuerySet[Disclosure]:
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


def _drop_orphans() -> int:
    """Close the entries whose item was deleted (at most 1,000) and return their number."""
    from gongkai.content.publishing.actions import disclosure as acts

    lost = (
        _list_open_disclosures()
        .filter(~Exists(ItemPage.objects.filter(pk=OuterRef("item_id"))))
        .select_related("entry")
    )
    rows = list(lost[:1000])
    for row in rows:
        acts.close_deleted(row.entry, by=SYSTEM)
    return len(rows)


def update_after_publication(happened: ActionEvent) -> None:
    """Update the item's entry after a publication."""
    made = happened.step.result
    only = made if isinstance(made, Edition) and made.number == 1 else None
    update_disclosure(happened.target, who=happened.by.name, only=only)


def update_after_withdrawal(happened: ActionEvent) -> None:
    """Reopen the item's entry after a withdrawal."""
    item = item_of(happened.target)
    if item is not None:
        update_disclosure(item, who=happened.by.name)


def update_after_erasure(happened: ActionEvent) -> None:
    """Close the item's entry after its last text was erased by law."""
    from gongkai.content.publishing.actions import disclosure as acts

    item = item_of(happened.target.document)
    if item is None or item.draft_title != ERASED_TEXT:
        return

    for row in Disclosure.objects.filter(item_id=item.pk, entry__closed_at=None).select_related("entry"):
        acts.close_withheld(row.entry, by=SYSTEM, attribute="依法删除", reason="内容已依法删除，不应公开")


def update_after_save(happened: ActionEvent) -> None:
    """Update the item's entry after a saved draft or revision."""
    made = happened.step.result
    number = made.pk if isinstance(made, ItemPage) else happened.target.pk
    update_disclosure(ItemPage.objects.get(pk=number), who=happened.by.name)
