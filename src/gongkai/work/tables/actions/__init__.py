"""Actions on schemas, tables and records."""

from gongkai.work.tables.actions.postings import (
    attach_papers,
    confirm_posting,
    drop_paper,
    record_posting,
    remove_posting,
)
from gongkai.work.tables.actions.records import (
    add_record,
    change_record,
    change_schema,
    change_table,
    confirm_records,
    give_opinion,
    make_schema,
    open_table,
    remove_record,
)
from gongkai.work.tables.actions.submitting import (
    freeze_record,
    freeze_table,
    order_table_rectification,
    send_for_review,
)
