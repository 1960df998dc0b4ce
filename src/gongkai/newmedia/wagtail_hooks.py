"""Wagtail looks for this module; the room's hooks are in `office`."""

from gongkai.newmedia import office  # noqa: F401
