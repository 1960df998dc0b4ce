"""Actions on faults, and on how sites and accounts are run."""

from gongkai.work.site_operations.actions.duty_reading import log_reading, plan_duty_shifts, remind_of_missing_log
from gongkai.work.site_operations.actions.faults import (
    answer_fault,
    dismiss_fault,
    rate_answer,
    report_fault,
    transfer_fault,
)
from gongkai.work.site_operations.actions.site_files import (
    enter_handover,
    enter_member,
    enter_regulation,
    log_restore_drill,
    log_site_export,
    record_departure,
    save_site_file,
    set_funding,
    sign_as_witness,
    sign_receipt,
)
