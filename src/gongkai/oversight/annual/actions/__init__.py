"""Actions of annual reports."""

from gongkai.oversight.annual.actions.earlier import confirm_earlier, drop_earlier, keep_earlier
from gongkai.oversight.annual.actions.filling import (
    check,
    confirm,
    cut_off,
    draft,
    drop,
    explain,
    fill,
    open_year,
    write,
)
from gongkai.oversight.annual.actions.publishing import correct, drop_correction, review, review_ended, was_published
from gongkai.oversight.annual.actions.submitting import accept, cancel, hand_in, return_, take_back
