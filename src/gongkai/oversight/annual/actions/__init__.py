"""Actions of annual reports."""

from gongkai.oversight.annual.actions.earlier import (
    confirm_earlier_report,
    delete_earlier_report,
    import_earlier_report,
)
from gongkai.oversight.annual.actions.filling import (
    check_report,
    confirm_sections,
    enter_figures,
    explain,
    open_reports,
    redraft_report_texts,
    remove_figures,
    set_cut_off_day,
    write_section,
)
from gongkai.oversight.annual.actions.publishing import (
    close_published_report,
    drop_correction,
    reopen_after_review,
    reopen_for_correction,
    submit_for_review,
)
from gongkai.oversight.annual.actions.submitting import (
    accept_report,
    cancel_report,
    return_,
    submit_report,
    withdraw_submission,
)
