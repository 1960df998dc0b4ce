"""Cache the launch state: in preparation, or open to the public (`models.Launch`)."""

from datetime import date

from django.utils import timezone

from gongkai.content.editions.models.sites import Launch, Website
from gongkai.core.acts.models import Movement

#: True if this process knows that the installation is open: it stays so, and is not asked again.
_known_open = False


def in_preparation() -> bool:
    """Return true if the installation is in preparation; no query once it is open.

    Without a launch row and a site, the answer is not cached, because `gongkai init` may not have
    run yet.
    """
    global _known_open  # noqa: PLW0603 - what a process learnt once
    if _known_open:
        return False
    waiting = Launch.objects.filter(opened_at=None).exists()
    _known_open = not waiting and (Launch.objects.exists() or Website.objects.exists())
    return waiting


def get_opening_day() -> date | None:
    """Return the day on which the installation was opened to the public, or None."""
    moment = Launch.objects.exclude(opened_at=None).values_list("opened_at", flat=True).first()
    return timezone.localdate(moment) if moment else None


def get_work_start_day() -> date | None:
    """Return the day from which work is done here; None in preparation.

    It is the day of the opening, else that of the first log record.
    """
    if (opened := get_opening_day()) or in_preparation():
        return opened
    first = Movement.objects.order_by("at").values_list("at", flat=True).first()
    return timezone.localdate(first) if first else None


def clear_launch_cache() -> None:
    """Clear the cached launch state (tests)."""
    global _known_open  # noqa: PLW0603
    _known_open = False


def assume_open() -> None:
    """Treat the installation as open, without a query (tests)."""
    global _known_open  # noqa: PLW0603
    _known_open = True
