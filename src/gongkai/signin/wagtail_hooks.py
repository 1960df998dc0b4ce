"""Where Wagtail finds the room's hooks."""

from gongkai.signin import office  # noqa: F401
