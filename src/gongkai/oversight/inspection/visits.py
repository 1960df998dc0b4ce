"""Visit the inspected sites every hour and store how they answered."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from gongkai.lib.outbound import InternalHost, NoAnswer, RequestLimits, send_request
from gongkai.lib.outbound.reachability import is_dead_link_status
from gongkai.oversight.inspection.actions import find_request_barriers
from gongkai.oversight.inspection.availability import Availability, DailyVisits, sum_last_week
from gongkai.oversight.inspection.internal_hosts import get_inner_hosts
from gongkai.oversight.inspection.models import InspectedSite, SiteDay
from gongkai.oversight.inspection.queries import make_inspected_condition
from gongkai.oversight.inspection.site.scoring import INDICATOR_TABLE_PATH, read_indicators

#: Interval between two visits of a site: 24 a day; the indicator requires 20.
VISIT_INTERVAL = timedelta(hours=1)
#: Maximum number of visits of one job run, and of failures stored for a day.
MAX_VISITS_PER_RUN, MAX_FAULTS_PER_DAY = 20, 40
#: Key of the indicator for sites that do not open.
UNREACHABLE_INDICATOR = "veto.unreachable"


def visit_sites() -> dict[str, int]:
    """Visit up to `MAX_VISITS_PER_RUN` sites not visited for an hour; a job."""
    moment = timezone.now()
    waits = Q(visited_at=None) | Q(visited_at__lte=moment - VISIT_INTERVAL)
    rows = InspectedSite.objects.filter(waits, make_inspected_condition(), watched=True)
    due = list(rows.order_by("visited_at", "pk")[:MAX_VISITS_PER_RUN])
    if not due:
        return {}
    table, done = read_indicators(settings.GONGKAI_INDICATORS or INDICATOR_TABLE_PATH), 0
    seconds = float(table.limit(UNREACHABLE_INDICATOR, "seconds", 15))
    for site in due:
        # Only one of two parallel workers updates the row.
        was_claimed = InspectedSite.objects.filter(waits, pk=site.pk).update(visited_at=moment)
        if was_claimed and not find_request_barriers(site.address):
            visit = measure_opening(site.address, seconds)
            if visit is not None:
                note_visit(site, *visit)
                done += 1
    return {"visited": done} if done else {}


def measure_opening(address: str, seconds: float) -> tuple[float, str] | None:
    """Return (response time in seconds, failure reason or "") of a request with a timeout in `seconds`.

    Returns None without a visit if the address leads into an internal network that is not allowed.
    """
    from gongkai.oversight.inspection.site.run import USER_AGENT  # imports all checks, which is slow

    reach = RequestLimits(
        seconds=seconds, whole=seconds, hops=5, most=65_536, inside=get_inner_hosts(), agent=USER_AGENT
    )
    started_at = time.monotonic()
    try:
        with send_request(address, reach) as answer:
            is_failed = is_dead_link_status(answer.status) or answer.status == 503  # busy for everybody
            why = f"网站应答 {answer.status}" if is_failed else ""
            answer.read_beginning(4096)
    except InternalHost:
        return None
    except NoAnswer as error:
        why = str(error) or "连接不上"
    return time.monotonic() - started_at, why


@transaction.atomic
def note_visit(site: InspectedSite, took: float, reason: str) -> None:
    """Count a visit, which `took` seconds, in the row of its day."""
    now = timezone.localtime()
    row, _ = SiteDay.objects.select_for_update().get_or_create(site=site, day=now.date())
    faults = [*row.faults, [f"{now:%H:%M}", reason[:100]]][-MAX_FAULTS_PER_DAY:] if reason else row.faults
    SiteDay.objects.filter(pk=row.pk).update(
        visits=F("visits") + 1,
        failed=F("failed") + int(bool(reason)),
        slowest=max(row.slowest, round(took, 2)),
        faults=faults,
    )


def list_daily_visits(site: InspectedSite) -> list[DailyVisits]:
    """Return a site's visits by day."""
    rows = SiteDay.objects.filter(site=site).order_by("day")
    return [DailyVisits(site_day.day, site_day.visits, site_day.failed, site_day.slowest) for site_day in rows]


def sum_watched_week(site: InspectedSite) -> Availability:
    """Return the availability of the seven days before today."""
    today = timezone.localdate()
    rows = SiteDay.objects.filter(site=site, day__gte=today - timedelta(days=8))
    return sum_last_week([DailyVisits(site_day.day, site_day.visits, site_day.failed) for site_day in rows], today)
