"""Wagtail finds this file by its name; what it registers stands in `office.py`."""

from gongkai.publishing import office  # noqa: F401
from gongkai.publishing.checks import office as checks  # noqa: F401
