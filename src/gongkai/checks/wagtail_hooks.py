"""Wagtail finds this file by its name; what it registers stands in `office.py`."""

from gongkai.checks import office  # noqa: F401
