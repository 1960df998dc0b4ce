"""Propose the responsible unit from earlier answers."""

import threading

from gongkai.core.acts.action import stream_of
from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body
from gongkai.lib import matching
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.states import SHOWN_STATES, InquiryState

# Maximum number of inquiries learnt from, and of proposals.
MAX_LEARNT_INQUIRIES, MAX_PROPOSALS = 5000, 3


class _LiveRouter:
    """The router of this process, rebuilt after enough new answers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stamp: tuple[int, int] = (0, 0)
        self.router: matching.Router | None = None

    def current(self) -> "matching.Router":
        answered = Inquiry.objects.filter(entry__state=InquiryState.ANSWERED).count()
        known = KnownAnswer.objects.filter(state__in=SHOWN_STATES).count()
        with self.lock:
            if self.router is None or answered + known > sum(self.stamp) * 1.05 or answered + known < sum(self.stamp):
                self.router = matching.Router(_training_examples())
                self.stamp = (answered, known)
            return self.router


def _training_examples() -> list[tuple[str, str]]:
    done = Inquiry.objects.filter(entry__state=InquiryState.ANSWERED).order_by("-pk")
    pairs = [
        (text.reveal(), str(body)) for text, body in done.values_list("text", "entry__body")[:MAX_LEARNT_INQUIRIES]
    ]
    known = KnownAnswer.objects.filter(state__in=SHOWN_STATES).values_list("question", "body")[:MAX_LEARNT_INQUIRIES]
    return pairs + [(question, str(body)) for question, body in known]


LIVE_ROUTER = _LiveRouter()


def propose_units(text: str, *, k: int = MAX_PROPOSALS) -> "list[tuple[Body, matching.Route]]":
    """Return the units likely to answer, best first, with confidence and reasons.

    Routes without any common word are left out: they would only reflect frequencies.
    """
    routes = LIVE_ROUTER.current().route(text, k=k) if text.strip() else []
    routes = [route for route in routes if route.why != [matching.NOTHING_SHARED]]
    bodies = Body.objects.filter(active_to=None).in_bulk([int(route.label) for route in routes])
    return [(bodies[int(route.label)], route) for route in routes if int(route.label) in bodies]


def propose_units_for_inquiry(inquiry: Inquiry, *, k: int = MAX_PROPOSALS) -> "list[tuple[Body, matching.Route]]":
    """Return proposals for an inquiry: units named in a return reason first, never returners."""
    stream = stream_of(inquiry.entry)
    moves = Movement.objects.filter(stream=stream, action="inquiry.decline").values_list("facts", flat=True)
    declined = {facts["from"] for facts in moves}
    reason = inquiry.declined.partition("：")[2]
    bodies = Body.objects.filter(active_to=None).exclude(pk__in=declined) if reason else ()
    named = [
        (body, matching.Route(str(body.pk), 1.0, ["退回理由提到"])) for body in bodies if _mentions_unit(reason, body)
    ]
    known = declined | {body.pk for body, _ in named}
    return (named + [pair for pair in propose_units(inquiry.text.reveal(), k=k) if pair[0].pk not in known])[:k]


def _mentions_unit(words: str, body: Body) -> bool:
    return any(name and name in words for name in (body.name, body.short_name))
