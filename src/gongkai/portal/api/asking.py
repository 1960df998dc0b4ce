"""What a caller may ask for: read from the query, each mistake one clear line."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from gongkai.editions.models import Shelf, Standing
from gongkai.editions.queries import shelf_visible_to
from gongkai.editions.vocabulary import ItemKind
from gongkai.portal.tree import SiteTree
from gongkai.ui.asked import whole
from gongkai.units.actors import ANONYMOUS

PER_PAGE, MOST = 50, 100


class Wrong(Exception):
    """A parameter that cannot be; its text says why, in Chinese."""


@dataclass(frozen=True)
class Wanted:
    """A list as it was asked for."""

    column: int | None = None
    unit: int | None = None
    kind: str = ""
    standing: str = ""
    year: int | None = None
    since: datetime | None = None
    cursor: str = ""
    size: int = PER_PAGE


def read(request: HttpRequest) -> Wanted:
    """Read the query of a list.

    Raises:
        Wrong: a value that cannot be.
    """
    get = request.GET.get
    return Wanted(
        column=_number("column", get("column", "")),
        unit=_number("unit", get("unit", "")),
        kind=_one_of("kind", get("kind", ""), ItemKind.values),
        standing=_one_of("standing", get("standing", ""), Standing.values),
        year=_year(get("year", "")),
        since=_moment(get("since", "")),
        cursor=get("cursor", ""),
        size=min(_number("size", get("size", "")) or PER_PAGE, MOST),
    )


def rows(tree: SiteTree, wanted: Wanted) -> QuerySet[Shelf]:
    """Return the rows asked for that everybody may see, in no order yet."""
    found = shelf_visible_to(ANONYMOUS).filter(website=tree.website, column=wanted.column)
    if wanted.unit is not None:
        found = found.filter(body=wanted.unit)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.standing:
        found = found.filter(standing=wanted.standing)
    if wanted.since:
        found = found.filter(from_at__gte=wanted.since)
    if wanted.year:
        found = found.filter(published_at__gte=_first(wanted.year), published_at__lt=_first(wanted.year + 1))
    return found


def _first(year: int) -> datetime:
    return timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    found = whole(text)
    if found is None:
        raise Wrong(f"参数 {name} 应是一个整数。")
    return found


def _year(text: str) -> int | None:
    year = _number("year", text)
    if year is not None and not 1949 <= year <= 2999:
        raise Wrong("参数 year 应是四位年份。")
    return year


def _one_of(name: str, text: str, allowed: list[Any]) -> str:
    if text and text not in allowed:
        raise Wrong(f"参数 {name} 只能是：{'、'.join(str(one) for one in allowed if one)}。")
    return text


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+"))
        day = None if moment else parse_date(text)
        if moment is None and day:
            moment = datetime.combine(day, time())
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not 1900 < moment.year < 9000:
        raise Wrong("参数 since 应是日期（2026-11-20）或时间（2026-11-20T09:30:00+08:00）。")
    return moment
