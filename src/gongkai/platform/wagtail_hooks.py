"""Where Wagtail finds the hooks."""

from gongkai.platform import office  # noqa: F401
