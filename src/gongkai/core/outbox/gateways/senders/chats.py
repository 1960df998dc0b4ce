"""Senders for 企业微信, 钉钉 and 飞书: group bots and apps for single persons.

An app finds a person by mobile number; nothing is stored.
"""

import base64
import hmac
import json
import time
from abc import abstractmethod
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import ClassVar
from urllib.parse import quote, urlencode

from gongkai.core.outbox.gateways.senders.base import (
    MessageSender,
    ReplyCodes,
    ServiceReply,
    TextMessage,
    call_service,
    post_json,
)
from gongkai.core.outbox.mailing import AddressRefused, ChannelError, ChannelOff

#: Reply codes of 企业微信.
WECOM_CODES = ReplyCodes(
    ("errcode",),
    {"0"},
    "errmsg",
    slow={"45009", "45033", "-1"},
    keys={"93000", "40001", "40013", "40014", "41001", "42001", "40056", "60020", "301002", "48002"},
    nobody={"46004", "60111", "40003", "81013", "40031"},
)
#: Reply codes of 钉钉.
DINGTALK_CODES = ReplyCodes(
    ("errcode",),
    {"0"},
    "errmsg",
    slow={"130101", "410100", "90018", "-1"},
    keys={"310000", "300001", "300005", "40014", "40078", "40089", "42001", "40035", "60011", "60020"},
    nobody={"60121", "33012", "60104"},
)
#: Reply codes of 飞书.
FEISHU_CODES = ReplyCodes(
    ("code", "StatusCode"),
    {"0"},
    "msg",
    slow={"9499", "11232", "99991400", "230020", "2200"},
    keys={
        "19001",
        "19021",
        "19022",
        "19024",
        "10003",
        "10014",
        "99991661",
        "99991663",
        "99991664",
        "99991672",
    },
    nobody={"230013", "230001"},
)


class WecomGroup(MessageSender):
    """Sender to a group of 企业微信 through its bot; the bot's URL contains the key."""

    def send(self, message: TextMessage) -> str:
        """Post a text with mentions."""
        text = {"content": message.text, "mentioned_mobile_list": list(message.mention)}
        WECOM_CODES.judge(post_json(self["hook"], {"msgtype": "text", "text": text}))
        return ""


def sign_dingtalk(moment: str, secret: str) -> str:
    """Return 钉钉's signature of a time in milliseconds: Base64 HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), "sha256").digest()).decode()


class DingGroup(MessageSender):
    """Sender to a group of 钉钉 through its bot, optionally signed."""

    def send(self, message: TextMessage) -> str:
        """Post a text with mentions."""
        address = self["hook"]
        if self["secret"]:
            moment = str(int(time.time() * 1000))
            address += f"&timestamp={moment}&sign={quote(sign_dingtalk(moment, self['secret']), safe='')}"
        at = {"atMobiles": list(message.mention), "isAtAll": False}
        DINGTALK_CODES.judge(post_json(address, {"msgtype": "text", "text": {"content": message.text}, "at": at}))
        return ""


def sign_feishu(moment: str, secret: str) -> str:
    """Return 飞书's signature of a time in seconds: Base64 HMAC-SHA256 of an empty message."""
    return base64.b64encode(hmac.new(f"{moment}\n{secret}".encode(), b"", "sha256").digest()).decode()


class FeishuGroup(MessageSender):
    """Sender to a group of 飞书 through its bot, optionally signed; it cannot mention people by number."""

    def send(self, message: TextMessage) -> str:
        """Post a text."""
        payload: dict[str, object] = {"msg_type": "text", "content": {"text": message.text}}
        if self["secret"]:
            moment = str(int(time.time()))
            payload |= {"timestamp": moment, "sign": sign_feishu(moment, self["secret"])}
        FEISHU_CODES.judge(post_json(self["hook"], payload))
        return ""


