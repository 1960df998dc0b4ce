"""Wagtail looks for this module; the room's hooks are in `office`."""

from gongkai.handbook import office  # noqa: F401
