"""Pages of the ledger: files, records of past events, working-day calendar, periods of law."""

from gongkai.core.ledger.views.legal_changes import (
    calendar_page,
    enter_term_page,
    enter_year_page,
    legal_change_page,
    terms_page,
)
from gongkai.core.ledger.views.past_records import decide_past_record as decide_past
from gongkai.core.ledger.views.past_records import download_attachment
from gongkai.core.ledger.views.past_records import download_proof as past_paper

__all__ = [
    "calendar_page",
    "decide_past",
    "download_attachment",
    "enter_term_page",
    "enter_year_page",
    "legal_change_page",
    "past_paper",
    "terms_page",
]
