"""Where Wagtail finds this room's hooks."""

from gongkai.notices import office  # noqa: F401
