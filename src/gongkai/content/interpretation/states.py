"""States and entry kinds: an owed interpretation, a planned news release, a handover of results."""

from django.db.models import Q

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.unit_filters import list_working_units

#: Name of the rule set for owed interpretations.
RULE_SET = "interpretation"
OWED_MACHINE = StateMachine(
    labels={"open": "待解读", "done": "已解读", "excused": "不再要求", "withdrawn": "文件不再公开"},
    moves={
        "interpret": make_move("open", "done"),
        "excuse": make_move("open", "excused"),
        "end": make_move("open", "withdrawn"),
    },
    closed=frozenset({"done", "excused", "withdrawn"}),
)
OWED_KIND = EntryKind(
    name="interpretation",
    label="政策解读",
    prefix="解读",
    machine=OWED_MACHINE,
    rules=RULE_SET,
    actions=("interpretation.excuse",),
    related=("interpretation__document",),
    still_late=frozenset({"withdrawn"}),
    excused=frozenset({"excused"}),
)
PRESS_PLAN_MACHINE = StateMachine(
    labels={"planned": "计划中", "done": "已举办", "cancelled": "已取消"},
    moves={
        "hold": make_move("planned", "done"),
        "reopen": make_move("done", "planned"),
        "correct": make_move("planned"),
        "postpone": make_move("planned"),
        "cancel": make_move("planned", "cancelled"),
    },
    closed=frozenset({"done", "cancelled"}),
)
PLANNED_RELEASE_KIND = EntryKind(
    name="press_plan",
    label="新闻发布计划",
    prefix="发布计划",
    machine=PRESS_PLAN_MACHINE,
    rules="press_plan",
    actions=("press_plan.hold", "press_plan.postpone", "press_plan.correct", "press_plan.cancel"),
    onward=("press_plan.hold",),
    related=("planned_release",),
    still_late=frozenset({"cancelled"}),
    register="interpretation:plans",
)


def _make_sender_condition(by: Actor) -> Q | None:
    """Return the condition for handovers by the user's units; None if they have none."""
    own = list_working_units(by)
    return Q(handover__event__body__in=sorted(own)) if own else None


def _can_complete(by: Actor, entry: Entry) -> bool:
    """Return true if the results were returned and the user works for the unit that handed them over."""
    return entry.state == "returned" and entry.handover.event.body_id in list_working_units(by)


PRESS_RESULT_MACHINE = StateMachine(
    labels={
        "handed": "待签收",
        "received": "已签收，待公开",
        "returned": "已退回补充",
        "shown": "成果已公开",
        "withdrawn": "已撤回",
    },
    moves={
        "receive": make_move("handed", "received"),
        "send_back": make_move({"handed", "received"}, "returned"),
        "send_again": make_move("returned", "handed"),
        "show": make_move({"handed", "received"}, "shown"),
        "extend": make_move({"handed", "received"}),
        "withdraw": make_move({"handed", "received", "returned"}, "withdrawn"),
    },
    closed=frozenset({"shown", "withdrawn"}),
)
RESULT_HANDOVER_KIND = EntryKind(
    name="press_result",
    label="新闻发布成果移交",
    prefix="移交",
    machine=PRESS_RESULT_MACHINE,
    rules="press_result",
    actions=(
        "press_result.receive",
        "press_result.show",
        "press_result.send_back",
        "press_result.send_again",
        "press_result.extend",
        "press_result.withdraw",
    ),
    onward=("press_result.receive", "press_result.show", "press_result.send_again"),
    visible=_make_sender_condition,
    judges=_can_complete,
    waiting=frozenset({"returned"}),
    related=("handover__event",),
    still_late=frozenset({"withdrawn"}),
    register="interpretation:press",
)
