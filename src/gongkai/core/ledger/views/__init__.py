"""Pages of the ledger: files, records of past events, working-day calendar, periods of law."""

from gongkai.core.ledger.views.legal_changes import calendar, enter_term, enter_year, legal_change, terms
from gongkai.core.ledger.views.past import attachment
from gongkai.core.ledger.views.past import decide as decide_past
from gongkai.core.ledger.views.past import paper as past_paper

__all__ = ["attachment", "calendar", "decide_past", "enter_term", "enter_year", "legal_change", "past_paper", "terms"]
