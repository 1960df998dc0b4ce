"""Visit the home pages of sites every hour, and count failures by site and day."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from gongkai.lib.outbound import Inner, NoAnswer, Reach, ask
from gongkai.lib.outbound.probing import is_dead
from gongkai.oversight.inspection.actions import barred
from gongkai.oversight.inspection.availability import Availability, Visits, week_of
from gongkai.oversight.inspection.inner import inner_hosts
from gongkai.oversight.inspection.models import InspectedSite, SiteDay
from gongkai.oversight.inspection.site.indicators import TABLE, read_indicators

#: Interval between two visits of a site: 24 a day; the indicator requires 20.
PAUSE = timedelta(hours=1)
#: Maximum number of visits of one job run, and of failures stored for a day.
MOST, NAMED = 20, 40
INDICATOR = "veto.unreachable"


def visit_sites() -> dict[str, int]:
    """Job: visit the sites whose last visit is an hour ago; safe to miss and to repeat."""
    now = timezone.now()
    waits = Q(visited_at=None) | Q(visited_at__lte=now - PAUSE)
    alive = Q(ended_on=None) | Q(ended_on__gt=timezone.localdate(now))
    rows = InspectedSite.objects.filter(waits & alive, watched=True)
    due = list(rows.order_by("visited_at", "pk")[:MOST])
    if not due:
        return {}
    table, done = read_indicators(settings.GONGKAI_INDICATORS or TABLE), 0
    seconds = float(table.limit(INDICATOR, "seconds", 15))
    for site in due:
        # Only one of two parallel workers updates the row.
        taken = InspectedSite.objects.filter(waits, pk=site.pk).update(visited_at=now)
        if taken and not barred(site.address):
            visit = opened(site.address, seconds)
            if visit is not None:
                note_visit(site, *visit)
                done += 1
    return {"visited": done} if done else {}


def opened(address: str, seconds: float) -> tuple[float, str] | None:
    """Return the response time in seconds and the failure reason (empty on success).

    Returns None without a visit if the address leads into an internal network that is not allowed.
    """
    from gongkai.oversight.inspection.site.run import AGENT  # imports all checks, which is slow

    reach = Reach(seconds=seconds, whole=seconds, hops=5, most=65_536, inside=inner_hosts(), agent=AGENT)
    begun = time.monotonic()
    try:
        with ask(address, reach) as answer:
            why = f"网站应答 {answer.status}" if is_dead(answer.status) else ""
            answer.begin(4096)
    except Inner:
        return None
    except NoAnswer as error:
        why = str(error) or "连接不上"
    return time.monotonic() - begun, why


@transaction.atomic
def note_visit(site: InspectedSite, took: float, why: str) -> None:
    """Count a visit in the row of its day; failures are stored with time and reason."""
    now = timezone.localtime()
    row, _ = SiteDay.objects.select_for_update().get_or_create(site=site, day=now.date())
    faults = [*row.faults, [f"{now:%H:%M}", why[:100]]][-NAMED:] if why else row.faults
    SiteDay.objects.filter(pk=row.pk).update(
        visits=F("visits") + 1,
        failed=F("failed") + int(bool(why)),
        slowest=max(row.slowest, round(took, 2)),
        faults=faults,
    )


def days_of(site: InspectedSite) -> list[Visits]:
    """Return a site's visits by day."""
    rows = SiteDay.objects.filter(site=site).order_by("day")
    return [Visits(site_day.day, site_day.visits, site_day.failed, site_day.slowest) for site_day in rows]


def watched_week(site: InspectedSite) -> Availability:
    """Return the availability of the seven days before today."""
    today = timezone.localdate()
    rows = SiteDay.objects.filter(site=site, day__gte=today - timedelta(days=8))
    return week_of([Visits(site_day.day, site_day.visits, site_day.failed) for site_day in rows], today)
