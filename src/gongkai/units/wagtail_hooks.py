"""Where Wagtail finds the room's hooks."""

from gongkai.units import office  # noqa: F401
