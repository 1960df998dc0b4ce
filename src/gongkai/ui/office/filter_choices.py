"""Choices of filters."""

from django.db.models import Exists
from django.utils import timezone

from gongkai.core.ledger.models import Entry


def list_years() -> list[int]:
    """Return the years with entries and this year, newest first, by index lookups."""
    newest = Entry.objects.order_by("-year").values_list("year", flat=True).first()
    oldest = Entry.objects.order_by("year").values_list("year", flat=True).first()
    this = timezone.localdate().year
    if newest is None or oldest is None:
        return [this]
    between = range(oldest, newest + 1)
    # DISTINCT would read the index of a million rows; one row of each year is enough.
    there = Entry.objects.order_by().values_list(*(Exists(Entry.objects.filter(year=year)) for year in between))[0]
    found = {year for year, is_there in zip(between, there, strict=True) if is_there}
    return sorted(found | {this}, reverse=True)
