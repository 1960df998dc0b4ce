"""State machines of notices, assignments, submissions, shares and contributions."""

from dataclasses import replace

from gongkai.core.acts.machine import StateMachine, make_move

# Kinds of assignments: from a government's notice, and from a unit's own notice.
ASSIGNED, INNER = "assignment", "inner"
#: Name of the entry kind for shares of a task (分解任务).
DELEGATED_KIND_NAME = "delegated"
#: Name of the entry kind for contributions of a partner unit (配合单位).
SUPPORT_KIND_NAME = "support"
TASK_KINDS = (ASSIGNED, INNER)


class NoticeState:
    """States of a notice that assigns yearly tasks; `CHECKED`: confirmed, not issued yet."""

    DRAFT = "draft"
    CHECKED = "checked"
    LIVE = "live"
    SUPERSEDED = "superseded"
    VOID = "void"


_N = NoticeState
NOTICE_MACHINE = StateMachine(
    labels={
        _N.DRAFT: "待审核",
        _N.CHECKED: "已审核，待印发",
        _N.LIVE: "执行中",
        _N.SUPERSEDED: "已被取代",
        _N.VOID: "已作废",
    },
    moves={
        "correct": make_move(_N.DRAFT),
        "confirm": make_move(_N.DRAFT, _N.LIVE, _N.CHECKED),
        "issue": make_move({_N.DRAFT, _N.CHECKED}, _N.DRAFT, _N.LIVE),
        "supersede": make_move(_N.LIVE, _N.SUPERSEDED),
        "reinstate": make_move(_N.SUPERSEDED, _N.LIVE),
        "amend": make_move({_N.CHECKED, _N.LIVE}),
        "revoke": make_move({_N.CHECKED, _N.LIVE}, _N.VOID),
        "undo": make_move({_N.DRAFT, _N.CHECKED, _N.LIVE}),
        "align": make_move({_N.DRAFT, _N.CHECKED, _N.LIVE}),
    },
    closed=frozenset({_N.SUPERSEDED, _N.VOID}),
)


