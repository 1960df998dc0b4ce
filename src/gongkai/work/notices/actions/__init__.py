"""Actions that change the state of notices and their entries."""

from gongkai.work.notices.actions.adding import add_row
from gongkai.work.notices.actions.again import carry_over_assignment, reopen_assignment
from gongkai.work.notices.actions.aligning import align_measures, choose_parent, keep_own_version, take_limit
from gongkai.work.notices.actions.amending import amend_measure
from gongkai.work.notices.actions.amending_entries import amend_entry
from gongkai.work.notices.actions.carrying_on import end_by_revision
from gongkai.work.notices.actions.confirming import confirm_notice, issue_notice
from gongkai.work.notices.actions.correcting import (
    correct_cell,
    correct_front_page,
    drop_measure,
    merge_rows,
    settle_flags,
    split_row,
    unsettle_flags,
    use_alternative,
)
from gongkai.work.notices.actions.deciding import (
    accept_submission,
    cancel_assignment,
    grant_request,
    open_next_period,
    refuse_request,
    reschedule_assignment,
    return_submission,
)
from gongkai.work.notices.actions.delegating import (
    accept_share,
    cancel_share,
    delegate_task,
    return_share,
    shorten_share,
    submit_share,
)
from gongkai.work.notices.actions.duties import (
    add_duty,
    edit_deadline,
    edit_duty,
    edit_paths,
    merge_duties,
    remove_duty,
    set_guides,
    split_duty,
)
from gongkai.work.notices.actions.importing import ImportResult, import_file, import_notice
from gongkai.work.notices.actions.issuing import issue_child
from gongkai.work.notices.actions.last_year import fill_from_last_year
from gongkai.work.notices.actions.naming import add_unit, remove_unit, resolve_unit
from gongkai.work.notices.actions.owing import choose_owner
from gongkai.work.notices.actions.passing import discard_child, draft_child, save_child
from gongkai.work.notices.actions.recording import record_channel, record_lead_check
from gongkai.work.notices.actions.registers import (
    cancel_upward,
    enter_awaited_act,
    record_guidance,
    record_receipt,
    register_upward,
    reopen_upward,
    resume_upward,
    send_upward,
    set_vague_default,
)
from gongkai.work.notices.actions.rereading import assign_heads, forget_head, undo_heads
from gongkai.work.notices.actions.revising import accept_rows, answer_amending, keep_dropped_row, pair_rows
from gongkai.work.notices.actions.revoking import revoke_notice
from gongkai.work.notices.actions.supersession import (
    list_tasks_to_restore,
    reinstate_notice,
    restore_assignment,
    supersede_notice,
)
from gongkai.work.notices.actions.supporting import (
    accept_support,
    cancel_support,
    move_support_deadline,
    return_support,
    submit_support,
)
from gongkai.work.notices.actions.undoing import find_undo_obstacles, undo_import
from gongkai.work.notices.actions.working import (
    check_cycle_duties,
    recall_submission,
    request_more_time,
    request_not_applicable,
    request_other_unit,
    request_send_back,
    submit_task,
    tick_duties,
)

__all__ = [
    "ImportResult",
    "accept_rows",
    "accept_share",
    "accept_submission",
    "accept_support",
    "add_duty",
    "add_row",
    "add_unit",
    "align_measures",
    "amend_entry",
    "amend_measure",
    "answer_amending",
    "assign_heads",
    "cancel_assignment",
    "cancel_share",
    "cancel_support",
    "cancel_upward",
    "carry_over_assignment",
    "check_cycle_duties",
    "choose_owner",
    "choose_parent",
    "confirm_notice",
    "correct_cell",
    "correct_front_page",
    "delegate_task",
    "discard_child",
    "draft_child",
    "drop_measure",
    "edit_deadline",
    "edit_duty",
    "edit_paths",
    "end_by_revision",
    "enter_awaited_act",
    "fill_from_last_year",
    "find_undo_obstacles",
    "forget_head",
    "grant_request",
    "import_file",
    "import_notice",
    "issue_child",
    "issue_notice",
    "keep_dropped_row",
    "keep_own_version",
    "list_tasks_to_restore",
    "merge_duties",
    "merge_rows",
    "move_support_deadline",
    "open_next_period",
    "pair_rows",
    "recall_submission",
    "record_channel",
    "record_guidance",
    "record_lead_check",
    "record_receipt",
    "refuse_request",
    "register_upward",
    "reinstate_notice",
    "remove_duty",
    "remove_unit",
    "reopen_assignment",
    "reopen_upward",
    "request_more_time",
    "request_not_applicable",
    "request_other_unit",
    "request_send_back",
    "reschedule_assignment",
    "resolve_unit",
    "restore_assignment",
    "resume_upward",
    "return_share",
    "return_submission",
    "return_support",
    "revoke_notice",
    "save_child",
    "send_upward",
    "set_guides",
    "set_vague_default",
    "settle_flags",
    "shorten_share",
    "split_duty",
    "split_row",
    "submit_share",
    "submit_support",
    "submit_task",
    "supersede_notice",
    "take_limit",
    "tick_duties",
    "undo_heads",
    "undo_import",
    "unsettle_flags",
    "use_alternative",
]
