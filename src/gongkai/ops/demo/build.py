"""Build the sample city: small (one year, fifteen units) in seconds, whole (two years) in minutes."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from gongkai.core.acts.lock_sharing import allow_parsing_in_transaction
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import seal_now
from gongkai.core.ledger.jobs import run_due
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.confined import with_progress
from gongkai.ops.demo import clock, notices, people, site
from gongkai.ops.demo.sample_modules import SAMPLE_MODULES
from gongkai.ops.demo.task_simulation import Simulation
from gongkai.work.notices import actions
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.jobs import open_next_periods
from gongkai.work.notices.models import MeasureUnit, Notice, UnitState

#: Columns that stay unopened, as examples in the register.
UNOPENED_COLUMNS = ("反不正当竞争",)


def is_built() -> bool:
    """Return True if any unit exists, which means that a sample city was built: it is built in one transaction."""
    return Body.objects.exists()


def list_logins() -> list[tuple[str, str, str]]:
    """Return (label, user name, password) of the sample logins."""
    named = [(text, login, people.SAMPLE_PASSWORD) for login, (text, _, _) in people.LOGIN_POSTS.items()]
    return [*named, ("市财政局预算科经办人", people.BUREAU_LOGIN, people.SAMPLE_PASSWORD)]


def build_city(progress: Callable[[str], None], *, small: bool = False, now: datetime | None = None) -> None:
    """Create the sample city in one transaction, then run the due jobs and seal the log.

    Args:
        progress: called with messages in Chinese.
        small: create one year and few units, with each outcome of a task in turn.
        now: the present time of the sample (default: now).
    """
    random.seed(20)
    end = now or timezone.now()
    today = timezone.localtime(end).date()
    year = notices.get_notice_year(today)
    # As in a job: on a busy machine the files of the sample take their time, else an item would wait for its check.
    with transaction.atomic(), allow_parsing_in_transaction(), with_progress(lambda *_: None, lambda: None):
        begin = clock.office_hour(date(year - 1, 3, 2), 0)
        with clock.travel_to(begin):
            progress("单位、处室和人员")
            staff = people.create_staff(begin.date(), small=small)
            site.open_sites(staff)
            site.publish_fixed_column_texts(staff, begin.date())
        simulation = Simulation(staff, end, most_items=8, in_turn=True) if small else Simulation(staff, end)
        if not small:
            _schedule_notice(simulation, "last_year", staff.chief, "shi", "shiban", today, year - 1, progress)
        size = "_small" if small else ""
        _schedule_notice(simulation, f"city{size}", staff.chief, "shi", "shiban", today, year, progress)
        county = staff.actor(Role.CHIEF, staff.bodies["qxban"])
        _schedule_notice(simulation, f"county{size}", county, "qingxi", "qxban", today, year, progress)
        _schedule_next_periods(simulation, year, every=3 if small else 1)
        progress("推演各单位的办理经过")
        simulation.run(progress)
        context = people.SampleContext(staff, today, small)
        for sample_module in SAMPLE_MODULES:
            before = Movement.objects.count()
            sample_module.create(context)
            progress(f"{sample_module.label}（{sample_module.name}）：{Movement.objects.count() - before} 项操作")
        progress("上级通知（待审核）")
        _import_notice(staff.chief, staff.bodies["shi"], staff.bodies["shengban"], "province", today, year)
    run_due()
    seal_now()


def _import_notice(by: Actor, government: Body, issuer: Body, name: str, today: date, year: int) -> Notice:
    sample = notices.load_sample(name, today, year)
    source = read_source(notices.make_word_file(sample), f"{sample.facts['标题']}.docx")
    notice: Notice = actions.import_notice(None, by=by, source=source, government=government, issuer=issuer)
    return notice


def _schedule_notice(
    simulation: Simulation,
    name: str,
    chief: Actor,
    government: str,
    issuer: str,
    today: date,
    year: int,
    progress: Callable[[str], None],
) -> None:
    """Schedule a notice's import and confirmation for the day after its issue, with its columns and the plan of its tasks."""
    issued = date.fromisoformat(notices.load_sample(name, today, year).facts["日期"])
    staff = simulation.staff

    def go(moment: datetime) -> None:
        """Import, confirm and plan the notice."""
        progress(f"导入并确认{year}年通知")
        notice = _import_notice(chief, staff.bodies[government], staff.bodies[issuer], name, today, year)
        settle_notice(notice, chief)
        actions.confirm_notice(Notice.objects.get(pk=notice.pk), by=chief)
        site.open_columns(staff, leave=UNOPENED_COLUMNS)
        simulation.plan(notice, moment)

    simulation.schedule(clock.office_hour(issued + timedelta(days=1), 30), go)


def settle_notice(notice: Notice, chief: Actor) -> None:
    """Resolve each open unit name of an imported notice to all its units, and settle its doubts, as a user does."""
    rows = MeasureUnit.objects.filter(measure__notice=notice).exclude(state=UnitState.RESOLVED)
    for number in list(rows.values_list("pk", flat=True)):
        if rows.filter(pk=number).exists():
            actions.resolve_unit(Notice.objects.get(pk=notice.pk), by=chief, unit=number, everyone=True)
    actions.settle_flags(Notice.objects.get(pk=notice.pk), by=chief)


def _schedule_next_periods(simulation: Simulation, year: int, *, every: int) -> None:
    """Schedule, on each `every`-th first of month, the job that opens next periods, and plan the new tasks."""

    def go(moment: datetime) -> None:
        """Open the next periods and plan the tasks of upper notices."""
        open_next_periods()
        for notice in Notice.objects.filter(state="live", own=False):
            simulation.plan(notice, moment)

    for month in range(0, 24, every):
        day = date(year - 1 + month // 12, month % 12 + 1, 1)
        if day > date(year - 1, 4, 1):
            simulation.schedule(clock.office_hour(day, 5), go)
