"""SMS senders: any HTTP gateway described by templates, 移动云MAS and 阿里云."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import md5, sha256
from urllib.parse import quote

from gongkai.core.outbox.gateways.senders.base import MessageSender, ReplyCodes, ServiceReply, TextMessage, call_service
from gongkai.core.outbox.mailing import ChannelOff
from gongkai.lib.chinese import lazy_re as re

#: Placeholders of templates.
TEMPLATE_PLACEHOLDERS = ("手机号", "内容", "验证码", "签名", "账号", "密钥", "编号", "时间", "秒", "随机", "校验")
_PLACEHOLDER_PATTERN = re.compile(r"\{(" + "|".join(TEMPLATE_PLACEHOLDERS) + r")\}")


def fill_template(template: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """Return a template with its placeholders replaced; other braces (JSON) stay.

    >>> fill_template('{"to": "{手机号}"}', {"手机号": "1"})
    '{"to": "1"}'
    """
    return _PLACEHOLDER_PATTERN.sub(lambda place: write(values.get(place[1], "")), template)


def _escape_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def split_codes(text: str) -> tuple[str, ...]:
    """Return the result codes in a setting, separated by commas, 、, semicolons or blanks.

    >>> split_codes("0，DELIVRD")
    ('0', 'DELIVRD')
    """
    return tuple(filter(None, re.split(r"[\s,，、;；]+", text)))


class HttpSms(MessageSender):
    """Gateway described by templates for request, signature and reply."""

    def send(self, message: TextMessage) -> str:
        """Fill the templates, send the request, and parse the reply."""
        values = self._placeholder_values(message)
        if self["check"]:
            values["校验"] = self._compute_checksum(fill_template(self["check"], values))
        as_json = self["format"] == "json"
        headers = {"Content-Type": f"application/{'json' if as_json else 'x-www-form-urlencoded'}; charset=utf-8"}
        for line in self["headers"].splitlines():
            name, colon, value = line.partition(":")
            if colon and name.strip():
                headers[name.strip()] = fill_template(value.strip(), values, _clean_header)
        filled = fill_template(self["body"], values, _escape_json if as_json else _quote_url)
        address = fill_template(self["address"], values, _quote_url)
        if self["format"] == "get":
            address = f"{address}{'&' if '?' in address else '?'}{filled}" if filled else address
            reply = call_service(address, method="GET", headers=headers)
        else:
            reply = call_service(address, headers=headers, body=filled.encode())
        self._reply_codes().judge(reply)
        return reply.at(self["id_path"])[:64] if self["id_path"] else ""

    def _placeholder_values(self, message: TextMessage) -> dict[str, str]:
        """Return the values of the placeholders in the request, by their Chinese names."""
        now = datetime.now().astimezone()
        signed = f"【{self['sign']}】" if self["sign"] and "{签名}" not in self["body"] else ""
        return {
            "手机号": message.number,
            "内容": signed + message.text,
            "验证码": message.code,
            "签名": self["sign"],
            "账号": self["account"],
            "密钥": self["secret"],
            "编号": sha256(message.identity.encode()).hexdigest()[:32],
            "时间": f"{now:%Y%m%d%H%M%S}",
            "秒": str(int(now.timestamp())),
            "随机": secrets.token_hex(8),
        }

    def _compute_checksum(self, text: str) -> str:
        """Return the hexadecimal checksum of a text by the method of the gateway."""
        if self["check_by"] == "hmac-sha256":
            return hmac.new(self["secret"].encode(), text.encode(), "sha256").hexdigest()
        if self["check_by"] == "sha256":
            return sha256(text.encode()).hexdigest()
        return md5(text.encode(), usedforsecurity=False).hexdigest()

    def _reply_codes(self) -> ReplyCodes:
        """Return the reply codes that the parameters of the gateway declare."""
        return ReplyCodes(
            (self["code_path"] or "code",),
            split_codes(self["good"] or "0"),
            self["words_path"] or "message",
            slow=split_codes(self["slow"]),
            nobody=split_codes(self["nobody"]),
        )


def _quote_url(value: str) -> str:
    return quote(value, safe="")


def _clean_header(value: str) -> str:
    return "".join(sign for sign in value if " " <= sign <= "~")


class MasSms(MessageSender):
    """移动云MAS: Base64 JSON with an MD5 checksum over all parts."""

    codes = ReplyCodes(
        ("rspcod",),
        {"success"},
        "rspcod",
        keys={"IllegalMac", "IllegalSignId", "InvalidUsrOrPwd", "NoSignId"},
    )

    def send(self, message: TextMessage) -> str:
        """Send the text; receipts refer to `msgGroup`."""
        sent = {
            "ecName": self["ec_name"],
            "apId": self["ap_id"],
            "mobiles": message.number,
            "content": message.text,
            "sign": self["sign"],
            "addSerial": self["serial"],
        }
        checked_values = (sent["ecName"], sent["apId"], self["secret"], *list(sent.values())[2:])
        sent["mac"] = md5("".join(checked_values).encode(), usedforsecurity=False).hexdigest()
        body = base64.b64encode(json.dumps(sent, ensure_ascii=False).encode())
        reply = call_service(self["address"], headers={"Content-Type": "application/json"}, body=body)
        self.codes.judge(reply)
        return reply.at("msgGroup")[:64]


def aliyun_signature(method: str, facts: Mapping[str, str], secret: str) -> str:
    """Return 阿里云's RPC signature, version 1.0: HMAC-SHA1 over sorted, quoted parameters."""
    query = "&".join(f"{_quote_rpc(name)}={_quote_rpc(facts[name])}" for name in sorted(facts))
    text = f"{method}&{_quote_rpc('/')}&{_quote_rpc(query)}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), "sha1").digest()).decode()


