"""Where Wagtail finds the room's hooks."""

from gongkai.upkeep import office  # noqa: F401
