"""Due work: telling whoever reads a site that yesterday has no log, each day once."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.core.units.actors import SYSTEM
from gongkai.work.site_operations.actions import remind_reading
from gongkai.work.site_operations.models import Upkeep
from gongkai.work.site_operations.queries import missing_days
from gongkai.work.site_operations.rules import homes

#: Days back of which somebody is told; older ones stand on the page.
BACK = 3


def remind() -> Mapping[str, int]:
    """Tell of the days without a log. Safe to miss and to repeat: a day is told once."""
    today, told = timezone.localdate(), 0
    rows = Upkeep.objects.exclude(reading_from=None).select_related("website__body", "account__body")
    for upkeep in rows:
        for day in reversed(missing_days(upkeep, today, BACK)):
            if upkeep.reminded is None or day > upkeep.reminded:
                remind_reading(upkeep, by=SYSTEM, day=day, body=homes(upkeep.body)[-1])
                told += 1
    return {"reminded": told} if told else {}
