"""Where Wagtail finds the hooks."""

from gongkai.assessment import office  # noqa: F401
