"""The one task on the queue: an attempt at an errand."""

from django_tasks import task

from gongkai.core.background_jobs.running import attempt

#: The backend that is always the database, whatever Wagtail's own background work uses (`settings.TASKS`).
BACKEND = "errands"


@task(backend=BACKEND, queue_name="long")
def carry_out(number: int) -> None:
    """Try an errand, where it is due and nobody else has it."""

    attempt(number)
