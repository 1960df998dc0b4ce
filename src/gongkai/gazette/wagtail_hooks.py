"""Where Wagtail finds the hooks."""

from gongkai.gazette import office  # noqa: F401
