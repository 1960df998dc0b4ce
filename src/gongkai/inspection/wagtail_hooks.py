"""Where Wagtail finds the hooks."""

from gongkai.inspection import office  # noqa: F401
