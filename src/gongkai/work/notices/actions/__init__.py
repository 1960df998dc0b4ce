"""Actions that change the state of notices and their entries."""

from gongkai.work.notices.actions.adding import add_row
from gongkai.work.notices.actions.again import carry_over, reopen
from gongkai.work.notices.actions.aligning import align_measures, choose_parent, keep_ours, take_limit
from gongkai.work.notices.actions.amending import amend
from gongkai.work.notices.actions.amending_entries import amend_entry
from gongkai.work.notices.actions.carrying_on import end_by_revision
from gongkai.work.notices.actions.confirming import confirm, issue
from gongkai.work.notices.actions.correcting import (
    correct_cell,
    correct_front,
    drop_measure,
    merge_rows,
    settle,
    split_row,
    unsettle,
    use_alternative,
)
from gongkai.work.notices.actions.deciding import (
    accept,
    cancel,
    grant,
    next_period,
    refuse,
    reschedule,
    return_,
)
from gongkai.work.notices.actions.delegating import (
    accept_share,
    cancel_share,
    delegate,
    draw_in,
    return_share,
    submit_share,
)
from gongkai.work.notices.actions.duties import (
    add_duty,
    edit_due,
    edit_duty,
    edit_paths,
    merge_duties,
    remove_duty,
    set_guides,
    split_duty,
)
from gongkai.work.notices.actions.importing import Imported, bring_in, import_notice
from gongkai.work.notices.actions.issuing import issue_child
from gongkai.work.notices.actions.last_year import take_last_year
from gongkai.work.notices.actions.naming import add_unit, remove_unit, resolve_unit
from gongkai.work.notices.actions.owing import choose_owner
from gongkai.work.notices.actions.passing import discard_child, draft_child, save_child
from gongkai.work.notices.actions.recording import lead_check, record_channel
from gongkai.work.notices.actions.registers import (
    cancel_upward,
    enter_act,
    receipt,
    record_guidance,
    register_upward,
    reopen_upward,
    resume_upward,
    send,
    set_default,
)
from gongkai.work.notices.actions.rereading import assign_heads, forget_head, undo_heads
from gongkai.work.notices.actions.revising import accept_rows, answer_amending, keep_row, pair_rows
from gongkai.work.notices.actions.revoking import revoke
from gongkai.work.notices.actions.supersession import reinstate, restore, supersede, tasks_to_restore
from gongkai.work.notices.actions.supporting import (
    accept_support,
    cancel_support,
    draw_support_in,
    return_support,
    submit_support,
)
from gongkai.work.notices.actions.undoing import obstacles, undo_import
from gongkai.work.notices.actions.working import (
    check_cycle,
    more_time,
    not_applicable,
    other_unit,
    recall,
    send_back,
    submit,
    tick,
)

__all__ = [
    "Imported",
    "accept",
    "accept_rows",
    "accept_share",
    "accept_support",
    "add_duty",
    "add_row",
    "add_unit",
    "align_measures",
    "amend",
    "amend_entry",
    "answer_amending",
    "assign_heads",
    "bring_in",
    "cancel",
    "cancel_share",
    "cancel_support",
    "cancel_upward",
    "carry_over",
    "check_cycle",
    "choose_owner",
    "choose_parent",
    "confirm",
    "correct_cell",
    "correct_front",
    "delegate",
    "discard_child",
    "draft_child",
    "draw_in",
    "draw_support_in",
    "drop_measure",
    "edit_due",
    "edit_duty",
    "edit_paths",
    "end_by_revision",
    "enter_act",
    "forget_head",
    "grant",
    "import_notice",
    "issue",
    "issue_child",
    "keep_ours",
    "keep_row",
    "lead_check",
    "merge_duties",
    "merge_rows",
    "more_time",
    "next_period",
    "not_applicable",
    "obstacles",
    "other_unit",
    "pair_rows",
    "recall",
    "receipt",
    "record_channel",
    "record_guidance",
    "refuse",
    "register_upward",
    "reinstate",
    "remove_duty",
    "remove_unit",
    "reopen",
    "reopen_upward",
    "reschedule",
    "resolve_unit",
    "restore",
    "resume_upward",
    "return_",
    "return_share",
    "return_support",
    "revoke",
    "save_child",
    "send",
    "send_back",
    "set_default",
    "set_guides",
    "settle",
    "split_duty",
    "split_row",
    "submit",
    "submit_share",
    "submit_support",
    "supersede",
    "take_last_year",
    "take_limit",
    "tasks_to_restore",
    "tick",
    "undo_heads",
    "undo_import",
    "unsettle",
    "use_alternative",
]
