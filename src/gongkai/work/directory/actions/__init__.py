"""What can be done with catalogues, items and templates."""

from gongkai.work.directory.actions.catalogues import (
    drop_draft,
    fill_draft,
    make_draft,
    named_in,
    release,
    supersede,
)
from gongkai.work.directory.actions.checks import compose_check, draw_check, judge_cells
from gongkai.work.directory.actions.followups import await_acts
from gongkai.work.directory.actions.mapping import find_documents, map_by_name, map_item, order_publication
from gongkai.work.directory.actions.templates import (
    apply_template,
    change_template,
    clear_template,
    make_template,
)

__all__ = [
    "apply_template",
    "await_acts",
    "change_template",
    "clear_template",
    "compose_check",
    "draw_check",
    "drop_draft",
    "fill_draft",
    "find_documents",
    "judge_cells",
    "make_draft",
    "make_template",
    "map_by_name",
    "map_item",
    "named_in",
    "order_publication",
    "release",
    "supersede",
]
