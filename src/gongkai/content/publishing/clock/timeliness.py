"""Describe whether items were published in time (P-19), with the light of the ledger entry.

Items without an entry are judged by the same rule, so that office, ledger and report agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from gongkai.content.editions.sources import Source
from gongkai.content.publishing.clock.disclosures import ATTRIBUTES_TO_DISCLOSE, RULE_SET, compute_deadline
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.publishing.states import DisclosureState
from gongkai.core.ledger.clock import get_light
from gongkai.lib import law


@dataclass(frozen=True)
class PublicationTimeliness:
    """The timeliness of a text: working days that it took or has taken so far, light, Chinese sentence (`words`)."""

    days: int
    light: str
    words: str

    @property
    def rule(self) -> str:
        """Return the legal deadline of publication with its source, in Chinese."""
        figure = law.get_figures_in_force()["disclosure.publish"]
        return f"{figure.source}：{figure.words}内公开"


def get_deadline_working_days() -> int:
    """Return the number of working days for publication (条例第二十六条)."""
    period = law.build_rule_sets()[RULE_SET].period
    assert period is not None
    return period.count


def _get_deadline(formed_on: date, calendar: law.Calendar) -> tuple[date, date]:
    """Return (last day in time, first day of the yellow light)."""
    return _compute_deadline(formed_on, calendar, law.build_rule_sets()[RULE_SET].figures, law.load_stored_changes())


@lru_cache(maxsize=4096)
def _compute_deadline(
    formed_on: date, calendar: law.Calendar, _figures: tuple[law.LegalFigure, ...], _changes: law.LawChanges
) -> tuple[date, date]:
    """Return the days of `_get_deadline`; cached for the figures in force and the changes of law."""
    due = compute_deadline(formed_on, None, calendar, formed_on).date
    assert due is not None
    return due, law.compute_warning_time(due, law.build_rule_sets()[RULE_SET], calendar)


def compute_promptness(
    formed_on: date | None,
    published_on: date | None,
    today: date,
    *,
    light: str = "",
    due: date | None = None,
) -> PublicationTimeliness | None:
    """Return the timeliness from formation or change to publication, or None without a formation day.

    Args:
        formed_on: the day of formation or change, which is not counted (民法典第二百零一条).
        published_on: the day of publication; None: not yet.
        today: the current day.
        light: the light of its entry, if any.
        due: the day by which a withdrawn item must be public again.
    """
    if formed_on is None:
        return None
    days = law.default_calendar()
    if due:
        left = f"还剩{days.count_working_days(today, due)}个工作日" if due >= today else "已超期"
        first, _ = _get_deadline(formed_on, days)
        anew = f"（自撤回之日重新计算，首次公开的期限是{first:%Y-%m-%d}）" if due != first else ""
        text = f"撤回后未重新公开，{left}{anew}"
        return PublicationTimeliness(max(0, days.count_working_days(formed_on, today)), light, text)
    due, warn = _get_deadline(formed_on, days)
    count = max(0, days.count_working_days(formed_on, published_on or today))
    # On a holiday behind the last day no further working day has passed, and yet it is one too many.
    count = max(count, days.count_working_days(formed_on, due) + 1) if (published_on or today) > due else count
    light = light or law.compute_traffic_light(due, warn, False, published_on, today).key
    if published_on:
        late = f"，晚于{due:%Y-%m-%d}的期限" if light == "grey_red" else ""
        return PublicationTimeliness(count, light, f"用时{count}个工作日{late}")
    if light == "red":
        return PublicationTimeliness(count, light, f"形成{count}个工作日仍未公开，已超期")
    return PublicationTimeliness(
        count, light, f"已{count}个工作日，还剩{max(0, days.count_working_days(today, due))}个工作日"
    )


def map_promptness(items: Iterable[ItemPage], published: Mapping[int, date]) -> dict[int, PublicationTimeliness]:
    """Return the timeliness of items by primary key, in one query.

    Items that need not be public or lack a formation day are left out.

    Args:
        items: the last drafts.
        published: primary key of an item → day of publication, for items without an entry.
    """
    listed = {item.pk: item for item in items}
    rows = Disclosure.objects.filter(item_id__in=listed).select_related("entry").order_by("pk")
    clocks = {row.item_id: row for row in rows}
    found = {
        number: _describe_promptness(item, clocks.get(number), published.get(number)) for number, item in listed.items()
    }
    return {number: prompt for number, prompt in found.items() if prompt}


def _describe_promptness(
    item: ItemPage, clock: Disclosure | None, published: date | None
) -> PublicationTimeliness | None:
    """Return how promptly an item was published, None if no period applies."""
    today = timezone.localdate()
    if clock is None:
        owed = item.attribute in ATTRIBUTES_TO_DISCLOSE or published is not None
        return compute_promptness(item.formed_on, published, today) if owed else None
    entry = clock.entry
    if entry.state in {DisclosureState.WITHHELD, DisclosureState.GONE}:
        return None
    if entry.state == DisclosureState.TAKEN_DOWN and entry.due_at:
        due = timezone.localdate(entry.due_at)
        return compute_promptness(clock.formed_on, None, today, light=get_light(entry), due=due)
    closed_on = timezone.localdate(entry.closed_at) if entry.closed_at else None
    return compute_promptness(clock.formed_on, closed_on, today, light=get_light(entry))


def find_promptness(source: Source, published: date | None) -> PublicationTimeliness | None:
    """Return the timeliness of an item, or None for sources of other apps."""
    if not isinstance(source, ItemPage):
        return None
    return map_promptness([source], {source.pk: published} if published else {}).get(source.pk)
