"""Actions on accounts, filings, screenings and posts."""

from gongkai.work.newmedia.actions.filing import (
    accept,
    file_change,
    file_closing,
    file_opening,
    finish,
    open_column,
    record_update,
    refuse,
    resubmit,
    return_,
    save_column,
    set_facts,
    withdraw,
)
from gongkai.work.newmedia.actions.posting import (
    clear_post,
    decline_post,
    digest_post,
    mark_posted,
    prepare_post,
    record_website_copy,
    request_post,
    request_website_copy,
    rewrite_post,
    send_back_post,
)
from gongkai.work.newmedia.actions.screening import add_hit, decide_hit, open_screening
