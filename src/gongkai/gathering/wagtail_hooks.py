"""Where Wagtail finds the hooks."""

from gongkai.gathering import office  # noqa: F401
