"""Score sources for the assessment: timely answers, kept promises, accountability (M-08)."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.scoring import Case, ScoreSource, in_time, of_unit, register_score, settled
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.work.opinion.kinds import CASE_NAME, PROMISE_NAME
from gongkai.work.opinion.models import CaseTalk
from gongkai.work.opinion.states import PromiseState


def _promises(body: Body, first: date, until: date) -> list[Case]:
    rows = of_unit(body).filter(kind=PROMISE_NAME).exclude(state=PromiseState.VOIDED)
    broken = rows.filter(
        state=PromiseState.BROKEN,
        closed_at__gt=end_of_day(first) - timedelta(days=1),
        closed_at__lte=end_of_day(until),
    )
    found = {entry.pk: entry for entry in settled(rows.exclude(state=PromiseState.BROKEN), first, until)}
    found |= {entry.pk: entry for entry in broken}
    return [_promise(entry) for entry in sorted(found.values(), key=lambda one: one.pk)]


def _promise(entry: Entry) -> Case:
    kept = entry.state == PromiseState.KEPT
    good = kept and entry.due_at is not None and entry.closed_at is not None and entry.closed_at <= entry.due_at
    words = {PromiseState.BROKEN: "未兑现", PromiseState.KEPT: "逾期兑现"}
    why = "按期兑现" if good else words.get(entry.state, "逾期未兑现")
    return Case(entry.number, entry.title, 1.0 if good else 0.0, why, url_of(entry))


def _ahead(body: Body, until: date) -> list[Entry]:
    rows = of_unit(body).filter(kind=PROMISE_NAME).running()
    due = rows.filter(due_at__lte=end_of_day(until), due_at__gt=timezone.now())
    return list(due.select_related("body").order_by("due_at", "pk"))


def _talks(body: Body, first: date, until: date) -> list[Case]:
    rows = CaseTalk.objects.filter(body__path__startswith=body.path, on__gte=first, on__lte=until)
    return [
        Case(
            case_talk.case.entry.number,
            case_talk.case.entry.title,
            0.0,
            f"{case_talk.on:%Y-%m-%d}{case_talk.get_sort_display()}",
            url_of(case_talk.case.entry),
        )
        for case_talk in rows.select_related("case__entry").order_by("on", "pk")
    ]


def enter() -> None:
    """Register the three score sources."""
    register_score(in_time(CASE_NAME, "政务舆情按时回应"))
    about = "在考核期内兑现、说明未能兑现或者到期的承诺中，按期兑现的比例"
    register_score(ScoreSource(PROMISE_NAME, "公开承诺按期兑现", about, _promises, _ahead))
    about = "在考核期内因舆情回应被约谈、通报批评的次数，每次计零分"
    register_score(ScoreSource("opinion_talk", "舆情回应约谈、通报", about, _talks))
