"""The ways to a person. `settings.GONGKAI_CHANNELS` names them: name → dotted path of a `MessageChannel`.

To add one (an SMS gateway, the province's 政务钉钉), subclass `MessageChannel`, `Sms` or `Webhook` in a package of your own and set
`GONGKAI_CHANNELS=sms=your.module.YourClass`.
"""

from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from gongkai.outbox.channels.base import AddressRefused, ChannelError, ChannelOff, Contact, MessageChannel
from gongkai.outbox.channels.mail import Mail
from gongkai.outbox.channels.screen import Screen
from gongkai.outbox.channels.sms import Sms
from gongkai.outbox.channels.webhook import Webhook

__all__ = [
    "AddressRefused",
    "ChannelError",
    "ChannelOff",
    "Contact",
    "Mail",
    "MessageChannel",
    "Screen",
    "Sms",
    "Webhook",
    "channels",
    "text_messages",
]


@lru_cache(maxsize=1)
def channels() -> dict[str, MessageChannel]:
    """Return the channels of this installation by name, made once in each process."""
    return {name: import_string(path)() for name, path in settings.GONGKAI_CHANNELS.items()}


def text_messages() -> Sms | None:
    """Return the SMS gateway of this installation; None where there is none. For codes that are sent while somebody waits."""
    return next(
        (message_channel for message_channel in channels().values() if isinstance(message_channel, Sms)), None
    )


def _forget(*, setting: str, **_: object) -> None:
    if setting == "GONGKAI_CHANNELS":
        channels.cache_clear()


setting_changed.connect(_forget, dispatch_uid="gongkai.outbox.channels")
