"""Errors of the file store; importable without Django."""


class StoreAway(OSError):
    """The file store is unreachable or refuses; the message says why."""


class StoreFull(StoreAway):
    """The disk of the file store is full."""
