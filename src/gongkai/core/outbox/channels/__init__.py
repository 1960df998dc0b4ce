"""The ways to a person: those that an administrator set up in the office (`outbox.gateways`), and those of `settings.GONGKAI_CHANNELS`.

The setting maps a name to the dotted path of a `MessageChannel`. What the office cannot set up (a library of a vendor's) is a subclass of
`MessageChannel` or `Sms` in a package of your own: `GONGKAI_CHANNELS=sms=your.module.YourClass`.
"""

from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from gongkai.core.outbox.channels.base import Contact, MessageChannel
from gongkai.core.outbox.channels.mail import Mail
from gongkai.core.outbox.channels.screen import Screen
from gongkai.core.outbox.channels.sms import Sms
from gongkai.core.outbox.errors import AddressRefused, ChannelError, ChannelOff

__all__ = [
    "AddressRefused",
    "ChannelError",
    "ChannelOff",
    "Contact",
    "Mail",
    "MessageChannel",
    "Screen",
    "Sms",
    "channels",
    "text_messages",
]


def channels() -> dict[str, MessageChannel]:
    """Return the channels of this installation by name."""
    from gongkai.core.outbox.gateways.known import gateways

    return {**_named(), **gateways()}


@lru_cache(maxsize=1)
def _named() -> dict[str, MessageChannel]:
    """Return those of the settings, made once in each process."""
    return {name: import_string(path)() for name, path in settings.GONGKAI_CHANNELS.items()}


def text_messages() -> Sms | None:
    """Return the SMS gateway that writes to people outside; None where there is none. For codes that are sent while somebody waits."""
    return next((way for way in channels().values() if isinstance(way, Sms) and way.sends_codes), None)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "GONGKAI_CHANNELS":
        _named.cache_clear()


setting_changed.connect(_forget, dispatch_uid="gongkai.outbox.channels")
