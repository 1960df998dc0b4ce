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


_I = InquiryState
INQUIRY = Machine(
    labels={
        _I.RECEIVED: "待分办",
        _I.ASSIGNED: "办理中",
        _I.DECLINED: "退回待改派",
        _I.DRAFTED: "答复待审核",
        _I.ANSWERED: "已答复",
        _I.INVALID: "不受理",
    },
    moves={
        "assign": move({_I.RECEIVED, _I.DECLINED, _I.ASSIGNED}, _I.ASSIGNED),
        "decline": move(_I.ASSIGNED, _I.DECLINED),
        "draft": move({_I.ASSIGNED, _I.DRAFTED}, _I.DRAFTED),
        "send_back": move(_I.DRAFTED, _I.ASSIGNED),
        "answer": move({_I.DRAFTED}, _I.ANSWERED),
        "answer_at_once": move({_I.RECEIVED, _I.ASSIGNED, _I.DECLINED}, _I.ANSWERED),
        "settle": move({_I.RECEIVED, _I.ASSIGNED, _I.DECLINED}, _I.ANSWERED),
        "extend": move({_I.ASSIGNED, _I.DRAFTED, _I.DECLINED}),
        "classify": move({_I.RECEIVED, _I.ASSIGNED, _I.DECLINED, _I.DRAFTED}),
        "conclude": move({_I.RECEIVED, _I.ASSIGNED, _I.DRAFTED, _I.ANSWERED}),
        "ask_joint": move({_I.ASSIGNED, _I.DRAFTED}),
        "contribute": move({_I.ASSIGNED, _I.DRAFTED}),
        "supplement": move({_I.RECEIVED, _I.ASSIGNED, _I.DECLINED, _I.DRAFTED}),
        "reject": move({_I.RECEIVED, _I.DECLINED}, _I.INVALID),
        "rate": move(_I.ANSWERED),
        "sort": move(_I.ANSWERED),
        "call_back": move(_I.ANSWERED),
        "reopen": move({_I.ANSWERED, _I.INVALID}, _I.ASSIGNED),
    },
    closed=frozenset({_I.ANSWERED, _I.INVALID}),
)


class TidyingState:
    """States of a review round."""

    OPEN = "open"
    DONE = "done"


TIDYING = Machine(
    labels={TidyingState.OPEN: "梳理中", TidyingState.DONE: "已完成"},
    moves={"finish": move(TidyingState.OPEN, TidyingState.DONE)},
    closed=frozenset({TidyingState.DONE}),
)


class AnswerState:
    """States of an answer."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    IN_USE = "in_use"
    RETIRED = "retired"


_A = AnswerState
ANSWER = Machine(
    labels={
        _A.DRAFT: "起草中",
        _A.SUBMITTED: "待初审",
        _A.CHECKED: "待签发",
        _A.IN_USE: "使用中",
        _A.RETIRED: "已停用",
    },
    moves={
        "revise": move({_A.DRAFT, _A.IN_USE, _A.RETIRED}, _A.DRAFT),
        "submit": move(_A.DRAFT, _A.SUBMITTED),
        "check": move(_A.SUBMITTED, _A.CHECKED),
        "return": move({_A.SUBMITTED, _A.CHECKED}, _A.DRAFT),
        "release": move(_A.CHECKED, _A.IN_USE),
        "confirm": move(_A.IN_USE),
        "retire": move({_A.DRAFT, _A.SUBMITTED, _A.CHECKED, _A.IN_USE}, _A.RETIRED),
    },
)
# States in which an answer is visible to staff and public.
SHOWN = frozenset({_A.IN_USE})
# States under review, in which nobody changes the text.
UNDER_REVIEW = frozenset({_A.SUBMITTED, _A.CHECKED})
