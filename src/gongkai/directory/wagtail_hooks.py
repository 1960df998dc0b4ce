"""Wagtail finds this file by its name; what it registers stands in `office.py`."""

from gongkai.directory import office  # noqa: F401
