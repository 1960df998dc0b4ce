"""Where Wagtail finds the room's hooks."""

from gongkai.spreadsheets import office  # noqa: F401
