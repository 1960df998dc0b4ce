"""States of inquiries, answers and review rounds."""

from gongkai.core.acts.machine import StateMachine, make_move


class InquiryState:
    """States of a citizen's inquiry.

    `DECLINED`: returned by the assigned unit, to be assigned again. `INVALID`: not accepted (不受理).
    """

    RECEIVED = "received"
    ASSIGNED = "assigned"
    DECLINED = "declined"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    INVALID = "invalid"


_State = InquiryState
INQUIRY_MACHINE = StateMachine(
    labels={
        _State.RECEIVED: "待分办",
        _State.ASSIGNED: "办理中",
        _State.DECLINED: "退回待改派",
        _State.DRAFTED: "答复待审核",
        _State.ANSWERED: "已答复",
        _State.INVALID: "不受理",
    },
    moves={
        "assign": make_move({_State.RECEIVED, _State.DECLINED, _State.ASSIGNED}, _State.ASSIGNED),
        "decline": make_move(_State.ASSIGNED, _State.DECLINED),
        "draft": make_move({_State.ASSIGNED, _State.DRAFTED}, _State.DRAFTED),
        "send_back": make_move(_State.DRAFTED, _State.ASSIGNED),
        "answer": make_move({_State.DRAFTED}, _State.ANSWERED),
        "answer_at_once": make_move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED}, _State.ANSWERED),
        "settle": make_move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED}, _State.ANSWERED),
        "extend": make_move({_State.ASSIGNED, _State.DRAFTED, _State.DECLINED}),
        "classify": make_move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED, _State.DRAFTED}),
        "conclude": make_move({_State.RECEIVED, _State.ASSIGNED, _State.DRAFTED, _State.ANSWERED}),
        "ask_joint": make_move({_State.ASSIGNED, _State.DRAFTED}),
        "contribute": make_move({_State.ASSIGNED, _State.DRAFTED}),
        "supplement": make_move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED, _State.DRAFTED}),
        "reject": make_move({_State.RECEIVED, _State.DECLINED}, _State.INVALID),
        "rate": make_move(_State.ANSWERED),
        "sort": make_move(_State.ANSWERED),
        "call_back": make_move(_State.ANSWERED),
        "reopen": make_move({_State.ANSWERED, _State.INVALID}, _State.ASSIGNED),
    },
    closed=frozenset({_State.ANSWERED, _State.INVALID}),
)


class ReviewRoundState:
    """States of a periodic review of answered inquiries by a unit (梳理)."""

    OPEN = "open"
    DONE = "done"


REVIEW_ROUND_MACHINE = StateMachine(
    labels={ReviewRoundState.OPEN: "梳理中", ReviewRoundState.DONE: "已完成"},
    moves={"finish": make_move(ReviewRoundState.OPEN, ReviewRoundState.DONE)},
    closed=frozenset({ReviewRoundState.DONE}),
)


class AnswerState:
    """States of an answer of the Q&A base; `CHECKED`: passed the first review, awaits release."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    IN_USE = "in_use"
    RETIRED = "retired"


_AnswerState = AnswerState
ANSWER_MACHINE = StateMachine(
    labels={
        _AnswerState.DRAFT: "起草中",
        _AnswerState.SUBMITTED: "待初审",
        _AnswerState.CHECKED: "待签发",
        _AnswerState.IN_USE: "使用中",
        _AnswerState.RETIRED: "已停用",
    },
    moves={
        "revise": make_move({_AnswerState.DRAFT, _AnswerState.IN_USE, _AnswerState.RETIRED}, _AnswerState.DRAFT),
        "submit": make_move(_AnswerState.DRAFT, _AnswerState.SUBMITTED),
        "check": make_move(_AnswerState.SUBMITTED, _AnswerState.CHECKED),
        "return": make_move({_AnswerState.SUBMITTED, _AnswerState.CHECKED}, _AnswerState.DRAFT),
        "release": make_move(_AnswerState.CHECKED, _AnswerState.IN_USE),
        "confirm": make_move(_AnswerState.IN_USE),
        "retire": make_move(
            {_AnswerState.DRAFT, _AnswerState.SUBMITTED, _AnswerState.CHECKED, _AnswerState.IN_USE},
            _AnswerState.RETIRED,
        ),
    },
)
# States in which an answer is visible to staff and public.
SHOWN_STATES = frozenset({_AnswerState.IN_USE})
# States under review, in which nobody changes the text.
REVIEW_STATES = frozenset({_AnswerState.SUBMITTED, _AnswerState.CHECKED})
