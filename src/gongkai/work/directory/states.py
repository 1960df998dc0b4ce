"""States of catalogues and templates, and the entry kind of follow-ups to a ministry's act."""

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind


class CatalogueState:
    """States of a version of a domain's standard catalogue, from draft to replacement."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


_C = CatalogueState
CATALOGUE_MACHINE = StateMachine(
    labels={_C.DRAFT: "草稿", _C.IN_FORCE: "现行", _C.SUPERSEDED: "已被新版替代"},
    moves={
        "fill": make_move(_C.DRAFT),
        "release": make_move(_C.DRAFT, _C.IN_FORCE),
        "supersede": make_move(_C.IN_FORCE, _C.SUPERSEDED),
        "drop": make_move(_C.DRAFT),
        "map": make_move({_C.DRAFT, _C.IN_FORCE}),
    },
    closed=frozenset({_C.SUPERSEDED}),
)
#: States of the catalogue version that applies now.
CURRENT_STATES = frozenset({_C.IN_FORCE})
OPEN_STATES = CATALOGUE_MACHINE.open


class TemplateState:
    """States of a template of website columns; `CLEARED`: approved and ready to apply."""

    DRAFT = "draft"
    CLEARED = "cleared"


TEMPLATE_MACHINE = StateMachine(
    labels={TemplateState.DRAFT: "草稿", TemplateState.CLEARED: "已审定"},
    moves={
        "change": make_move({TemplateState.DRAFT, TemplateState.CLEARED}, TemplateState.DRAFT),
        "clear": make_move(TemplateState.DRAFT, TemplateState.CLEARED),
    },
)
#: States in which a template can be applied to a site.
USABLE_TEMPLATE_STATES = frozenset({TemplateState.CLEARED})


class FollowupState:
    """Steps of a follow-up to a ministry's act (B-04, B-06)."""

    AWAITED = "awaited"
    OWED = "owed"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    DROPPED = "dropped"


_F = FollowupState
FOLLOWUP_MACHINE = StateMachine(
    labels={
        _F.AWAITED: "等待国家规定",
        _F.OWED: "应制定",
        _F.DRAFTED: "已起草",
        _F.SUBMITTED: "已报审",
        _F.APPROVED: "已批准",
        _F.ISSUED: "已印发",
        _F.DROPPED: "不再制定",
    },
    moves={
        "enter": make_move(_F.AWAITED, _F.OWED),
        "draft": make_move(_F.OWED, _F.DRAFTED),
        "submit": make_move(_F.DRAFTED, _F.SUBMITTED),
        "return": make_move(_F.SUBMITTED, _F.DRAFTED),
        "approve": make_move(_F.SUBMITTED, _F.APPROVED),
        "issue": make_move(_F.APPROVED, _F.ISSUED),
        "drop": make_move({_F.AWAITED, _F.OWED, _F.DRAFTED, _F.SUBMITTED, _F.APPROVED}, _F.DROPPED),
    },
    closed=frozenset({_F.ISSUED, _F.DROPPED}),
)
#: The four steps that a page shows, in order.
FOLLOWUP_STEPS = (_F.DRAFTED, _F.SUBMITTED, _F.APPROVED, _F.ISSUED)


FOLLOWUP_KIND_NAME = "followup"
FOLLOWUP_KIND = EntryKind(
    name=FOLLOWUP_KIND_NAME,
    label="跟进制定",
    prefix="跟进",
    machine=FOLLOWUP_MACHINE,
    actions=tuple(
        f"{FOLLOWUP_KIND_NAME}.{verb}" for verb in ("enter", "draft", "submit", "approve", "issue", "return", "drop")
    ),
    onward=tuple(f"{FOLLOWUP_KIND_NAME}.{verb}" for verb in ("enter", "draft", "submit", "approve", "issue")),
    waiting=frozenset({FollowupState.AWAITED, FollowupState.SUBMITTED}),
    related=("followup",),
    excused=frozenset({FollowupState.DROPPED}),
)
