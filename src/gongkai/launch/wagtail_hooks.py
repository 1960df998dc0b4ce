"""Where Wagtail finds the room's hooks."""

from gongkai.launch import office  # noqa: F401
