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


_C = CaseState
#: States before the first public answer.
BEFORE_RESPONSE = frozenset({_C.COLLECTED, _C.CONSULTING, _C.JUDGED})
#: States before the case is closed.
OPEN_CASES = BEFORE_RESPONSE | {_C.RESPONDED}
CASE_MACHINE = StateMachine(
    labels={
        _C.COLLECTED: "待会商",
        _C.CONSULTING: "会商中",
        _C.JUDGED: "待回应",
        _C.RESPONDED: "已回应，待评估",
        _C.EVALUATED: "已评估办结",
        _C.DISMISSED: "研判不需回应",
    },
    moves={
        "assign": make_move({_C.COLLECTED, _C.CONSULTING, _C.JUDGED}),
        "consult": make_move(_C.COLLECTED, _C.CONSULTING),
        "consult_further": make_move({_C.CONSULTING, _C.JUDGED, _C.RESPONDED}),
        "contribute": make_move({_C.CONSULTING, _C.JUDGED, _C.RESPONDED}),
        "guide": make_move(OPEN_CASES),
        "judge": make_move({_C.COLLECTED, _C.CONSULTING, _C.JUDGED}, _C.JUDGED, _C.DISMISSED),
        "draft_response": make_move(_C.JUDGED),
        "draft_further": make_move(_C.RESPONDED),
        "submit_response": make_move({_C.JUDGED, _C.RESPONDED}),
        "record_response": make_move(_C.JUDGED, _C.RESPONDED),
        "record_further": make_move(_C.RESPONDED),
        "published": make_move({_C.JUDGED, _C.RESPONDED}, _C.RESPONDED),
        "order_measure": make_move({_C.JUDGED, _C.RESPONDED}),
        "respond_again": make_move(_C.RESPONDED, _C.JUDGED),
        "evaluate": make_move(_C.RESPONDED, _C.EVALUATED),
        "relate": make_move(OPEN_CASES | {_C.EVALUATED, _C.DISMISSED}),
        "talk": make_move({_C.COLLECTED, _C.CONSULTING, _C.JUDGED, _C.RESPONDED, _C.EVALUATED}),
    },
    closed=frozenset({_C.EVALUATED, _C.DISMISSED}),
)


class DutyState:
    """States of a duty from a case: a press conference or a measure; `EXCUSED`: waived."""

    OWED = "owed"
    DONE = "done"
    EXCUSED = "excused"


_D = DutyState
DUTY_MACHINE = StateMachine(
    labels={_D.OWED: "待落实", _D.DONE: "已落实", _D.EXCUSED: "不再要求"},
    moves={
        "report": make_move(_D.OWED, _D.DONE),
        "extend": make_move(_D.OWED),
        "begin_again": make_move(_D.OWED),
        "met": make_move(_D.OWED, _D.DONE),
        "excuse": make_move(_D.OWED, _D.EXCUSED),
    },
    closed=frozenset({_D.DONE, _D.EXCUSED}),
)


class PromiseState:
    """States of a public promise from an answer.

    `REPORTED`: the result awaits publication. `VOIDED`: it was registered by mistake.
    """

    REGISTERED = "registered"
    RUNNING = "running"
    REPORTED = "reported"
    KEPT = "kept"
    BROKEN = "broken"
    VOIDED = "voided"


_P = PromiseState
#: States in which promises are public, if their text was published.
PUBLIC_PROMISE_STATES = frozenset({_P.RUNNING, _P.REPORTED, _P.KEPT, _P.BROKEN})
PROMISE_MACHINE = StateMachine(
    labels={
        _P.REGISTERED: "待公开",
        _P.RUNNING: "兑现中",
        _P.REPORTED: "结果待公开",
        _P.KEPT: "已兑现",
        _P.BROKEN: "未兑现",
        _P.VOIDED: "已撤销登记",
    },
    moves={
        "reword": make_move({_P.REGISTERED, _P.RUNNING, _P.REPORTED}),
        "submit": make_move({_P.REGISTERED, _P.RUNNING, _P.REPORTED}),
        "report_progress": make_move(_P.RUNNING),
        "change_date": make_move(_P.RUNNING),
        "report_kept": make_move(_P.RUNNING, _P.REPORTED),
        "report_broken": make_move(_P.RUNNING, _P.REPORTED),
        "take_back": make_move({_P.RUNNING, _P.REPORTED}, _P.RUNNING),
        "published": make_move({_P.REGISTERED, _P.RUNNING, _P.REPORTED}, _P.RUNNING, _P.REPORTED, _P.KEPT, _P.BROKEN),
        "void": make_move(_P.REGISTERED, _P.VOIDED),
        "reopen": make_move(_P.BROKEN, _P.RUNNING),
    },
    closed=frozenset({_P.KEPT, _P.BROKEN, _P.VOIDED}),
)