class ChatAppSender(MessageSender):
    """Sender through the app of a chat service: one token, a person found by phone number, one text."""

    codes: ClassVar[ReplyCodes]
    #: Codes of an expired token.
    stale: ClassVar[Collection[str]]
    #: Default base URL of the service.
    usual: ClassVar[str]

    def __init__(self, terms: Mapping[str, str]) -> None:
        super().__init__(terms)
        self._token, self._until = "", 0.0

    @property
    def base(self) -> str:
        """Return the base URL of the service, public or inside the government's network."""
        return (self["address"] or self.usual).rstrip("/")

    def send(self, message: TextMessage) -> str:
        """Send the text; renew an expired token once (AddressRefused: unknown number)."""
        is_new_token = not self._token or time.monotonic() > self._until
        if is_new_token:
            self._renew_token()
        try:
            reply = self._send_to_person(message)
            if self.codes.code_of(reply) in self.stale and not is_new_token:
                self._renew_token()
                reply = self._send_to_person(message)
        except _NotFound as error:
            raise AddressRefused("没有用这个手机号码登记的人员") from error
        self.codes.judge(reply)
        return self.read_message_id(reply)[:64]

    def _renew_token(self) -> None:
        """Request a new access token.

        Raises:
            ChannelError: the reply contains none.
        """
        self._token = ""
        reply = self.request_token()
        self.codes.judge(reply)
        token, seconds = self.read_token(reply)
        if not token:
            raise ChannelError("对方没有给出访问凭证")
        self._token, self._until = token, time.monotonic() + max(60, seconds - 300)

    def _send_to_person(self, message: TextMessage) -> ServiceReply:
        """Look up the person of the number and send; return the service's last reply.

        Raises:
            _NotFound: the service has no user with this number.
        """
        reply = self.find_person(message.number)
        recipient_id = self.read_recipient_id(reply)
        if not recipient_id:
            if self.codes.code_of(reply) in self.codes.good:
                raise _NotFound
            return reply
        return self.send_to(recipient_id, message)

    @abstractmethod
    def request_token(self) -> ServiceReply:
        """Request a token."""

    @abstractmethod
    def read_token(self, reply: ServiceReply) -> tuple[str, int]:
        """Return (token, its lifetime in seconds)."""

    @abstractmethod
    def find_person(self, number: str) -> ServiceReply:
        """Look up the person with a mobile number."""

    @abstractmethod
    def read_recipient_id(self, reply: ServiceReply) -> str:
        """Return the person's id from the reply to `find_person`; "" if there is none."""

    @abstractmethod
    def send_to(self, recipient_id: str, message: TextMessage) -> ServiceReply:
        """Send the text to the person with this id."""

    @abstractmethod
    def read_message_id(self, reply: ServiceReply) -> str:
        """Return the service's id of the sent text from the reply to `send_to`."""


class _NotFound(Exception):
    """Raised when the service has no user with this number."""


def _parse_seconds(text: str) -> int:
    return int(text) if text.isdecimal() else 7200


class WecomApp(ChatAppSender):
    """Sender through an app of 企业微信."""

    codes, usual = WECOM_CODES, "https://qyapi.weixin.qq.com"
    stale = frozenset({"40014", "42001", "40001"})

    def request_token(self) -> ServiceReply:
        """Call `gettoken`."""
        query = urlencode({"corpid": self["corp"], "corpsecret": self["secret"]})
        return call_service(f"{self.base}/cgi-bin/gettoken?{query}", method="GET")

    def read_token(self, reply: ServiceReply) -> tuple[str, int]:
        """Return (`access_token`, its lifetime in seconds)."""
        return reply.at("access_token"), _parse_seconds(reply.at("expires_in"))

    def find_person(self, number: str) -> ServiceReply:
        """Call `user/getuserid` with a mobile number."""
        return post_json(f"{self.base}/cgi-bin/user/getuserid?access_token={quote(self._token)}", {"mobile": number})

    def read_recipient_id(self, reply: ServiceReply) -> str:
        """Return `userid` of the reply, "" if it has none."""
        return reply.at("userid")

    def send_to(self, recipient_id: str, message: TextMessage) -> ServiceReply:
        """Call `message/send` for a recipient; repeats within 30 minutes are suppressed."""
        payload = {
            "touser": recipient_id,
            "msgtype": "text",
            "agentid": _parse_number(self["agent"]),
            "text": {"content": message.text},
            "enable_duplicate_check": 1,
        }
        return post_json(f"{self.base}/cgi-bin/message/send?access_token={quote(self._token)}", payload)

    def read_message_id(self, reply: ServiceReply) -> str:
        """Return `msgid` of the reply, "" if it has none."""
        return reply.at("msgid")


def _parse_number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


