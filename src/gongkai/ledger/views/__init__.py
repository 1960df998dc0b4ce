"""The room's own pages: files on entries, the working-day calendar."""

from gongkai.ledger.views.files import attachment
from gongkai.ledger.views.holidays import calendar, enter_year

__all__ = ["attachment", "calendar", "enter_year"]
