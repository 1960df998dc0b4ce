"""Actions of this app."""

from gongkai.content.migration.actions.deciding import decide_row, include_duplicate
from gongkai.content.migration.actions.orders import (
    decide_migrated,
    draft_migrated,
    order_migration,
    publish_migrated,
)
from gongkai.content.migration.actions.runs import (
    change_columns,
    discard_run,
    order_run,
    reread_source,
    start_run,
    take_back_many,
    take_back_migrated,
    undo_run,
)
from gongkai.content.migration.actions.windows import close_window, open_window, request_window
