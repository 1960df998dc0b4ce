"""States of inquiries, answers and review rounds."""

from gongkai.core.acts.machine import Machine, move


class InquiryState:
    """States of an inquiry."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    DECLINED = "declined"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    INVALID = "invalid"


_State = InquiryState
INQUIRY_MACHINE = Machine(
    labels={
        _State.RECEIVED: "待分办",
        _State.ASSIGNED: "办理中",
        _State.DECLINED: "退回待改派",
        _State.DRAFTED: "答复待审核",
        _State.ANSWERED: "已答复",
        _State.INVALID: "不受理",
    },
    moves={
        "assign": move({_State.RECEIVED, _State.DECLINED, _State.ASSIGNED}, _State.ASSIGNED),
        "decline": move(_State.ASSIGNED, _State.DECLINED),
        "draft": move({_State.ASSIGNED, _State.DRAFTED}, _State.DRAFTED),
        "send_back": move(_State.DRAFTED, _State.ASSIGNED),
        "answer": move({_State.DRAFTED}, _State.ANSWERED),
        "answer_at_once": move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED}, _State.ANSWERED),
        "settle": move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED}, _State.ANSWERED),
        "extend": move({_State.ASSIGNED, _State.DRAFTED, _State.DECLINED}),
        "classify": move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED, _State.DRAFTED}),
        "conclude": move({_State.RECEIVED, _State.ASSIGNED, _State.DRAFTED, _State.ANSWERED}),
        "ask_joint": move({_State.ASSIGNED, _State.DRAFTED}),
        "contribute": move({_State.ASSIGNED, _State.DRAFTED}),
        "supplement": move({_State.RECEIVED, _State.ASSIGNED, _State.DECLINED, _State.DRAFTED}),
        "reject": move({_State.RECEIVED, _State.DECLINED}, _State.INVALID),
        "rate": move(_State.ANSWERED),
        "sort": move(_State.ANSWERED),
        "call_back": move(_State.ANSWERED),
        "reopen": move({_State.ANSWERED, _State.INVALID}, _State.ASSIGNED),
    },
    closed=frozenset({_State.ANSWERED, _State.INVALID}),
)


class ReviewRoundState:
    """States of a review round."""

    OPEN = "open"
    DONE = "done"


REVIEW_ROUND_MACHINE = Machine(
    labels={ReviewRoundState.OPEN: "梳理中", ReviewRoundState.DONE: "已完成"},
    moves={"finish": move(ReviewRoundState.OPEN, ReviewRoundState.DONE)},
    closed=frozenset({ReviewRoundState.DONE}),
)


class AnswerState:
    """States of an answer."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    IN_USE = "in_use"
    RETIRED = "retired"


_AnswerState = AnswerState
ANSWER_MACHINE = Machine(
    labels={
        _AnswerState.DRAFT: "起草中",
        _AnswerState.SUBMITTED: "待初审",
        _AnswerState.CHECKED: "待签发",
        _AnswerState.IN_USE: "使用中",
        _AnswerState.RETIRED: "已停用",
    },
    moves={
        "revise": move({_AnswerState.DRAFT, _AnswerState.IN_USE, _AnswerState.RETIRED}, _AnswerState.DRAFT),
        "submit": move(_AnswerState.DRAFT, _AnswerState.SUBMITTED),
        "check": move(_AnswerState.SUBMITTED, _AnswerState.CHECKED),
        "return": move({_AnswerState.SUBMITTED, _AnswerState.CHECKED}, _AnswerState.DRAFT),
        "release": move(_AnswerState.CHECKED, _AnswerState.IN_USE),
        "confirm": move(_AnswerState.IN_USE),
        "retire": move(
            {_AnswerState.DRAFT, _AnswerState.SUBMITTED, _AnswerState.CHECKED, _AnswerState.IN_USE},
            _AnswerState.RETIRED,
        ),
    },
)
# States in which an answer is visible to staff and public.
SHOWN_STATES = frozenset({_AnswerState.IN_USE})
# States under review, in which nobody changes the text.
REVIEW_STATES = frozenset({_AnswerState.SUBMITTED, _AnswerState.CHECKED})
