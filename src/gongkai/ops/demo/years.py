"""Sample data: last year's notice with a continued task (V-08), and next year's draft (N-14)."""

from datetime import date, timedelta

from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock, notices, site
from gongkai.ops.demo.cast import SampleCast, SampleContext
from gongkai.work.notices import actions
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.models import Assignment, Notice


def create_year_notices(stage: SampleContext) -> None:
    """Import both notices; the whole city already has last year's."""
    if not stage.small:
        return
    cast, today = stage.cast, stage.today
    year = notices.year_of(today)
    _last_year(cast, today, year - 1)
    county = cast.actor(Role.CHIEF, cast.bodies["qxban"])
    with clock.travel_to(clock.office_hour(today - timedelta(days=5), 60)):
        draft = _imported("draft", county, cast.bodies["qingxi"], cast.bodies["qxban"], today, year)
        actions.confirm_notice(draft, by=county)


def _imported(name: str, by: Actor, government: Body, issuer: Body, today: date, year: int) -> Notice:
    sample = notices.load_sample(name, today, year)
    source = read_source(notices.make_word_file(sample), f"{sample.facts['标题']}.docx")
    notice = actions.import_notice(None, by=by, source=source, government=government, issuer=issuer)
    actions.settle_flags(Notice.objects.get(pk=notice.pk), by=by)
    return Notice.objects.get(pk=notice.pk)


def _last_year(cast: SampleCast, today: date, year: int) -> None:
    """Finish two of last year's tasks; continue the third in this year's review."""
    city, chief = cast.bodies["shi"], cast.chief
    with clock.travel_to(clock.office_hour(date(year, 4, 29), 40)):
        notice = _imported("last_year_small", chief, city, city, today, year)
        actions.confirm_notice(notice, by=chief)
    *assignments, undone = Assignment.objects.filter(notice=notice).select_related("entry__body").order_by("pk")
    for assignment in assignments:
        body = assignment.entry.body
        with clock.travel_to(clock.office_hour(date(year, 9, 15), 30)):
            url = site.find_page(find_website(city), body, [])
            duties = {duty.pk: 1 for duty in assignment.measure.duties.all()}
            clerk = cast.actor(Role.CLERK, body)
            task = actions.submit_task(assignment.entry, by=clerk, done=duties, urls=[url], statement="已按要求公开。")
            actions.accept_submission(task, by=chief, holds=list(task.evidence.values_list("pk", flat=True)))
    with clock.travel_to(clock.office_hour(date(year + 1, 1, 20), 30)):
        actions.carry_over_assignment(
            Entry.objects.get(pk=undone.pk), by=chief, reason="栏目整理没有完成，转入本年继续办理。"
        )
