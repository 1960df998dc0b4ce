"""States of a background job."""

from gongkai.core.acts.machine import StateMachine, make_move


class JobState:
    """States of a background job.

    `REFUSED`: its action refused it, which is final. `DEAD`: it failed too often and awaits an administrator,
    who retries it or gives it up (`GIVEN_UP`).
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    DEAD = "dead"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"


#: States of a job that is not finished.
OPEN_STATES = frozenset({JobState.WAITING, JobState.RUNNING})
#: Final states; a refused job is an answer, not a failure.
FINAL_STATES = frozenset({JobState.DONE, JobState.REFUSED, JobState.CANCELLED, JobState.GIVEN_UP})
#: The state machine of background jobs.
JOB_MACHINE = StateMachine(
    labels={
        JobState.WAITING: "等待处理",
        JobState.RUNNING: "正在处理",
        JobState.DONE: "已完成",
        JobState.REFUSED: "未能办成",
        JobState.DEAD: "多次失败",
        JobState.CANCELLED: "已取消",
        JobState.GIVEN_UP: "已放弃",
    },
    moves={
        "cancel": make_move(OPEN_STATES, JobState.CANCELLED, JobState.RUNNING),
        "retry": make_move(JobState.DEAD, JobState.WAITING),
        "give_up": make_move(JobState.DEAD, JobState.GIVEN_UP),
    },
    closed=FINAL_STATES,
)
