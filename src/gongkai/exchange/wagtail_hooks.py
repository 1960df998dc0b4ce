"""Where Wagtail finds the room's hooks."""

from gongkai.exchange import office  # noqa: F401
