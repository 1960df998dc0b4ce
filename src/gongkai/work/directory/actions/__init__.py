"""Actions on catalogues, items and templates."""

from gongkai.work.directory.actions.catalogues import (
    apply_template,
    approve_template,
    change_template,
    drop_draft,
    fill_draft,
    list_named_units,
    make_draft,
    make_template,
    release,
    supersede,
)
from gongkai.work.directory.actions.checks import compose_check, draw_check_sample, judge_cells
from gongkai.work.directory.actions.followups import create_followups
from gongkai.work.directory.actions.mapping import (
    find_columns_by_name,
    map_item,
    map_items_by_name,
    order_publication,
    record_item_documents,
)
