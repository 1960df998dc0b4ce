"""Background grouping of many comments: compared without a lock, written in one action."""

from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.asking import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT, JobKind, JobResult
from gongkai.core.background_jobs.models import Errand
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import read_number
from gongkai.work.participation.actions.commenting import group_comments
from gongkai.work.participation.models import Consultation
from gongkai.work.participation.proposing import propose_groups

GROUPING_ERRAND_NAME = "participation.group"
# Maximum comments grouped during a request; more are handed to a worker.
MAX_GROUPED_IN_REQUEST = 300


def start_background_grouping(consultation: Consultation, *, by: Actor) -> Errand:
    """Start the background grouping of a period, or return the running one."""
    return enqueue_job(
        GROUPING_ERRAND_NAME,
        by=by,
        label=f"{consultation.decision.entry.title}：归纳相近意见"[:200],
        key=f"{GROUPING_ERRAND_NAME}:{consultation.pk}",
        facts={"consultation": consultation.pk},
    )


def describe_grouping_result(consultation: Consultation, moved: int) -> str:
    """Return the result of grouping in words."""
    left = consultation.comments.filter(point=None).count()
    rest = f"，其余{left}条没有相近的意见，请逐条归纳" if left else ""
    return f"归纳了{moved}条相近的意见{rest}。"


def run_grouping(running: RunningJob) -> JobResult | None:
    """Run the grouping: compare, then write in one action."""
    consultation = (
        Consultation.objects.select_related("decision__entry__body")
        .filter(pk=read_number(running.facts, "consultation"))
        .first()
    )
    if consultation is None:
        raise Refused("这次征求意见已经不在。")
    found = propose_groups(consultation, running.say)
    with running.finishing() as end:
        moved = group_comments(consultation, by=running.by, proposed=found)
        end(
            JobResult(
                describe_grouping_result(consultation, moved), reverse("participation:comments", args=[consultation.pk])
            )
        )
    return None


GROUPING_ERRAND_KIND = JobKind(
    GROUPING_ERRAND_NAME, "归纳相近意见", run_grouping, lane=PROMPT, back=("决策事项", "participation:decisions")
)
