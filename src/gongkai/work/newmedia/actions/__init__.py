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
    ask_for_posts,
    ask_site,
    clear_post,
    decline_post,
    digest_of,
    mark_carried,
    mark_posted,
    prepare_post,
    rewrite_post,
    send_back_post,
)
from gongkai.work.newmedia.actions.screening import add_hit, decide_hit, open_screening
