"""Actions on collections, sources, fetches, drafts and listing decisions."""

from gongkai.oversight.gathering.actions.entries import (
    add_entries,
    add_entry,
    drop_entry,
    enter_library,
    make_draft,
    mark_as_distinct,
    mark_change_seen,
    propose_listing,
    restore_entry,
)
from gongkai.oversight.gathering.actions.sources import (
    EDITABLE_FIELD_LABELS,
    add_collection,
    add_source,
    change_source,
    record_source_states,
    relearn_source,
    reread_all_pages,
    resume_comparison,
    store_fetch,
    switch_source,
)
