"""Where Wagtail finds the outbox's hooks."""

from gongkai.outbox import office  # noqa: F401
