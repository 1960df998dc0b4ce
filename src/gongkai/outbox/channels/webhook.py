"""A signed POST to another system of the office: what a plug-in for chat groups or the provincial platform starts from."""

import hmac
import json
from typing import ClassVar
from urllib.parse import urljoin

from django.conf import settings

from gongkai.outbound import NoAnswer, Reach, ask
from gongkai.outbox.channels.base import ChannelError, ChannelOff, MessageChannel
from gongkai.outbox.models import Message


class Webhook(MessageChannel):
    """A base for receivers inside the office's network. A plug-in sets `url` and `secret`; `payload` may be overridden.

    The body is JSON; the header `X-Gongkai-Signature` is the hexadecimal HMAC-SHA256 of the body with `secret`. `id` is the same
    on every attempt, so that the receiver can drop a repeated one.
    """

    url: ClassVar[str] = ""
    secret: ClassVar[str] = ""
    timeout: ClassVar[float] = 5.0

    def payload(self, message: Message) -> dict[str, object]:
        """Return what is sent."""
        return {
            "id": f"{message.key}/{message.person_id}",
            "person": message.person.name,
            "subject": message.subject,
            "body": message.body,
            "link": urljoin(settings.BASE_URL, message.link) if message.link else "",
            "urgent": message.urgent,
        }

    def send(self, message: Message) -> None:
        """Post it; any answer of 2xx means taken, 4xx refuses this one, everything else (a redirect, too) closes the way for this run."""
        if not self.url.startswith(("https://", "http://")):
            raise ChannelOff("没有设置接收地址")
        body = json.dumps(self.payload(message), ensure_ascii=False).encode()
        signature = hmac.new(self.secret.encode(), body, "sha256").hexdigest()
        headers = {"Content-Type": "application/json", "X-Gongkai-Signature": signature}
        # The office's own receiver, named by whoever set it up: inside its network, or past its proxy.
        reach = Reach(seconds=self.timeout, inner=True, proxy=True)
        try:
            with ask(self.url, reach, method="POST", headers=headers, body=body) as answer:
                status = answer.status
        except NoAnswer as error:
            raise ChannelOff(str(error)) from error
        if not 200 <= status < 300:
            kind = ChannelError if 400 <= status < 500 else ChannelOff
            raise kind(f"接收方答复 {status}")
