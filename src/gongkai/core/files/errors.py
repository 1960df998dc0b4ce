"""Errors of the store of files; imported where Django is not set up."""


class StoreAway(OSError):
    """The store of files cannot be reached, or refuses; the message says so in words."""


class StoreFull(StoreAway):
    """The disk of the store takes no more."""
