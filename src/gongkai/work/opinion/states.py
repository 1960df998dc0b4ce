"""State machines of opinion cases, their duties and promises."""

from gongkai.core.acts.machine import StateMachine, make_move


class CaseState:
    """States of a case of public opinion (政务舆情).

    `CONSULTING`: units consult on it. `JUDGED`: an answer is required; `DISMISSED`: none is. `EVALUATED`: its effect
    is assessed, which closes the case.
    """

    COLLECTED = "collected"
    CONSULTING = "consulting"
    JUDGED = "judged"
    RESPONDED = "responded"
    EVALUATED = "evaluated"
    DISMISSED = "dismissed"


#: States before the first public answer.
BEFORE_RESPONSE = frozenset({CaseState.COLLECTED, CaseState.CONSULTING, CaseState.JUDGED})
#: States before the case is closed.
OPEN_CASES = BEFORE_RESPONSE | {CaseState.RESPONDED}
CASE_MACHINE = StateMachine(
    labels={
        CaseState.COLLECTED: "待会商",
        CaseState.CONSULTING: "会商中",
        CaseState.JUDGED: "待回应",
        CaseState.RESPONDED: "已回应，待评估",
        CaseState.EVALUATED: "已评估办结",
        CaseState.DISMISSED: "研判不需回应",
    },
    moves={
        "assign": make_move({CaseState.COLLECTED, CaseState.CONSULTING, CaseState.JUDGED}),
        "consult": make_move(CaseState.COLLECTED, CaseState.CONSULTING),
        "consult_further": make_move({CaseState.CONSULTING, CaseState.JUDGED, CaseState.RESPONDED}),
        "contribute": make_move({CaseState.CONSULTING, CaseState.JUDGED, CaseState.RESPONDED}),
        "guide": make_move(OPEN_CASES),
        "judge": make_move(
            {CaseState.COLLECTED, CaseState.CONSULTING, CaseState.JUDGED}, CaseState.JUDGED, CaseState.DISMISSED
        ),
        "draft_response": make_move(CaseState.JUDGED),
        "draft_further": make_move(CaseState.RESPONDED),
        "submit_response": make_move({CaseState.JUDGED, CaseState.RESPONDED}),
        "record_response": make_move(CaseState.JUDGED, CaseState.RESPONDED),
        "record_further": make_move(CaseState.RESPONDED),
        "published": make_move({CaseState.JUDGED, CaseState.RESPONDED}, CaseState.RESPONDED),
        "order_measure": make_move({CaseState.JUDGED, CaseState.RESPONDED}),
        "respond_again": make_move(CaseState.RESPONDED, CaseState.JUDGED),
        "evaluate": make_move(CaseState.RESPONDED, CaseState.EVALUATED),
        "judge_again": make_move(CaseState.DISMISSED, CaseState.CONSULTING, CaseState.COLLECTED, CaseState.JUDGED),
        "relate": make_move(OPEN_CASES | {CaseState.EVALUATED, CaseState.DISMISSED}),
        "talk": make_move(
            {CaseState.COLLECTED, CaseState.CONSULTING, CaseState.JUDGED, CaseState.RESPONDED, CaseState.EVALUATED}
        ),
    },
    closed=frozenset({CaseState.EVALUATED, CaseState.DISMISSED}),
)


class DutyState:
    """States of a duty from a case: a press conference or a measure; `EXCUSED`: waived."""

    OWED = "owed"
    DONE = "done"
    EXCUSED = "excused"


DUTY_MACHINE = StateMachine(
    labels={DutyState.OWED: "待落实", DutyState.DONE: "已落实", DutyState.EXCUSED: "不再要求"},
    moves={
        "report": make_move(DutyState.OWED, DutyState.DONE),
        "extend": make_move(DutyState.OWED),
        "begin_again": make_move(DutyState.OWED),
        "met": make_move(DutyState.OWED, DutyState.DONE),
        "excuse": make_move(DutyState.OWED, DutyState.EXCUSED),
    },
    closed=frozenset({DutyState.DONE, DutyState.EXCUSED}),
)


class PromiseState:
    """States of a public promise.

    `REPORTED`: the result awaits publication. `VOIDED`: it was registered by mistake.
    """

    REGISTERED = "registered"
    RUNNING = "running"
    REPORTED = "reported"
    KEPT = "kept"
    BROKEN = "broken"
    VOIDED = "voided"


#: States in which promises are public, if their text was published.
PUBLIC_PROMISE_STATES = frozenset({PromiseState.RUNNING, PromiseState.REPORTED, PromiseState.KEPT, PromiseState.BROKEN})
PROMISE_MACHINE = StateMachine(
    labels={
        PromiseState.REGISTERED: "待公开",
        PromiseState.RUNNING: "兑现中",
        PromiseState.REPORTED: "结果待公开",
        PromiseState.KEPT: "已兑现",
        PromiseState.BROKEN: "未兑现",
        PromiseState.VOIDED: "已撤销登记",
    },
    moves={
        "reword": make_move({PromiseState.REGISTERED, PromiseState.RUNNING, PromiseState.REPORTED}),
        "submit": make_move({PromiseState.REGISTERED, PromiseState.RUNNING, PromiseState.REPORTED}),
        "report_progress": make_move(PromiseState.RUNNING),
        "change_date": make_move(PromiseState.RUNNING),
        "report_kept": make_move(PromiseState.RUNNING, PromiseState.REPORTED),
        "report_broken": make_move(PromiseState.RUNNING, PromiseState.REPORTED),
        "take_back": make_move({PromiseState.RUNNING, PromiseState.REPORTED}, PromiseState.RUNNING),
        "published": make_move(
            {PromiseState.REGISTERED, PromiseState.RUNNING, PromiseState.REPORTED},
            PromiseState.RUNNING,
            PromiseState.REPORTED,
            PromiseState.KEPT,
            PromiseState.BROKEN,
        ),
        "void": make_move(PromiseState.REGISTERED, PromiseState.VOIDED),
        "reopen": make_move(PromiseState.BROKEN, PromiseState.RUNNING),
    },
    closed=frozenset({PromiseState.KEPT, PromiseState.BROKEN, PromiseState.VOIDED}),
)
