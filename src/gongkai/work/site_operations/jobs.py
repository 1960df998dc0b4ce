"""Scheduled job: remind users of missing daily logs."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.core.units.actors import SYSTEM
from gongkai.work.site_operations.actions import remind_of_missing_log
from gongkai.work.site_operations.models import Upkeep
from gongkai.work.site_operations.permissions import list_home_bodies
from gongkai.work.site_operations.queries import list_missing_days

# Older days are only shown on the page.
REMINDER_DAYS_BACK = 3


def remind_of_missing_logs() -> Mapping[str, int]:
    """Remind of days without a log, once each. Safe to miss and to repeat."""
    today, told = timezone.localdate(), 0
    rows = Upkeep.objects.exclude(reading_from=None).select_related("website__body", "account__body")
    for upkeep in rows:
        for day in reversed(list_missing_days(upkeep, today, REMINDER_DAYS_BACK)):
            if upkeep.reminded is None or day > upkeep.reminded:
                remind_of_missing_log(upkeep, by=SYSTEM, day=day, body=list_home_bodies(upkeep.body)[-1])
                told += 1
    return {"reminded": told} if told else {}
