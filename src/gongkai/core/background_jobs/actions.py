"""Actions on background jobs: enqueue, cancel, retry, give up."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.background_jobs.kinds import JOB_KINDS_BY_NAME
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.rules import check_administrator, check_requester_or_administrator, check_staff_or_job
from gongkai.core.background_jobs.states import JOB_MACHINE, OPEN_STATES, JobState
from gongkai.core.files.models import StoredFile


def enqueue_job(
    kind: str,
    *,
    by: Actor,
    label: str,
    key: str,
    facts: Mapping[str, object] | None = None,
    file: StoredFile | None = None,
) -> Errand:
    """Enqueue a job and return it, or the pending one with the same key.

    Args:
        kind: its registered kind.
        by: the actor; the job runs with the actor's posts at that time.
        label: Chinese label for lists.
        key: identifies equal work; unique among pending jobs.
        facts: parameters without personal data.
        file: uploaded file.
    """
    equal_jobs = Errand.objects.filter(key=key, state__in=OPEN_STATES)
    pending_job = equal_jobs.first()
    if pending_job is not None:
        return pending_job
    try:
        errand: Errand = start_job(None, by=by, kind=kind, label=label, key=key, facts=dict(facts or {}), file=file)
    except IntegrityError:  # somebody else asked for it in this very moment
        pending_job = equal_jobs.first()
        if pending_job is None:
            raise
        return pending_job
    return errand


@action("errands.start", label="交后台处理", rule=check_staff_or_job)
def start_job(
    _: None,
    *,
    by: Actor,
    kind: str,
    label: str,
    key: str,
    facts: Mapping[str, object],
    file: StoredFile | None,
) -> ActionResult:
    """Create a job and put it on the queue in one transaction; the result is the job."""
    assert kind in JOB_KINDS_BY_NAME, f"no errand is called {kind}"
    job = Errand.objects.create(
        kind=kind,
        label=label[:200],
        key=key,
        facts=facts,
        file=file,
        asked_by=by.name,
        account=by.user_id,
        due_at=timezone.now(),
    )
    schedule_attempt(job)
    return ActionResult(words=f"{JOB_KINDS_BY_NAME[kind].label}：{label}"[:300], result=job, stream=f"errand/{job.pk}")


def call_abandoned_callback(errand: Errand, text: str) -> None:
    """Call the callback `left` of the job's kind, if any, because the job will not be done; `text` is the reason."""
    kind = JOB_KINDS_BY_NAME.get(errand.kind)
    if kind and kind.left:
        kind.left(errand.facts, text)


def schedule_attempt(errand: Errand, due_at: datetime | None = None) -> None:
    """Put an attempt of a job on the queue, to run at `due_at` (default: now); additional attempts are harmless."""
    from gongkai.core.background_jobs.worker import run_queued_job

    lane = JOB_KINDS_BY_NAME[errand.kind].lane if errand.kind in JOB_KINDS_BY_NAME else "long"
    run_queued_job.using(queue_name=lane, run_after=due_at).enqueue(errand.pk)


@machine_action(
    "errands.cancel", machine=JOB_MACHINE, verb="cancel", label="取消", rule=check_requester_or_administrator
)
def cancel_job(errand: Errand, *, by: Actor) -> ActionResult:
    """Cancel a pending job, or ask the worker to stop; a finished one stays done."""
    if errand.state == JobState.RUNNING:
        Errand.objects.filter(pk=errand.pk).update(cancelling=True)
        return ActionResult(words=f"要求停止：{errand.label}", to_state=JobState.RUNNING)
    Errand.objects.filter(pk=errand.pk).update(ended_at=timezone.now(), cancelling=True)
    call_abandoned_callback(errand, "已取消")
    return ActionResult(words=f"取消：{errand.label}", to_state=JobState.CANCELLED)


def _check_not_repeated(errand: Errand) -> list[str]:
    """Return a Chinese reason if an equal job (same key) was started again and is open."""
    newer_jobs = Errand.objects.filter(key=errand.key, state__in=OPEN_STATES).exclude(pk=errand.pk)
    return ["同样的作业已经重新发起，正在处理：这一项可以放弃。"] if newer_jobs.exists() else []


@machine_action(
    "errands.retry",
    machine=JOB_MACHINE,
    verb="retry",
    label="重试",
    rule=check_administrator,
    ready=_check_not_repeated,
)
def retry_job(errand: Errand, *, by: Actor) -> ActionResult:
    """Retry a failed job, with new attempts."""
    rows = Errand.objects.filter(pk=errand.pk)
    rows.update(attempts=0, due_at=timezone.now(), ended_at=None, cancelling=False, token="")
    schedule_attempt(errand)
    return ActionResult(words=f"重试：{errand.label}")


@machine_action("errands.give_up", machine=JOB_MACHINE, verb="give_up", label="放弃", rule=check_administrator)
def abandon_job(errand: Errand, *, by: Actor) -> ActionResult:
    """Mark a failed job as given up, so that it is never retried; the requester sees the reason."""
    Errand.objects.filter(pk=errand.pk).update(ended_at=timezone.now())
    call_abandoned_callback(errand, f"已放弃：{errand.error}")
    return ActionResult(words=f"放弃：{errand.label}（{errand.error}）")
