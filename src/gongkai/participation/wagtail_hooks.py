"""Where Wagtail finds the hooks."""

from gongkai.participation import office  # noqa: F401
