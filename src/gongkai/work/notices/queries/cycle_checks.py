"""Pending cycle checks: vague duties (及时、动态更新) not checked in the current cycle."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.queries import own_visible_to
from gongkai.core.units.actors import Actor
from gongkai.work.notices.models import Duty, DutyCheck
from gongkai.work.notices.planning.periods import TRACK_LABELS, YEAR, find_period
from gongkai.work.notices.states import CHECKED_STATES, TASK_KINDS, NoticeState


def list_unchecked(actor: Actor, today: date | None = None) -> EntryQuerySet:
    """Return entries of the actor's units with a vague duty not ticked in the current cycle.

    Entries closed as done are included.
    """
    day = today or timezone.localdate()
    waiting = Q(pk__in=[])
    for track in TRACK_LABELS:
        if track == YEAR:
            continue
        label = find_period(track, day).label
        ticked = DutyCheck.objects.filter(
            assignment=OuterRef(OuterRef("pk")), duty=OuterRef("pk"), cycle=label, done=True
        )
        duties = Duty.objects.filter(measure=OuterRef("assignment__measure"), cycle=track).exclude(Exists(ticked))
        waiting |= Q(Exists(duties))
    return own_visible_to(actor).filter(
        waiting,
        assignment__measure__in=Duty.objects.exclude(cycle="").values("measure"),
        kind__in=TASK_KINDS,
        year=day.year,
        state__in=CHECKED_STATES,
        assignment__track=YEAR,
        assignment__notice__state=NoticeState.LIVE,
        assignment__measure__dropped=False,
    )
