"""Where Wagtail finds the ledger's hooks."""

from gongkai.ledger import office  # noqa: F401