class DingApp(ChatAppSender):
    """Sender through an app of 钉钉: a work notice."""

    codes, usual = DINGTALK_CODES, "https://oapi.dingtalk.com"
    stale = frozenset({"40014", "42001", "40001"})

    def request_token(self) -> ServiceReply:
        """Call `gettoken`."""
        query = urlencode({"appkey": self["key"], "appsecret": self["secret"]})
        return call_service(f"{self.base}/gettoken?{query}", method="GET")

    def read_token(self, reply: ServiceReply) -> tuple[str, int]:
        """Return (`access_token`, its lifetime in seconds)."""
        return reply.at("access_token"), _parse_seconds(reply.at("expires_in"))

    def find_person(self, number: str) -> ServiceReply:
        """Call `user/getbymobile` with a mobile number."""
        address = f"{self.base}/topapi/v2/user/getbymobile?access_token={quote(self._token)}"
        return post_json(address, {"mobile": number})

    def read_recipient_id(self, reply: ServiceReply) -> str:
        """Return `result.userid` of the reply, "" if it has none."""
        return reply.at("result.userid")

    def send_to(self, recipient_id: str, message: TextMessage) -> ServiceReply:
        """Call `message/corpconversation/asyncsend_v2` for a recipient."""
        payload = {
            "agent_id": _parse_number(self["agent"]),
            "userid_list": recipient_id,
            "msg": {"msgtype": "text", "text": {"content": message.text}},
        }
        address = f"{self.base}/topapi/message/corpconversation/asyncsend_v2?access_token={quote(self._token)}"
        return post_json(address, payload)

    def read_message_id(self, reply: ServiceReply) -> str:
        """Return `task_id` of the reply, "" if it has none."""
        return reply.at("task_id")


class FeishuApp(ChatAppSender):
    """Sender through an app of 飞书 that may send messages and find people."""

    codes, usual = FEISHU_CODES, "https://open.feishu.cn"
    stale = frozenset({"99991661", "99991663", "99991664"})

    def _make_bearer_header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def request_token(self) -> ServiceReply:
        """Call `tenant_access_token/internal`."""
        payload = {"app_id": self["key"], "app_secret": self["secret"]}
        return post_json(f"{self.base}/open-apis/auth/v3/tenant_access_token/internal", payload)

    def read_token(self, reply: ServiceReply) -> tuple[str, int]:
        """Return (`tenant_access_token`, its lifetime in seconds)."""
        return reply.at("tenant_access_token"), _parse_seconds(reply.at("expire"))

    def find_person(self, number: str) -> ServiceReply:
        """Call `contact/v3/users/batch_get_id` with a mobile number."""
        address = f"{self.base}/open-apis/contact/v3/users/batch_get_id?user_id_type=open_id"
        return post_json(address, {"mobiles": [number]}, self._make_bearer_header())

    def read_recipient_id(self, reply: ServiceReply) -> str:
        """Return `data.user_list.0.user_id` of the reply, "" if it has none."""
        return reply.at("data.user_list.0.user_id")

    def send_to(self, recipient_id: str, message: TextMessage) -> ServiceReply:
        """Call `im/v1/messages` for a recipient; the same `uuid` is sent once an hour."""
        payload = {
            "receive_id": recipient_id,
            "msg_type": "text",
            "content": json.dumps({"text": message.text}, ensure_ascii=False),
            "uuid": sha256(f"{message.identity} {recipient_id}".encode()).hexdigest()[:50],
        }
        return post_json(
            f"{self.base}/open-apis/im/v1/messages?receive_id_type=open_id", payload, self._make_bearer_header()
        )

    def read_message_id(self, reply: ServiceReply) -> str:
        """Return `data.message_id` of the reply, "" if it has none."""
        return reply.at("data.message_id")


def sign_webhook(moment: str, body: bytes, secret: str) -> str:
    """Return the hexadecimal HMAC-SHA256 of `time.body`; the time is in seconds."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, "sha256").hexdigest()


class WebhookSender(MessageSender):
    """Sender that posts JSON with `X-Gongkai-Timestamp` and `X-Gongkai-Signature`; `id` is stable across retries."""

    def send(self, message: TextMessage) -> str:
        """Post the message; any 2xx status means accepted."""
        body = json.dumps({"id": message.identity, "text": message.text, **message.facts}, ensure_ascii=False).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Gongkai-Timestamp": moment,
            "X-Gongkai-Signature": sign_webhook(moment, body, self["secret"]),
        }
        _raise_for_reply(call_service(self["hook"], headers=headers, body=body))
        return ""


def _raise_for_reply(reply: ServiceReply) -> None:
    """Raise for a status other than 2xx.

    Raises:
        ChannelOff: the service accepts no messages at present.
        ChannelError: it refused this message.
    """
    if 200 <= reply.status < 300:
        return
    text = f"接收方答复 {reply.status}"
    if reply.status == 429:
        raise ChannelOff(f"{text}：发得太快，稍后再发")
    if reply.status in {401, 403}:
        raise ChannelOff(f"{text}：请核对密钥和IP白名单")
    if 400 <= reply.status < 500:
        raise ChannelError(text)
    raise ChannelOff(text)
