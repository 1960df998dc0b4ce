"""States of a background job."""

from gongkai.core.acts.machine import StateMachine, make_move


class JobState:
    """States of a background job.

    `REFUSED`: the job's final answer is a refusal. `DEAD`: it failed too often and awaits an administrator,
    who retries it or gives it up (`GIVEN_UP`).
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    DEAD = "dead"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"


_S = JobState
#: States of a job that is not finished.
OPEN_STATES = frozenset({_S.WAITING, _S.RUNNING})
#: Final states; a refused job is an answer, not a failure.
FINAL_STATES = frozenset({_S.DONE, _S.REFUSED, _S.CANCELLED, _S.GIVEN_UP})
#: The state machine of background jobs.
JOB_MACHINE = StateMachine(
    labels={
        _S.WAITING: "等待处理",
        _S.RUNNING: "正在处理",
        _S.DONE: "已完成",
        _S.REFUSED: "未能办成",
        _S.DEAD: "多次失败",
        _S.CANCELLED: "已取消",
        _S.GIVEN_UP: "已放弃",
    },
    moves={
        "cancel": make_move(OPEN_STATES, _S.CANCELLED, _S.RUNNING),
        "retry": make_move(_S.DEAD, _S.WAITING),
        "give_up": make_move(_S.DEAD, _S.GIVEN_UP),
    },
    closed=FINAL_STATES,
)
