"""Base of senders: requests through `outbound`, parsed replies, Chinese error lines.

An error line contains only the service's code and a few words without long numbers, because it
is stored and shown.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gongkai.core.outbox.mailing import AddressRefused, ChannelError, ChannelOff
from gongkai.core.widgets.query_parameters import is_storable
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import NoAnswer, RequestLimits, ResponseTooLarge, send_request
from gongkai.lib.outbound.permitted_hosts import InternalHost, get_host_name, get_permitted_internal_hosts

#: Timeouts in seconds (connection and read, total) and the maximum reply size in bytes.
PAUSE_TIMEOUT_SECONDS, TOTAL_TIMEOUT_SECONDS, MAX_REPLY_BYTES = 5.0, 15.0, 64 * 1024
#: Refusal of an address inside the government's network that is not registered as allowed.
INTERNAL_ADDRESS_ERROR = "接口地址在内部网络：请先在“允许检查的内部网络地址”中登记这个地址，由安全保密管理员确认后再试"
_LONG_NUMBER_PATTERN = re.compile(r"\d{5,}")


@dataclass(frozen=True)
class TextMessage:
    """A text message to send, with its recipient.

    Attributes:
        text: the text, without personal data.
        number: mobile number of the recipient, or by which the service finds them; empty for groups and webhooks.
        identity: the same for every attempt, so that the service can drop repeats.
        code: a verification code, if the text contains one.
        mention: mobile numbers to mention in a group.
        facts: further data for a webhook.
    """

    text: str
    number: str = ""
    identity: str = ""
    code: str = ""
    mention: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "<Parcel>"


@dataclass(frozen=True)
class ServiceReply:
    """A service's reply: status, and parsed JSON or None."""

    status: int
    data: object

    def at(self, path: str) -> str:
        """Return the value at a path (`data.code`, `result.0.id`) as text; "" if none, or no database accepts it.

        >>> [ServiceReply(200, {"id": text}).at("id") for text in ("a", "a\\0")]
        ['a', '']
        """
        value = self.data
        for name in path.split("."):
            if isinstance(value, Mapping):
                value = value.get(name)
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value) if isinstance(value, str | int | float) else ""
        return text if is_storable(text) else ""


@dataclass(frozen=True)
class ReplyCodes:
    """Maps the codes in a service's reply to success or errors.

    Attributes:
        code: paths of the code in the reply; the first that exists is used.
        good: codes that mean success.
        words: path of the service's message.
        slow: codes of rate limits, after which the message is retried later.
        keys: codes of wrong secrets, signatures or blocked addresses, which switch the channel off.
        nobody: codes of an unknown recipient.
    """

    code: tuple[str, ...]
    good: Collection[str]
    words: str
    slow: Collection[str] = ()
    keys: Collection[str] = ()
    nobody: Collection[str] = ()

    def code_of(self, reply: ServiceReply) -> str:
        """Return the result code in a service's reply."""
        return next((code for path in self.code if (code := reply.at(path))), "")

    def judge(self, reply: ServiceReply) -> None:
        """Return if the reply means that the text was accepted; else raise.

        Raises:
            AddressRefused: invalid address. ChannelError: this text was refused. ChannelOff: the channel is down.
        """
        code = self.code_of(reply)
        if reply.status < 300 and code in self.good:
            return
        text = f"对方答复 {code or reply.status}"
        if message := shorten_message(reply.at(self.words)):
            text += f"（{message}）"
        if code in self.nobody:
            raise AddressRefused(f"{text}：号码或者人员不对")
        if reply.status == 429 or code in self.slow:
            raise ChannelOff(f"{text}：发得太快，稍后再发")
        if reply.status in {401, 403} or code in self.keys:
            raise ChannelOff(f"{text}：请核对密钥、签名和IP白名单")
        if 300 <= reply.status < 400:
            raise ChannelOff(f"{text}：接口转到了别的地址，请核对地址")
        if reply.status >= 500:
            raise ChannelOff(f"{text}：对方出了故障，稍后再发")
        if not code and reply.status < 300:
            raise ChannelOff("对方的答复看不懂，请核对接口地址")
        raise ChannelError(text)


def shorten_message(text: str) -> str:
    """Return the beginning of a service's message without long numbers.

    >>> shorten_message("invalid mobile 13800000000, code 40")
    'invalid mobile ***, code 40'
    """
    return " ".join(_LONG_NUMBER_PATTERN.sub("***", text).split())[:60]


class MessageSender(ABC):
    """Implements a service's protocol with the configured parameters."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self.terms = terms

    def __getitem__(self, name: str) -> str:
        return self.terms.get(name, "")

    @abstractmethod
    def send(self, message: TextMessage) -> str:
        """Send a text; return the service's id for it, or "".

        Raises:
            ChannelError: or a subclass.
        """


def call_service(
    address: str, *, method: str = "POST", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> ServiceReply:
    """Call a service; any HTTP status is a reply.

    Raises:
        ChannelOff: no address, timeout, or an oversized reply.
    """
    if not address.startswith(("https://", "http://")):
        raise ChannelOff("没有填写接口地址")
    # Administrators may name public services only. Internal services, and ones past the
    # proxy, need two officers. Redirects are not followed, because secrets go to the named
    # host only.
    opened = get_host_name(address) in get_permitted_internal_hosts()
    reach = RequestLimits(
        seconds=PAUSE_TIMEOUT_SECONDS,
        whole=TOTAL_TIMEOUT_SECONDS,
        inner=opened,
        proxy=opened,
        most=MAX_REPLY_BYTES,
    )
    try:
        with send_request(address, reach, method=method, headers=headers, body=body) as answer:
            raw, status = answer.read(), answer.status
    except InternalHost as error:
        raise ChannelOff(INTERNAL_ADDRESS_ERROR) from error
    except ResponseTooLarge as error:
        raise ChannelOff("对方的答复过长，请核对接口地址") from error
    except NoAnswer as error:
        raise ChannelOff(str(error)) from error
    try:
        data: object = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    return ServiceReply(status, data)


def post_json(address: str, payload: object, headers: Mapping[str, str] | None = None) -> ServiceReply:
    """Post JSON to a service."""
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return call_service(address, headers=sent, body=json.dumps(payload, ensure_ascii=False).encode())