def _quote_rpc(value: str) -> str:
    return quote(value, safe="-_.~")


class AliyunSms(MessageSender):
    """阿里云短信, with one template for texts and one for codes."""

    codes = ReplyCodes(
        ("Code",),
        {"OK"},
        "Message",
        slow={"isv.BUSINESS_LIMIT_CONTROL", "Throttling", "Throttling.User", "Throttling.Api"},
        keys={
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId.NotFound",
            "InvalidAccessKeyId.Inactive",
            "isv.SMS_SIGNATURE_ILLEGAL",
            "isv.SMS_TEMPLATE_ILLEGAL",
            "isv.AMOUNT_NOT_ENOUGH",
            "isv.OUT_OF_SERVICE",
            "isv.ACCOUNT_ABNORMAL",
            "isp.RAM_PERMISSION_DENY",
        },
        nobody={"isv.MOBILE_NUMBER_ILLEGAL"},
    )

    def send(self, message: TextMessage) -> str:
        """Send the text; receipts refer to `BizId` (ChannelOff: no template is set)."""
        values = (
            {self["code_place"] or "code": message.code} if message.code else {self["place"] or "content": message.text}
        )
        template = self["code_template"] if message.code else self["template"]
        if not template:
            raise ChannelOff("没有填写验证码模板编号" if message.code else "没有填写短信模板编号")
        facts = {
            "AccessKeyId": self["key_id"],
            "Action": "SendSms",
            "Format": "JSON",
            "OutId": sha256(message.identity.encode()).hexdigest()[:32],
            "PhoneNumbers": message.number,
            "RegionId": "cn-hangzhou",
            "SignName": self["sign"],
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": secrets.token_hex(16),
            "SignatureVersion": "1.0",
            "TemplateCode": template,
            "TemplateParam": json.dumps(values, ensure_ascii=False),
            "Timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Version": "2017-05-25",
        }
        facts["Signature"] = aliyun_signature("POST", facts, self["secret"])
        body = "&".join(f"{_quote_rpc(name)}={_quote_rpc(value)}" for name, value in facts.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply: ServiceReply = call_service(self["address"], headers=headers, body=body.encode())
        self.codes.judge(reply)
        return reply.at("BizId")[:64]
