"""Signed webhook to another system of the office."""

import hmac
import json
import time

from gongkai.core.outbox.errors import ChannelError, ChannelOff
from gongkai.core.outbox.gateways.senders.base import Parcel, Reply, Sender, call


def sign_webhook(moment: str, body: bytes, secret: str) -> str:
    """Return the hexadecimal HMAC-SHA256 of `time.body`; the time is in seconds."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, "sha256").hexdigest()


class Hook(Sender):
    """Posts JSON with `X-Gongkai-Timestamp` and `X-Gongkai-Signature`; `id` is stable across retries."""

    def send(self, parcel: Parcel) -> str:
        """Post the message; any 2xx status means accepted."""
        body = json.dumps({"id": parcel.identity, "text": parcel.text, **parcel.facts}, ensure_ascii=False).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Gongkai-Timestamp": moment,
            "X-Gongkai-Signature": sign_webhook(moment, body, self["secret"]),
        }
        _raise_for_reply(call(self["hook"], headers=headers, body=body))
        return ""


def _raise_for_reply(reply: Reply) -> None:
    if 200 <= reply.status < 300:
        return
    said = f"接收方答复 {reply.status}"
    if reply.status == 429:
        raise ChannelOff(f"{said}：发得太快，稍后再发")
    if reply.status in {401, 403}:
        raise ChannelOff(f"{said}：请核对密钥和IP白名单")
    if 400 <= reply.status < 500:
        raise ChannelError(said)
    raise ChannelOff(said)
