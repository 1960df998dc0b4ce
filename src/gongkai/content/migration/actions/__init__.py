"""Actions of this app."""

from gongkai.content.migration.actions.deciding import decide, include
from gongkai.content.migration.actions.orders import (
    decide_migrated,
    draft_migrated,
    order_migration,
    publish_migrated,
)
from gongkai.content.migration.actions.runs import (
    change_columns,
    discard,
    order,
    read_again,
    start,
    take_back_many,
    take_back_migrated,
    undo,
)
from gongkai.content.migration.actions.windows import ask_window, close_window, open_window
