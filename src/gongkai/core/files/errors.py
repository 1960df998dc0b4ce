"""Errors of the file store; importable without Django."""


class StoreAway(OSError):
    """Raised when the file store is unreachable or refuses; the message gives the reason."""


class StoreFull(StoreAway):
    """The disk of the file store is full."""