class AssignmentState:
    """States of a unit's task from a notice.

    `ASKED_…`: the unit asked for a decision (not applicable, more time, another unit, return of the task).
    `REASSIGNED`: another unit has the task. `WITHDRAWN`: the unit could return it. `CARRIED`: moved to next year's
    check (回头看).
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ASKED_NOT_APPLICABLE = "asked_na"
    ASKED_TIME = "asked_time"
    ASKED_UNIT = "asked_unit"
    ASKED_BACK = "asked_back"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    CARRIED = "carried"
    CANCELLED = "cancelled"


_S = AssignmentState
#: States in which the unit works on the task.
WORKING_STATES = frozenset({_S.OPEN, _S.RETURNED})
#: States in which a request of the unit is pending.
REQUEST_STATES = frozenset({_S.ASKED_NOT_APPLICABLE, _S.ASKED_TIME, _S.ASKED_UNIT, _S.ASKED_BACK})
#: States in which the lead unit must decide; the unit's deadline is suspended.
PENDING_STATES = REQUEST_STATES | {_S.SUBMITTED}
OPEN_STATES = WORKING_STATES | PENDING_STATES
# States in which vague duties (及时、动态更新) are checked; closing does not end them.
CHECKED_STATES = WORKING_STATES | {_S.SUBMITTED, _S.DONE}
CLOSED_STATES = frozenset({_S.DONE, _S.NOT_APPLICABLE, _S.REASSIGNED, _S.WITHDRAWN, _S.CARRIED, _S.CANCELLED})
# States from which an assignment can be reopened.
REOPENABLE_STATES = frozenset({_S.DONE, _S.NOT_APPLICABLE, _S.WITHDRAWN, _S.CANCELLED})

# Outcomes after which nothing is owed; they count neither as done nor as open.
CANCELLED_OUTCOMES = frozenset({_S.NOT_APPLICABLE, _S.REASSIGNED, _S.WITHDRAWN, _S.CANCELLED})
# Outcomes of finished work.
FULFILLED_OUTCOMES = frozenset({"done", "partly"})

ASSIGNMENT_MACHINE = StateMachine(
    labels={
        _S.OPEN: "办理中",
        _S.SUBMITTED: "待审核",
        _S.RETURNED: "退回补办",
        _S.ASKED_NOT_APPLICABLE: "申请不涉及",
        _S.ASKED_TIME: "申请延期",
        _S.ASKED_UNIT: "申请改派",
        _S.ASKED_BACK: "申请退回",
        _S.DONE: "已销号",
        _S.NOT_APPLICABLE: "不涉及",
        _S.REASSIGNED: "已改派",
        _S.WITHDRAWN: "已退回",
        _S.CARRIED: "转入回头看",
        _S.CANCELLED: "已取消",
    },
    moves={
        "tick": make_move(WORKING_STATES),
        "tick_sent": make_move(WORKING_STATES),
        "check_cycle": make_move({_S.SUBMITTED, _S.DONE}),
        "submit": make_move(WORKING_STATES, _S.SUBMITTED),
        "record_channel": make_move(WORKING_STATES | {_S.SUBMITTED}),
        "lead_check": make_move(OPEN_STATES),
        "recall": make_move(PENDING_STATES, _S.OPEN),
        "accept": make_move(_S.SUBMITTED, _S.DONE),
        "return": make_move(_S.SUBMITTED, _S.RETURNED),
        "not_applicable": make_move(WORKING_STATES, _S.ASKED_NOT_APPLICABLE),
        "more_time": make_move(WORKING_STATES, _S.ASKED_TIME),
        "other_unit": make_move(WORKING_STATES, _S.ASKED_UNIT),
        "send_back": make_move(WORKING_STATES, _S.ASKED_BACK),
        "grant": make_move(REQUEST_STATES, _S.OPEN, _S.NOT_APPLICABLE, _S.REASSIGNED, _S.WITHDRAWN),
        "refuse": make_move(REQUEST_STATES, _S.OPEN),
        "reopen": make_move(REOPENABLE_STATES, _S.OPEN),
        "reschedule": make_move(OPEN_STATES),
        "catch_up": make_move(OPEN_STATES),
        "amend": make_move(OPEN_STATES | CLOSED_STATES),
        "cancel": make_move(OPEN_STATES, _S.CANCELLED),
        "restore": make_move(_S.CANCELLED, *sorted(OPEN_STATES)),
        "next_period": make_move(OPEN_STATES | CLOSED_STATES),
        "carry_over": make_move(OPEN_STATES | {_S.DONE}, _S.CARRIED, _S.DONE),
    },
    closed=CLOSED_STATES,
)
#: The states of a task in a unit's own notice, where no other unit leads.
INNER_MACHINE = replace(ASSIGNMENT_MACHINE, labels={**ASSIGNMENT_MACHINE.labels, _S.SUBMITTED: "待本单位审核"})


class UpwardState:
    """States of a report that a unit owes to a higher authority (报送)."""

    OPEN = "open"
    SENT = "sent"
    RECEIVED = "received"
    # The task that ordered it is no longer owed.
    CANCELLED = "cancelled"


_U = UpwardState
UPWARD_MACHINE = StateMachine(
    labels={_U.OPEN: "待报送", _U.SENT: "已报送", _U.RECEIVED: "已收回执", _U.CANCELLED: "不再报送"},
    moves={
        "send": make_move(_U.OPEN, _U.SENT),
        "receipt": make_move(_U.SENT, _U.RECEIVED),
        "reopen": make_move({_U.SENT, _U.RECEIVED}, _U.OPEN),
        "cancel": make_move(_U.OPEN, _U.CANCELLED),
        "resume": make_move(_U.CANCELLED, _U.OPEN),
    },
    closed=frozenset({_U.SENT, _U.RECEIVED, _U.CANCELLED}),
)


class ShareState:
    """States of an office's share of its unit's task (分解任务).

    `ENDED` is no state: the outcome of a share that ended with its task without an excuse.
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DONE = "done"
    CANCELLED = "cancelled"
    ENDED = "ended"


_H = ShareState
SHARE_MACHINE = StateMachine(
    labels={
        _H.OPEN: "办理中",
        _H.SUBMITTED: "已报回，待汇总",
        _H.RETURNED: "退回补办",
        _H.DONE: "已汇总",
        _H.CANCELLED: "已取消",
    },
    moves={
        "submit": make_move({_H.OPEN, _H.RETURNED}, _H.SUBMITTED),
        "accept": make_move(_H.SUBMITTED, _H.DONE),
        "return": make_move(_H.SUBMITTED, _H.RETURNED),
        "cancel": make_move({_H.OPEN, _H.SUBMITTED, _H.RETURNED}, _H.CANCELLED),
        "draw_in": make_move({_H.OPEN, _H.SUBMITTED, _H.RETURNED}),
    },
    closed=frozenset({_H.DONE, _H.CANCELLED}),
)
#: The states of a contribution; its moves equal those of a share.
CONTRIBUTION_MACHINE = replace(
    SHARE_MACHINE,
    labels={
        _H.OPEN: "待配合",
        _H.SUBMITTED: "已提供，待牵头单位确认",
        _H.RETURNED: "退回补充",
        _H.DONE: "已配合",
        _H.CANCELLED: "不再需要",
    },
)
