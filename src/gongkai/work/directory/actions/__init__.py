"""Actions on catalogues, items and templates."""

from gongkai.work.directory.actions.catalogues import (
    apply_template,
    change_template,
    clear_template,
    drop_draft,
    fill_draft,
    make_draft,
    make_template,
    named_in,
    release,
    supersede,
)
from gongkai.work.directory.actions.checks import compose_check, draw_check, judge_cells
from gongkai.work.directory.actions.followups import await_acts
from gongkai.work.directory.actions.mapping import find_documents, map_by_name, map_item, order_publication
