"""Where Wagtail finds the outbox's hooks."""

from gongkai.telling import office  # noqa: F401
