"""Queries on the operation of sites and accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.queries import list_role_holders
from gongkai.core.units.unit_filters import own_units_q
from gongkai.work.newmedia import queries as accounts
from gongkai.work.newmedia.models import Account, AccountState
from gongkai.work.site_operations.actions.duty_reading import find_page_url, is_reading_day
from gongkai.work.site_operations.models import DailyLog, Regulation, RegulationKind, RestoreDrill, Upkeep
from gongkai.work.site_operations.permissions import STAFF_ROLES, list_home_bodies

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

# Posts that read a site every day.
READING_ROLES = (Role.CLERK, Role.CHIEF)
# Days searched for missing logs.
MISSING_LOG_DAYS = 30
# Days between restore drills: one year.
DRILL_INTERVAL_DAYS = 365


@register_visible_to()
def websites_visible_to(user: object) -> QuerySet[Website]:
    """Return sites of own and supervised units, and of the government of a general office."""
    actor = get_actor(user)
    rows = Website.objects.select_related("body", "upkeep__supervisor")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    governed = Body.objects.filter(pk__in=actor.bodies, kind=BodyKind.GENERAL_OFFICE, parent__kind=BodyKind.GOVERNMENT)
    return rows.filter(own_units_q(actor) | Q(body__in=governed.values("parent")))


@register_visible_to()
def accounts_visible_to(user: object) -> QuerySet[Account]:
    """Return the open accounts that the user may see, with what the list shows."""
    rows = accounts.visible_to(user).filter(state=AccountState.OPEN)
    return rows.select_related("body", "leader", "upkeep__supervisor")


@register_visible_to(DailyLog)
def logs_visible_to(user: object) -> QuerySet[DailyLog]:
    """Return the logs of visible sites and accounts."""
    rows = DailyLog.objects.filter(upkeep__in=upkeeps_visible_to(user).values("pk"))
    return rows.select_related("upkeep__website__body", "upkeep__account__body").prefetch_related("finds__entry")


@register_visible_to(Regulation)
def regulations_visible_to(user: object) -> QuerySet[Regulation]:
    """Return the regulations of visible sites and accounts."""
    rows = Regulation.objects.filter(upkeep__in=upkeeps_visible_to(user).values("pk"))
    return rows.select_related("stored")


@register_visible_to(Upkeep)
def upkeeps_visible_to(user: object) -> QuerySet[Upkeep]:
    """Return the operating records of visible sites and accounts."""
    sites = websites_visible_to(user).order_by().values("pk")
    running = accounts_visible_to(user).order_by().values("pk")
    return Upkeep.objects.filter(Q(website__in=sites) | Q(account__in=running))


def find_current_regulations(upkeep: Upkeep, today: date) -> dict[str, Regulation]:
    """Return {kind: the regulation in force today} of a site or account."""
    if upkeep.pk is None:
        return {}
    rows = upkeep.regulations.filter(since__lte=today).filter(Q(ended_on=None) | Q(ended_on__gt=today))
    return {row.kind: row for row in rows.order_by("since", "pk")}


def list_missing_days(upkeep: Upkeep, today: date, back: int = MISSING_LOG_DAYS) -> list[date]:
    """Return the reading days before today without a log, newest first.

    Only the last `back` days; none without a start of reading.
    """
    if upkeep.pk is None or upkeep.reading_from is None:
        return []
    first = max(upkeep.reading_from, today - timedelta(days=back))
    written = set(upkeep.logs.filter(day__gte=first).values_list("day", flat=True))
    days = [today - timedelta(days=n) for n in range(1, (today - first).days + 1)]
    return [day for day in days if day not in written and is_reading_day(upkeep, day)]


@dataclass(frozen=True)
class SiteStatus:
    """The status of a site or account on a day.

    `texts`: number of the five regulations in force; `missing`: days without a log; `handed`: number of witnessed
    handovers; `lacks`: missing data, in Chinese.
    """

    upkeep: Upkeep
    texts: int
    missing: list[date]
    read_today: bool  # duty reading was done today
    budget: object
    members: int
    handed: int
    lacks: list[str]

    @property
    def what(self) -> str:
        """Return `site` or `account`, as in URLs."""
        return "site" if self.upkeep.website_id else "account"

    @property
    def lacks_short(self) -> list[str]:
        """Return the missing data of a site; several missing regulations are given as one number."""
        missing_regulations = [lack for lack in self.lacks if lack.endswith("制度")]
        if len(missing_regulations) < 2:
            return self.lacks
        return [*(lack for lack in self.lacks if lack not in missing_regulations), f"{len(missing_regulations)}项制度"]

    @property
    def light(self) -> str:
        """Return red if logs of earlier days or data (`lacks`) are missing, yellow if only today's log is, else green."""
        return "red" if self.missing or self.lacks else "green" if self.read_today else "yellow"


def find_leader(upkeep: Upkeep) -> str:
    """Return the name of the person responsible for the content (网络意识形态责任制), or an empty string."""
    person = upkeep.account.leader if upkeep.account is not None else None
    return upkeep.leader or (person.name if person else "")


