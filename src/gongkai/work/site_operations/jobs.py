"""Scheduled job: remind users of missing daily logs."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.core.units.actors import SYSTEM
from gongkai.work.site_operations.actions import remind_reading
from gongkai.work.site_operations.models import Upkeep
from gongkai.work.site_operations.queries import missing_days
from gongkai.work.site_operations.rules import homes

# Older days are only shown on the page.
BACK = 3


def remind() -> Mapping[str, int]:
    """Remind of days without a log, once each. Safe to miss and to repeat."""
    today, told = timezone.localdate(), 0
    rows = Upkeep.objects.exclude(reading_from=None).select_related("website__body", "account__body")
    for upkeep in rows:
        for day in reversed(missing_days(upkeep, today, BACK)):
            if upkeep.reminded is None or day > upkeep.reminded:
                remind_reading(upkeep, by=SYSTEM, day=day, body=homes(upkeep.body)[-1])
                told += 1
    return {"reminded": told} if told else {}
