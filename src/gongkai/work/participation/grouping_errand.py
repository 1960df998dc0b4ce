"""Background grouping of many comments: compared without a lock, written in one action."""

from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.asking import hand_over
from gongkai.core.background_jobs.kinds import PROMPT, Ended, Kind
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.running import Running
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import number
from gongkai.work.participation.actions.commenting import group_comments
from gongkai.work.participation.models import Consultation
from gongkai.work.participation.proposing import proposals

ERRAND = "participation.group"
# Maximum comments grouped during a request; more are handed to a worker.
AT_ONCE = 300


def hand_to_workers(consultation: Consultation, *, by: Actor) -> Errand:
    """Start the background grouping of a period, or return the running one."""
    return hand_over(
        ERRAND,
        by=by,
        label=f"{consultation.decision.entry.title}：归纳相近意见"[:200],
        key=f"{ERRAND}:{consultation.pk}",
        facts={"consultation": consultation.pk},
    )


def said_of(consultation: Consultation, moved: int) -> str:
    """Return the result of grouping in words."""
    left = consultation.comments.filter(point=None).count()
    rest = f"，其余{left}条没有相近的意见，请逐条归纳" if left else ""
    return f"归纳了{moved}条相近的意见{rest}。"


def errand(running: Running) -> Ended | None:
    """Run the grouping: compare, then write in one action."""
    consultation = (
        Consultation.objects.select_related("decision__entry__body")
        .filter(pk=number(running.facts, "consultation"))
        .first()
    )
    if consultation is None:
        raise Refused("这次征求意见已经不在。")
    found = proposals(consultation, running.say)
    with running.finishing() as end:
        moved = group_comments(consultation, by=running.by, proposed=found)
        end(Ended(said_of(consultation, moved), reverse("participation:comments", args=[consultation.pk])))
    return None


GROUPING = Kind(ERRAND, "归纳相近意见", errand, lane=PROMPT, back=("决策事项", "participation:decisions"))
