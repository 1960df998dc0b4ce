"""Columns created from disclosure paths (公开路径).

    plan = columns.plan(website, paths)     # a dry run: what would be made, reused, merged, refused; writes nothing
    made = columns.make(plan, by=actor)     # makes the new ones, not open yet; made.columns[path] is the column of each path
    columns.unmake(made.created, by=actor)  # undo: removes those still unopened and empty, returns the rest

`paths` are lists of names from the site's root down, as a notice prints them (or `RequestedColumn`, with owner and content).
"""

from gongkai.content.editions.column_names import canonical, key_of, normalise_name
from gongkai.content.publishing.columns.making import (
    FIXED_COLUMNS,
    ColumnPlan,
    MakeResult,
    MergedSpelling,
    NewColumn,
    RefusedPath,
    RequestedColumn,
    ReusedColumn,
    find_missing_fixed,
    make_planned_columns,
    plan_columns,
    remove_made_columns,
)
