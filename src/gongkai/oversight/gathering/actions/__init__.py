"""Actions on collections, sources, fetches, drafts and listing decisions."""

from gongkai.oversight.gathering.actions.entries import (
    add_entries,
    add_entry,
    drop_entry,
    enter_library,
    make_draft,
    propose_listing,
    restore_entry,
    settle_change,
    tell_apart,
)
from gongkai.oversight.gathering.actions.sources import (
    EDITABLE_FIELD_LABELS,
    add_collection,
    add_source,
    change_source,
    compare_again,
    note_looks,
    read_back,
    relearn_source,
    switch_source,
    take_in,
)
