"""Create assignments: entries of the ledger with their facts. Call these inside an action."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import end_of
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.work.notices.contributing import open_contributions
from gongkai.work.notices.models import Assignment, Measure
from gongkai.work.notices.planning.periods import YEAR, Period
from gongkai.work.notices.planning.plan import PlannedEntry


@dataclass(frozen=True)
class NewAssignment:
    """An assignment to create.

    `share` is the key of the office named by the notice, by default that of the owner.
    """

    measure: Measure
    plan: PlannedEntry
    year: int
    title: str = ""
    label: str = ""
    share: int | None = None


def entry_title(measure: Measure, period: Period) -> str:
    """Return the title of an entry: the first words of the measure, and the period unless yearly."""
    return measure.title if period.track == YEAR else f"{measure.title}（{period.words}）"


def create_assignments(news: Iterable[NewAssignment], *, by: Actor, words: str) -> list[Assignment]:
    """Store entries, assignments, leads and contributions in a constant number of statements."""
    wanted = list(news)
    if not wanted:
        return []
    notice = wanted[0].measure.notice
    entries = make_entries(
        [
            Entry(
                kind=notice.entry_kind,
                title=(new.title or entry_title(new.measure, new.plan.period))[:300],
                body_id=new.plan.owned.owner.body_id,
                office_id=new.plan.owned.owner.office_id,
                year=new.year,
                due_at=end_of(new.plan.due),
            )
            for new in wanted
        ],
        by=by,
        words=words,
    )
    made = Assignment.objects.bulk_create(
        [
            Assignment(
                entry=entry,
                measure=new.measure,
                notice_id=new.measure.notice_id,
                section_no=new.measure.section_no,
                body_id=entry.body_id,
                share=_share_of(new) if notice.own else 0,
                track=new.plan.period.track,
                period=new.label or new.plan.period.label,
                lead_ids=list(new.plan.owned.leads),
            )
            for entry, new in zip(entries, wanted, strict=True)
        ],
        batch_size=500,
    )
    through = Assignment.leads.through
    through.objects.bulk_create(
        [
            through(assignment_id=assignment.pk, body_id=lead)
            for assignment, new in zip(made, wanted, strict=True)
            for lead in new.plan.owned.leads
        ],
        batch_size=1000,
    )
    usual = [one for one, new in zip(made, wanted, strict=True) if not new.label and not notice.own]
    open_contributions(usual, by=by)
    return made


def _share_of(new: NewAssignment) -> int:
    return new.plan.owned.owner.office_id or 0 if new.share is None else new.share


def pair_with_measures(
    entries: Iterable[PlannedEntry], measures: Mapping[int, Measure], year: int
) -> list[NewAssignment]:
    """Pair planned entries with their measures."""
    return [NewAssignment(measures[entry.measure], entry, year) for entry in entries]
