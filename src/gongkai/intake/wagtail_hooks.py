"""Where Wagtail finds the hooks."""

from gongkai.intake import office  # noqa: F401
