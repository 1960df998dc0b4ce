"""Wagtail finds this file by its name; what it registers stands in `office.py`."""

from gongkai.publishing import office, office_saved  # noqa: F401