def find_status(upkeep: Upkeep, today: date) -> SiteStatus:
    """Return the status of a site or account today."""
    regulations = find_current_regulations(upkeep, today)
    saved = upkeep.pk is not None
    money = upkeep.fundings.filter(year=today.year).first() if saved else None
    members = upkeep.members.filter(left_on=None).count() if saved else 0
    unsigned = upkeep.handovers.filter(witnessed_at=None).count() if saved else 0
    lacks = [
        *(["主管单位"] if upkeep.supervisor_id is None else []),
        *(["承办单位"] if not upkeep.undertaker else []),
        *(["责任领导"] if not find_leader(upkeep) else []),
        *(f"{label}制度" for kind, label in RegulationKind.choices if kind not in regulations),
        *(["值班读网"] if upkeep.reading_from is None else []),
        *(["技术团队"] if not upkeep.technical else []),
        *(["内容团队"] if not upkeep.content else []),
        *([f"{today.year}年经费"] if money is None else []),
        *(["运维合同"] if money is not None and not money.contract else []),
        *([f"移交清单{unsigned}项未签收"] if unsigned else []),
    ]
    return SiteStatus(
        upkeep,
        len(regulations),
        list_missing_days(upkeep, today),
        saved and upkeep.logs.filter(day=today).exists(),
        money.budget if money else None,
        members,
        upkeep.handovers.exclude(witnessed_at=None).count() if saved else 0,
        lacks,
    )


def get_site_file(row: "AnyRow") -> Upkeep:
    """Return the operating record of a site or account; an unsaved one if there is none."""
    upkeep = getattr(row, "upkeep", None)
    if upkeep is None:
        upkeep = Upkeep(website=row) if isinstance(row, Website) else Upkeep(account=row)
    assert isinstance(upkeep, Upkeep)
    return upkeep


def get_cached_status(row: "AnyRow") -> SiteStatus:
    """Return today's status of a row, computed once."""
    status = row.__dict__.get("_standing")
    if status is None:
        status = row.__dict__["_standing"] = find_status(get_site_file(row), timezone.localdate())
    assert isinstance(status, SiteStatus)
    return status


def has_site_file(row: "AnyRow") -> bool:
    """Return true if a site or account has an operating record."""
    return get_site_file(row).pk is not None


@register_visible_to(RestoreDrill, technical=True)
def drills_visible_to(user: object) -> QuerySet[RestoreDrill]:
    """Return all restore drills to 政务公开办, auditors, administrators and security officers; others see none."""
    actor = get_actor(user)
    if actor.system or actor.has(Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY):
        return RestoreDrill.objects.all()
    return RestoreDrill.objects.none()


def is_drill_due(today: date) -> bool:
    """Return true if there was no successful drill within a year."""
    last = RestoreDrill.objects.filter(ok=True).order_by("-at").values_list("at", flat=True).first()
    return last is None or (today - timezone.localdate(last)).days > DRILL_INTERVAL_DAYS


def list_reading_cases(body: Body, first_day: date, until: date) -> list[ScoredCase]:
    """Return a case for the assessment for each past reading day of the sites and accounts under a unit.

    It passes if a log was written by the next day. An account is not read from the day on which it is closed.
    """
    cases = []
    upkeeps = Upkeep.objects.exclude(reading_from=None).filter(
        Q(website__body__path__startswith=body.path) | Q(account__body__path__startswith=body.path)
    )
    for upkeep in upkeeps.select_related("website__body", "account__body"):
        end = min(until + timedelta(days=1), timezone.localdate(), _find_closing_day(upkeep) or date.max)
        first_reading_day, last_day = max(first_day, upkeep.reading_from or first_day), end - timedelta(days=1)
        written: dict[date, date] = {}
        for day, at in (
            upkeep.logs.filter(day__range=(first_reading_day, last_day)).order_by("-at").values_list("day", "at")
        ):
            written[day] = timezone.localdate(at)
        for n in range((last_day - first_reading_day).days + 1):
            day = first_reading_day + timedelta(days=n)
            if not is_reading_day(upkeep, day):
                continue
            is_on_time = day in written and (written[day] - day).days <= 1
            reason = "当日有日志" if is_on_time else "日志补记" if day in written else "没有日志"
            cases.append(
                ScoredCase(f"{upkeep.pk}:{day}", f"{upkeep} {day}", float(is_on_time), reason, find_page_url(upkeep))
            )
    return cases


def _find_closing_day(upkeep: Upkeep) -> date | None:
    """Return the day on which the account of a record was closed; None for a site and an open account."""
    account = upkeep.account
    return account.closed_on if account is not None and account.state != AccountState.OPEN else None


def list_read_upkeeps() -> QuerySet[Upkeep]:
    """Return the records of sites and open accounts whose duty reading has a start, with site and account loaded."""
    rows = Upkeep.objects.exclude(reading_from=None).filter(Q(account=None) | Q(account__state=AccountState.OPEN))
    return rows.select_related("website__body", "account__body")


def list_sites_read_by(by: Actor) -> list[Upkeep]:
    """Return sites and accounts that the user must read daily.

    Clerks and 政务公开办 of the unit read; only where there are none, its other staff.
    """
    readers = {unit for unit, _ in list_role_holders(READING_ROLES)}
    upkeeps = []
    for upkeep in list_read_upkeeps():
        home_ids = {home.pk for home in list_home_bodies(upkeep.body)}
        roles = READING_ROLES if home_ids & readers else (*STAFF_ROLES, Role.CHIEF)
        if any(by.has(*roles, body_id=home) for home in home_ids):
            upkeeps.append(upkeep)
    return upkeeps
