"""Course events about notices: imported with assisting units, corrected, confirmed, amended, revised."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from factories import notices
from gongkai.core.units.models import Body, BodyKind, BodyLevel
from gongkai.core.units.queries import find_general_office
from gongkai.work.notices import actions as noticing
from gongkai.work.notices.models import Amending, Assignment, Notice
from gongkai.work.notices.planning.roles import LEAD_OWES, SEPARATE_COLUMNS
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.measure_states import load_current_state
from simulation.course_table import SENTENCE
from simulation.events import event
from simulation.steps import Player, Step
from simulation.turns import row_of
from simulation.world import find_in_city

#: Login of the officer for notices; rows of a notice.
CHIEF, ROWS = "zwgk", 3


def notice_city(player: Player) -> notices.City:
    """Return the government whose notices courses are about."""
    government = find_in_city(BodyKind.GOVERNMENT)
    office = find_general_office(government) or government
    return notices.City(government, office, *[office] * 5, chief=player.actor(CHIEF))


def _read(step: Step, about: str, *, dropped: int = 0) -> dict[str, object]:
    """Return a parsed notice with lead and assisting units, without its last `dropped` rows."""
    staffed = Body.objects.filter(kind=BodyKind.DEPARTMENT, active_to=None, level=BodyLevel.CITY).order_by("pk")
    names = [body.label for body in staffed[:4]] or [find_in_city(BodyKind.GOVERNMENT).label]
    until = (timezone.localdate() + timedelta(days=60)).isoformat()
    rows = [
        notices.row(
            f"公开{about}（{number}）。",
            [names[0]],
            names[1:],
            duties=[notices.duty(f"公开{about}（{number}）。", due=notices.by_date(until))],
        )
        for number in range(ROWS - dropped)
    ]
    year = timezone.localdate().year
    return notices.parsed(
        title=f"关于{'修改' if dropped else ''}云岭市{year}年{about}任务分工的通知", doc_number=f"云府办发〔{year}〕{step.data['draw'][0]}号",
        issued_on=timezone.localdate().isoformat(), rows=rows,
    )  # fmt: skip


@event
def helped_notice_arrives(player: Player, step: Step) -> None:
    """Import a notice in which the lead owns each row and other units assist."""
    city = notice_city(player)
    source = notices.source(_read(step, step.data["about"][0]))
    source = replace(source, text=f"{source.text}\n{SENTENCE}\n附件另行印发，不再抄送。")
    notice = noticing.import_notice(None, by=city.chief, source=source, government=city.government, issuer=city.office)
    noticing.choose_owner(notice, by=city.chief, form=SEPARATE_COLUMNS, choice=LEAD_OWES)


@event
def revising_notice_arrives(player: Player, step: Step) -> None:
    """Import a notice that amends the one of the course: a row is left out."""
    older, city = row_of(step), notice_city(player)
    about = older.measures.order_by("pk").first().text.removeprefix("公开").partition("（")[0]
    notice = notices.import_draft(city, _read(step, about, dropped=1))
    if notice.measures.filter(form=SEPARATE_COLUMNS).exists():
        noticing.choose_owner(notice, by=city.chief, form=SEPARATE_COLUMNS, choice=LEAD_OWES)
    noticing.set_amended_notice(notice, by=city.chief, older=older)


@event
def notice_is_settled(player: Player, step: Step) -> None:
    """Resolve the open questions of a notice."""
    notice = notices.resolve_all(notice_city(player), row_of(step))
    if notice.amending == Amending.ASKED:
        noticing.set_amended_notice(notice, by=player.actor(CHIEF), older=None)


@event
def course_notice_is_confirmed(player: Player, step: Step) -> None:
    """Confirm a notice."""
    noticing.confirm_notice(row_of(step), by=player.actor(CHIEF))


@event
def due_is_corrected(player: Player, step: Step) -> None:
    """Correct the deadline of a duty in a draft."""
    notice: Notice = row_of(step)
    duty = notice.measures.earliest("pk").duties.earliest("pk")
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    noticing.edit_deadline(notice, by=player.actor(CHIEF), duty=duty.pk, due={"kind": "by_date", "date": day})


@event
def measure_is_amended(player: Player, step: Step) -> None:
    """Amend the text or the deadline of a measure in progress."""
    notice: Notice = row_of(step)
    task: Any = Assignment.objects.filter(notice=notice, entry__closed_at=None).order_by("pk").first()
    if task is None:
        return  # all of it is done
    now = load_current_state(task.measure)
    day = (timezone.localdate() + timedelta(days=45 + int(step.data["draw"][0]) % 9)).isoformat()
    duties = [replace(one, due={"kind": "by_date", "date": day, "text": day}) for one in now.duties]
    wanted = replace(now, duties=tuple(duties))
    noticing.amend_measure(notice, by=player.actor(CHIEF), measure=task.measure_id, wanted=wanted, reason="期限提前")


@event
def row_is_kept(player: Player, step: Step) -> None:
    """Keep the first row that a revision leaves out, if any."""
    from gongkai.work.notices.versions.comparison import compare_versions

    notice: Notice = row_of(step)
    revision: Any = compare_versions(notice)
    for line in [one for one in revision.lines if one.new is None][:1]:
        noticing.keep_dropped_row(notice, by=player.actor(CHIEF), revision=revision, row=line.key, reason="继续办理")


@event
def import_is_undone(player: Player, step: Step) -> None:
    """Undo the import of a notice without any work on its tasks."""
    if (notice := row_of(step)).state == NoticeState.LIVE:
        noticing.undo_import(notice, by=player.actor(CHIEF), reason="导入有误")
