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


NOTICE_MACHINE = StateMachine(
    labels={
        NoticeState.DRAFT: "待审核",
        NoticeState.CHECKED: "已审核，待印发",
        NoticeState.LIVE: "执行中",
        NoticeState.SUPERSEDED: "已被取代",
        NoticeState.VOID: "已作废",
    },
    moves={
        "correct": make_move(NoticeState.DRAFT),
        "compare": make_move({NoticeState.DRAFT, NoticeState.CHECKED}),
        "confirm": make_move(NoticeState.DRAFT, NoticeState.LIVE, NoticeState.CHECKED),
        "issue": make_move({NoticeState.DRAFT, NoticeState.CHECKED}, NoticeState.DRAFT, NoticeState.LIVE),
        "supersede": make_move(NoticeState.LIVE, NoticeState.SUPERSEDED),
        "reinstate": make_move(NoticeState.SUPERSEDED, NoticeState.LIVE),
        "amend": make_move({NoticeState.CHECKED, NoticeState.LIVE}),
        "revoke": make_move({NoticeState.CHECKED, NoticeState.LIVE}, NoticeState.VOID),
        "undo": make_move({NoticeState.DRAFT, NoticeState.CHECKED, NoticeState.LIVE}),
        "align": make_move({NoticeState.DRAFT, NoticeState.CHECKED, NoticeState.LIVE}),
    },
    closed=frozenset({NoticeState.SUPERSEDED, NoticeState.VOID}),
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


#: States in which the unit works on the task.
WORKING_STATES = frozenset({AssignmentState.OPEN, AssignmentState.RETURNED})
#: States in which a request of the unit is pending.
REQUEST_STATES = frozenset(
    {
        AssignmentState.ASKED_NOT_APPLICABLE,
        AssignmentState.ASKED_TIME,
        AssignmentState.ASKED_UNIT,
        AssignmentState.ASKED_BACK,
    }
)
#: States in which the lead unit must decide; the unit's deadline is suspended.
PENDING_STATES = REQUEST_STATES | {AssignmentState.SUBMITTED}
OPEN_STATES = WORKING_STATES | PENDING_STATES
# States in which vague duties (及时、动态更新) are checked; closing does not end them.
CHECKED_STATES = WORKING_STATES | {AssignmentState.SUBMITTED, AssignmentState.DONE}
CLOSED_STATES = frozenset(
    {
        AssignmentState.DONE,
        AssignmentState.NOT_APPLICABLE,
        AssignmentState.REASSIGNED,
        AssignmentState.WITHDRAWN,
        AssignmentState.CARRIED,
        AssignmentState.CANCELLED,
    }
)
# States from which an assignment can be reopened.
REOPENABLE_STATES = frozenset(
    {AssignmentState.DONE, AssignmentState.NOT_APPLICABLE, AssignmentState.WITHDRAWN, AssignmentState.CANCELLED}
)

# Outcomes after which nothing is owed; they count neither as done nor as open.
CANCELLED_OUTCOMES = frozenset(
    {AssignmentState.NOT_APPLICABLE, AssignmentState.REASSIGNED, AssignmentState.WITHDRAWN, AssignmentState.CANCELLED}
)
# Outcomes of finished work.
FULFILLED_OUTCOMES = frozenset({"done", "partly"})

ASSIGNMENT_MACHINE = StateMachine(
    labels={
        AssignmentState.OPEN: "办理中",
        AssignmentState.SUBMITTED: "待审核",
        AssignmentState.RETURNED: "退回补办",
        AssignmentState.ASKED_NOT_APPLICABLE: "申请不涉及",
        AssignmentState.ASKED_TIME: "申请延期",
        AssignmentState.ASKED_UNIT: "申请改派",
        AssignmentState.ASKED_BACK: "申请退回",
        AssignmentState.DONE: "已销号",
        AssignmentState.NOT_APPLICABLE: "不涉及",
        AssignmentState.REASSIGNED: "已改派",
        AssignmentState.WITHDRAWN: "已退回",
        AssignmentState.CARRIED: "转入回头看",
        AssignmentState.CANCELLED: "已取消",
    },
    moves={
        "tick": make_move(WORKING_STATES),
        "tick_sent": make_move(WORKING_STATES),
        "check_cycle": make_move({AssignmentState.SUBMITTED, AssignmentState.DONE}),
        "submit": make_move(WORKING_STATES, AssignmentState.SUBMITTED),
        "record_channel": make_move(WORKING_STATES | {AssignmentState.SUBMITTED}),
        "lead_check": make_move(OPEN_STATES),
        "recall": make_move(PENDING_STATES, AssignmentState.OPEN),
        "accept": make_move(AssignmentState.SUBMITTED, AssignmentState.DONE),
        "return": make_move(AssignmentState.SUBMITTED, AssignmentState.RETURNED),
        "not_applicable": make_move(WORKING_STATES, AssignmentState.ASKED_NOT_APPLICABLE),
        "more_time": make_move(WORKING_STATES, AssignmentState.ASKED_TIME),
        "other_unit": make_move(WORKING_STATES, AssignmentState.ASKED_UNIT),
        "send_back": make_move(WORKING_STATES, AssignmentState.ASKED_BACK),
        "grant": make_move(
            REQUEST_STATES,
            AssignmentState.OPEN,
            AssignmentState.NOT_APPLICABLE,
            AssignmentState.REASSIGNED,
            AssignmentState.WITHDRAWN,
        ),
        "refuse": make_move(REQUEST_STATES, AssignmentState.OPEN),
        "reopen": make_move(REOPENABLE_STATES, AssignmentState.OPEN),
        "reschedule": make_move(OPEN_STATES),
        "catch_up": make_move(OPEN_STATES),
        "amend": make_move(OPEN_STATES | CLOSED_STATES),
        "cancel": make_move(OPEN_STATES, AssignmentState.CANCELLED),
        "restore": make_move(AssignmentState.CANCELLED, *sorted(OPEN_STATES)),
        "next_period": make_move(OPEN_STATES | CLOSED_STATES),
        "carry_over": make_move(OPEN_STATES | {AssignmentState.DONE}, AssignmentState.CARRIED, AssignmentState.DONE),
    },
    closed=CLOSED_STATES,
)
#: The states of a task in a unit's own notice, where no other unit leads.
INNER_MACHINE = replace(
    ASSIGNMENT_MACHINE, labels={**ASSIGNMENT_MACHINE.labels, AssignmentState.SUBMITTED: "待本单位审核"}
)


class UpwardState:
    """States of a report that a unit owes to a higher authority (报送)."""

    OPEN = "open"
    SENT = "sent"
    RECEIVED = "received"
    # The task that ordered it is no longer owed.
    CANCELLED = "cancelled"


UPWARD_MACHINE = StateMachine(
    labels={
        UpwardState.OPEN: "待报送",
        UpwardState.SENT: "已报送",
        UpwardState.RECEIVED: "已收回执",
        UpwardState.CANCELLED: "不再报送",
    },
    moves={
        "send": make_move(UpwardState.OPEN, UpwardState.SENT),
        "receipt": make_move(UpwardState.SENT, UpwardState.RECEIVED),
        "reopen": make_move({UpwardState.SENT, UpwardState.RECEIVED}, UpwardState.OPEN),
        "cancel": make_move(UpwardState.OPEN, UpwardState.CANCELLED),
        "resume": make_move(UpwardState.CANCELLED, UpwardState.OPEN),
    },
    closed=frozenset({UpwardState.SENT, UpwardState.RECEIVED, UpwardState.CANCELLED}),
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


SHARE_MACHINE = StateMachine(
    labels={
        ShareState.OPEN: "办理中",
        ShareState.SUBMITTED: "已报回，待汇总",
        ShareState.RETURNED: "退回补办",
        ShareState.DONE: "已汇总",
        ShareState.CANCELLED: "已取消",
    },
    moves={
        "submit": make_move({ShareState.OPEN, ShareState.RETURNED}, ShareState.SUBMITTED),
        "accept": make_move(ShareState.SUBMITTED, ShareState.DONE),
        "return": make_move(ShareState.SUBMITTED, ShareState.RETURNED),
        "cancel": make_move({ShareState.OPEN, ShareState.SUBMITTED, ShareState.RETURNED}, ShareState.CANCELLED),
        "draw_in": make_move({ShareState.OPEN, ShareState.SUBMITTED, ShareState.RETURNED}),
    },
    closed=frozenset({ShareState.DONE, ShareState.CANCELLED}),
)
#: The states of a contribution; its moves equal those of a share.
CONTRIBUTION_MACHINE = replace(
    SHARE_MACHINE,
    labels={
        ShareState.OPEN: "待配合",
        ShareState.SUBMITTED: "已提供，待牵头单位确认",
        ShareState.RETURNED: "退回补充",
        ShareState.DONE: "已配合",
        ShareState.CANCELLED: "不再需要",
    },
)
