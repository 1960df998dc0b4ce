"""Where Wagtail finds the office's hooks."""

from gongkai.office import hooks  # noqa: F401
