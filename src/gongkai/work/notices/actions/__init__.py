"""Actions that change the state of notices and their entries."""

from gongkai.work.notices.actions.alignment import align_measures, choose_parent, copy_deadline, keep_own_version
from gongkai.work.notices.actions.amendments import amend_measure
from gongkai.work.notices.actions.awaited_acts import enter_awaited_act
from gongkai.work.notices.actions.child_drafts import discard_child, draft_child, issue_child, save_child
from gongkai.work.notices.actions.completion import add_row, choose_owner, fill_from_last_year
from gongkai.work.notices.actions.confirmation import confirm_notice, issue_notice
from gongkai.work.notices.actions.contributions import (
    accept_support,
    cancel_support,
    move_support_deadline,
    return_support,
    submit_support,
)
from gongkai.work.notices.actions.corrections import (
    correct_cell,
    correct_front_page,
    drop_measure,
    merge_rows,
    settle_flags,
    split_row,
    unsettle_flags,
    use_alternative,
)
from gongkai.work.notices.actions.decisions import (
    accept_submission,
    cancel_assignment,
    grant_request,
    open_next_period,
    refuse_request,
    reschedule_assignment,
    return_submission,
)
from gongkai.work.notices.actions.delegation import (
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
from gongkai.work.notices.actions.entry_updates import amend_entry, carry_over_assignment, reopen_assignment
from gongkai.work.notices.actions.import_undo import find_undo_obstacles, undo_import
from gongkai.work.notices.actions.imports import ImportResult, import_file, import_notice
from gongkai.work.notices.actions.records import record_channel, record_lead_check
from gongkai.work.notices.actions.registers import (
    cancel_upward,
    record_guidance,
    record_receipt,
    register_upward,
    reopen_upward,
    resume_upward,
    send_upward,
    set_vague_default,
)
from gongkai.work.notices.actions.revisions import accept_rows, keep_dropped_row, pair_rows, set_amended_notice
from gongkai.work.notices.actions.submissions import (
    check_cycle_duties,
    recall_submission,
    request_more_time,
    request_not_applicable,
    request_other_unit,
    request_send_back,
    submit_task,
    tick_duties,
)
from gongkai.work.notices.actions.supersession import (
    list_tasks_to_restore,
    reinstate_notice,
    restore_assignment,
    revoke_notice,
    supersede_notice,
)
from gongkai.work.notices.actions.table_heads import assign_heads, forget_head, undo_heads
from gongkai.work.notices.actions.takeover_portions import end_by_revision
from gongkai.work.notices.actions.units import add_unit, remove_unit, resolve_unit
