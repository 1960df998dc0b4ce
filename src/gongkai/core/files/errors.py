"""Errors of the file store; importable without Django."""


class StoreUnavailable(OSError):
    """Raised when the file store is unreachable or refuses; the message gives the reason."""


class StoreFull(StoreUnavailable):
    """The disk of the file store is full."""
