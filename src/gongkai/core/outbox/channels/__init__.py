"""Channels to people: those configured in the office (`outbox.gateways`) and in settings.

`settings.GONGKAI_CHANNELS` maps a name to the dotted path of a `MessageChannel`. For a vendor's
library, subclass `MessageChannel` or `SmsChannel` in your own package:
`GONGKAI_CHANNELS=sms=your.module.YourClass`.
"""

from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from gongkai.core.outbox.channels.base import InboxChannel, MailChannel, MessageChannel, OutsideContact, SmsChannel
from gongkai.core.outbox.errors import AddressRefused, ChannelError, ChannelOff

__all__ = [
    "AddressRefused",
    "ChannelError",
    "ChannelOff",
    "InboxChannel",
    "MailChannel",
    "MessageChannel",
    "OutsideContact",
    "SmsChannel",
    "channels",
    "sms_channel",
]


def channels() -> dict[str, MessageChannel]:
    """Return the channels of this installation by name."""
    from gongkai.core.outbox.gateways.known import gateways

    return {**_get_settings_channels(), **gateways()}


@lru_cache(maxsize=1)
def _get_settings_channels() -> dict[str, MessageChannel]:
    return {name: import_string(path)() for name, path in settings.GONGKAI_CHANNELS.items()}


def sms_channel() -> SmsChannel | None:
    """Return the SMS gateway for outside persons, or None; used for codes."""
    return next((way for way in channels().values() if isinstance(way, SmsChannel) and way.sends_codes), None)


def _clear_cache(*, setting: str, **_: object) -> None:
    if setting == "GONGKAI_CHANNELS":
        _get_settings_channels.cache_clear()


setting_changed.connect(_clear_cache, dispatch_uid="gongkai.outbox.channels")
