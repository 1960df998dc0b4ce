"""Kinds of gateways with their parameters and senders."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.core.outbox.gateways.senders.base import MessageSender
from gongkai.core.outbox.gateways.senders.chats import (
    DingApp,
    DingGroup,
    FeishuApp,
    FeishuGroup,
    WebhookSender,
    WecomApp,
    WecomGroup,
)
from gongkai.core.outbox.gateways.senders.sms import TEMPLATE_PLACEHOLDERS, AliyunSms, HttpSms, MasSms
from gongkai.core.outbox.models import GatewayKind


@dataclass(frozen=True)
class GatewayParameter:
    """A parameter of a kind of gateway, as the settings form asks for it.

    Attributes:
        secret: it is stored encrypted.
        first: initial value.
        rows: lines of the input.
        address: it is a URL, which the security officers see.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    first: str = ""
    choices: Sequence[tuple[str, str]] = ()
    rows: int = 1
    address: bool = False


@dataclass(frozen=True)
class GatewayType:
    """A kind of message gateway: its sender class and its parameters.

    Attributes:
        sender: class that implements the protocol.
        terms: its parameters.
        reaches: `phone` SMS, `person` an app that finds people by number, `group` a chat group, `hook` another system.
        receipts: true if the service reports delivery later.
        intro: source of the parameters.
    """

    sender: type[MessageSender]
    terms: tuple[GatewayParameter, ...]
    reaches: str
    intro: str
    receipts: bool = False

    @property
    def is_sms(self) -> bool:
        """Return true if the kind sends SMS."""
        return self.reaches == "phone"

    @property
    def by_number(self) -> bool:
        """Return true if the gateway addresses people by mobile number."""
        return self.reaches in {"phone", "person"}


_PLACEHOLDER_NAMES = "、".join(f"{{{name}}}" for name in TEMPLATE_PLACEHOLDERS)
_SIGNATURE_TERM = GatewayParameter("sign", "短信签名", "在运营商备案的签名，不带【】")
_GROUP_HINT = "在群设置里添加“自定义机器人”，把得到的地址抄到这里。"
_OWN_SERVER_HINT = "部署在政务网内的，填写它的地址；用公有云的留空"
_HOOK_TERM = GatewayParameter("hook", "机器人地址", "含有凭证，加密保存", secret=True, address=True)
_RECEIPT_TERMS = (
    GatewayParameter(
        "receipt_list",
        "回执：列表所在",
        "回执是一组时，组在哪一项里；就是一组或者只有一条的留空",
        required=False,
    ),
    GatewayParameter("receipt_id", "回执：对方编号所在", "如 msgid；不收回执的留空", required=False),
    GatewayParameter("receipt_state", "回执：结果所在", "如 status", required=False),
    GatewayParameter(
        "receipt_good", "回执：送达的结果", "如 DELIVRD，几个的用顿号分开；留空的不看回执", required=False
    ),
)

