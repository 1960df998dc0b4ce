"""Where Wagtail finds the room's hooks."""

from gongkai.errands import office  # noqa: F401
