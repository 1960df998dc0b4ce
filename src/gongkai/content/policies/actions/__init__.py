"""Actions of this app."""

from gongkai.content.policies.actions.decisions import announce, confirm_statement, decide, undo_decision
from gongkai.content.policies.actions.files import (
    discard,
    drop_filed,
    excuse_filed,
    give_text,
    link_filed,
    list_filed,
    upload,
)
from gongkai.content.policies.actions.records import align, bind, change, draft, enter, remove
from gongkai.content.policies.actions.relations import draft_response, relate, respond, settle_basis, unrelate, use
from gongkai.content.policies.actions.texts import (
    compare_text,
    drop_text,
    keep_text,
    mark_dead,
    point_text,
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
    judge,
    keep_opinion,
    open_round,
    reopen_round,
    take_in,
)
