"""States of catalogues and templates, and the entry kind of follow-ups to a ministry's act."""

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind


class CatalogueState:
    """States of a version of a domain's standard catalogue, from draft to replacement."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


CATALOGUE_MACHINE = StateMachine(
    labels={CatalogueState.DRAFT: "草稿", CatalogueState.IN_FORCE: "现行", CatalogueState.SUPERSEDED: "已被新版替代"},
    moves={
        "fill": make_move(CatalogueState.DRAFT),
        "release": make_move(CatalogueState.DRAFT, CatalogueState.IN_FORCE),
        "supersede": make_move(CatalogueState.IN_FORCE, CatalogueState.SUPERSEDED),
        "drop": make_move(CatalogueState.DRAFT),
        "map": make_move({CatalogueState.DRAFT, CatalogueState.IN_FORCE}),
    },
    closed=frozenset({CatalogueState.SUPERSEDED}),
)
#: States of the catalogue version that applies now.
CURRENT_STATES = frozenset({CatalogueState.IN_FORCE})
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


FOLLOWUP_MACHINE = StateMachine(
    labels={
        FollowupState.AWAITED: "等待国家规定",
        FollowupState.OWED: "应制定",
        FollowupState.DRAFTED: "已起草",
        FollowupState.SUBMITTED: "已报审",
        FollowupState.APPROVED: "已批准",
        FollowupState.ISSUED: "已印发",
        FollowupState.DROPPED: "不再制定",
    },
    moves={
        "enter": make_move(FollowupState.AWAITED, FollowupState.OWED),
        "draft": make_move(FollowupState.OWED, FollowupState.DRAFTED),
        "submit": make_move(FollowupState.DRAFTED, FollowupState.SUBMITTED),
        "return": make_move(FollowupState.SUBMITTED, FollowupState.DRAFTED),
        "approve": make_move(FollowupState.SUBMITTED, FollowupState.APPROVED),
        "issue": make_move(FollowupState.APPROVED, FollowupState.ISSUED),
        "drop": make_move(
            {
                FollowupState.AWAITED,
                FollowupState.OWED,
                FollowupState.DRAFTED,
                FollowupState.SUBMITTED,
                FollowupState.APPROVED,
            },
            FollowupState.DROPPED,
        ),
    },
    closed=frozenset({FollowupState.ISSUED, FollowupState.DROPPED}),
)
#: The four steps that a page shows, in order.
FOLLOWUP_STEPS = (FollowupState.DRAFTED, FollowupState.SUBMITTED, FollowupState.APPROVED, FollowupState.ISSUED)


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
