"""Choices of filters."""

from django.utils import timezone

from gongkai.core.ledger.models import Entry


def years() -> list[int]:
    """Return the years with entries, newest first, by index lookups."""
    newest = Entry.objects.order_by("-year").values_list("year", flat=True).first()
    oldest = Entry.objects.order_by("year").values_list("year", flat=True).first()
    this = timezone.localdate().year
    return list(range(max(newest or this, this), min(oldest or this, this) - 1, -1))
