"""States of catalogues and of templates."""

from gongkai.acts.machine import Machine, move


class CatalogueState:
    """States of a catalogue's version."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


_C = CatalogueState
CATALOGUE = Machine(
    labels={_C.DRAFT: "草稿", _C.IN_FORCE: "现行", _C.SUPERSEDED: "已被新版替代"},
    moves={
        "fill": move(_C.DRAFT),
        "release": move(_C.DRAFT, _C.IN_FORCE),
        "supersede": move(_C.IN_FORCE, _C.SUPERSEDED),
        "drop": move(_C.DRAFT),
        "map": move({_C.DRAFT, _C.IN_FORCE}),
    },
    closed=frozenset({_C.SUPERSEDED}),
)
CURRENT = frozenset({_C.IN_FORCE})
OPEN = frozenset({_C.DRAFT, _C.IN_FORCE})


class TemplateState:
    """States of a template of columns."""

    DRAFT = "draft"
    CLEARED = "cleared"


TEMPLATE = Machine(
    labels={TemplateState.DRAFT: "草稿", TemplateState.CLEARED: "已审定"},
    moves={
        "change": move({TemplateState.DRAFT, TemplateState.CLEARED}, TemplateState.DRAFT),
        "clear": move(TemplateState.DRAFT, TemplateState.CLEARED),
    },
)
USABLE = frozenset({TemplateState.CLEARED})
