"""Errors of channels; each message is one Chinese line without an address."""


class ChannelError(Exception):
    """One message could not be sent; it is retried later."""


class ChannelOff(ChannelError):
    """The channel is down; the current run does not try it again."""


class AddressRefused(ChannelError):
    """The address is invalid; a retry is useless."""
