"""Actions on catalogues, items and templates."""

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
