"""The task of the queue: one attempt of a background job."""

from django_tasks import task

from gongkai.core.background_jobs.job_runner import run_attempt

#: Task backend in the database, whatever Wagtail's own tasks use (`settings.TASKS`).
TASK_BACKEND = "errands"


@task(backend=TASK_BACKEND, queue_name="long")
def run_queued_job(number: int) -> None:
    """Run a job if it is due and free."""

    run_attempt(number)