#: Name of a kind → kind.
GATEWAY_KINDS: dict[str, GatewayType] = {
    GatewayKind.SMS: GatewayType(
        HttpSms,
        (
            GatewayParameter("address", "接口地址", "https:// 或 http:// 开头", address=True),
            GatewayParameter(
                "format",
                "提交方式",
                choices=(("json", "POST，JSON"), ("form", "POST，表单"), ("get", "GET，参数在地址里")),
                first="json",
            ),
            GatewayParameter(
                "body",
                "提交的内容",
                f"照接口文档写，发送时代入：{_PLACEHOLDER_NAMES}",
                first='{"mobile": "{手机号}", "content": "{内容}"}',
                rows=4,
            ),
            GatewayParameter(
                "headers",
                "请求头",
                "一行一个，如 Authorization: Bearer {密钥}",
                required=False,
                rows=2,
                secret=True,
            ),
            GatewayParameter("account", "账号", required=False),
            GatewayParameter("secret", "密钥", secret=True, required=False),
            GatewayParameter(
                "sign",
                "短信签名",
                "在运营商备案的签名，不带【】；内容里没有写{签名}的，自动加在最前面",
                required=False,
            ),
            GatewayParameter(
                "check", "校验的内容", "需要校验的，写明哪些连在一起，如 {账号}{密钥}{时间}", required=False
            ),
            GatewayParameter(
                "check_by",
                "校验的算法",
                choices=(("md5", "MD5"), ("sha256", "SHA-256"), ("hmac-sha256", "HMAC-SHA256（用密钥）")),
                first="md5",
            ),
            GatewayParameter("code_path", "答复：结果码所在", "如 code、data.status", first="code"),
            GatewayParameter("good", "答复：成功的结果码", "如 0、200", first="0"),
            GatewayParameter("words_path", "答复：说明所在", "如 message", first="message"),
            GatewayParameter("id_path", "答复：对方编号所在", "如 data.msgid；没有的留空", required=False),
            GatewayParameter("slow", "答复：发得太快的结果码", required=False),
            GatewayParameter("nobody", "答复：号码不对的结果码", required=False),
            *_RECEIPT_TERMS,
        ),
        "phone",
        "向短信服务商要HTTP接口文档、账号、密钥和备案的签名，照文档填写。",
        receipts=True,
    ),
    GatewayKind.MAS: GatewayType(
        MasSms,
        (
            GatewayParameter(
                "address", "接口地址", "云MAS“接口管理”里HTTP普通短信的地址（…/sms/norsubmit）", address=True
            ),
            GatewayParameter("ec_name", "集团客户名称", "ecName"),
            GatewayParameter("ap_id", "接口账号", "apId"),
            GatewayParameter("secret", "接口密码", "secretKey", secret=True),
            GatewayParameter("sign", "签名编码", "在云MAS下载的签名编码，不是签名的文字"),
            GatewayParameter("serial", "扩展码", "没有的留空", required=False),
        ),
        "phone",
        "在移动云MAS平台“接口管理”里新建HTTP接口账号，下载签名编码，把本机的出口IP加入白名单。",
        receipts=True,
    ),
    GatewayKind.ALIYUN: GatewayType(
        AliyunSms,
        (
            GatewayParameter("address", "接口地址", first="https://dysmsapi.aliyuncs.com/", address=True),
            GatewayParameter("key_id", "AccessKey ID"),
            GatewayParameter("secret", "AccessKey Secret", secret=True),
            _SIGNATURE_TERM,
            GatewayParameter("template", "通知模板编号", "审核通过的模板，如 SMS_123456789"),
            GatewayParameter("place", "通知模板的变量名", "代入事项标题", first="content"),
            GatewayParameter("code_template", "验证码模板编号", "公开表单要手机验证码的填写", required=False),
            GatewayParameter("code_place", "验证码模板的变量名", first="code"),
        ),
        "phone",
        "在阿里云短信服务里申请签名和模板，建立只能发短信的子账号，用它的AccessKey。",
        receipts=True,
    ),
    GatewayKind.WECOM_GROUP: GatewayType(WecomGroup, (_HOOK_TERM,), "group", f"企业微信：{_GROUP_HINT}"),
    GatewayKind.WECOM_APP: GatewayType(
        WecomApp,
        (
            GatewayParameter("corp", "企业ID", "管理后台“我的企业”里的 corpid"),
            GatewayParameter("agent", "应用编号", "自建应用的 AgentId"),
            GatewayParameter("secret", "应用密钥", "自建应用的 Secret", secret=True),
            GatewayParameter("address", "服务地址", _OWN_SERVER_HINT, required=False, address=True),
        ),
        "person",
        "在企业微信管理后台新建自建应用，可见范围选收消息的人，把本机的出口IP加入可信IP。按手机号找到人。",
    ),
    GatewayKind.DING_GROUP: GatewayType(
        DingGroup,
        (
            _HOOK_TERM,
            GatewayParameter("secret", "加签密钥", "安全设置选“加签”时得到，SEC开头", secret=True, required=False),
        ),
        "group",
        f"钉钉：{_GROUP_HINT}安全设置选“加签”。",
    ),
    GatewayKind.DING_APP: GatewayType(
        DingApp,
        (
            GatewayParameter("key", "AppKey"),
            GatewayParameter("secret", "AppSecret", secret=True),
            GatewayParameter("agent", "AgentId"),
            GatewayParameter("address", "服务地址", _OWN_SERVER_HINT, required=False, address=True),
        ),
        "person",
        "在钉钉开放平台新建企业内部应用，开通“根据手机号获取成员”和“工作通知”权限，把本机的出口IP加入白名单。",
    ),
    GatewayKind.FEISHU_GROUP: GatewayType(
        FeishuGroup,
        (
            _HOOK_TERM,
            GatewayParameter("secret", "签名校验密钥", "安全设置选“签名校验”时得到", secret=True, required=False),
        ),
        "group",
        f"飞书：{_GROUP_HINT}安全设置选“签名校验”。",
    ),
    GatewayKind.FEISHU_APP: GatewayType(
        FeishuApp,
        (
            GatewayParameter("key", "App ID"),
            GatewayParameter("secret", "App Secret", secret=True),
            GatewayParameter("address", "服务地址", _OWN_SERVER_HINT, required=False, address=True),
        ),
        "person",
        "在飞书开放平台新建企业自建应用，启用机器人，开通“以应用身份发消息”和“通过手机号获取用户ID”权限并发布。",
    ),
    GatewayKind.HOOK: GatewayType(
        WebhookSender,
        (
            GatewayParameter("hook", "接收地址", address=True),
            GatewayParameter("secret", "签名密钥", "与接收方约定，16个字符以上", secret=True),
        ),
        "hook",
        "每条消息推送一次JSON。接收方用密钥核对 X-Gongkai-Signature（时间、句点、正文的HMAC-SHA256），按 id 去掉重复的。",
    ),
}


def get_gateway_type(name: str) -> GatewayType:
    """Return a kind of gateway by its name."""
    return GATEWAY_KINDS[name]
