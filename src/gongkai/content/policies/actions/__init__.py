"""Actions of this app."""

from gongkai.content.policies.actions.decisions import (
    confirm_statement,
    decide,
    draft_separate_announcement,
    undo_decision,
)
from gongkai.content.policies.actions.files import (
    attach_text,
    delete_original,
    drop_filed,
    excuse_filed,
    link_filed,
    list_filed,
    upload,
)
from gongkai.content.policies.actions.records import (
    change_record,
    enter_record,
    remove_record,
)
from gongkai.content.policies.actions.relations import (
    add_basis,
    add_relation,
    draft_response,
    link_response,
    remove_relation,
    settle_basis,
)
from gongkai.content.policies.actions.texts import (
    align_item,
    compare_text,
    draft_item,
    drop_text,
    keep_text,
    mark_dead,
    set_source_address,
    take_over,
)
from gongkai.content.policies.actions.uploading import (
    record_batch,
    record_upload,
    set_upper_library,
    take_back_batch,
    take_back_upload,
)

from gongkai.content.policies.actions.cleanup import (  # isort: skip  # it closes through the decisions above
    cancel_round,
    close_round,
    give_verdict,
    keep_opinion,
    open_round,
    reopen_round,
    add_new_documents,
)
