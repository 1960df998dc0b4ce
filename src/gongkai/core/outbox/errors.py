"""Errors of channels; each message is one Chinese line without an address."""


class ChannelError(Exception):
    """Raised when one message could not be sent; it is retried later."""


class ChannelOff(ChannelError):
    """Raised when the channel is down; the current run does not try it again."""


class AddressRefused(ChannelError):
    """Raised when the address is invalid; a retry is useless."""
