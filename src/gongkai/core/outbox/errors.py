"""What a channel fails with. Each text is one Chinese line without an address: it is kept and shown."""


class ChannelError(Exception):
    """One message could not be sent; it is tried again later. The text is kept with the message."""


class ChannelOff(ChannelError):
    """The way itself is closed (no connection, sign-in refused): the rest of this run does not try it again."""


class AddressRefused(ChannelError):
    """There is no such address, or it takes nothing: trying again is of no use."""
