"""Find personal accounts on WeChat, QQ, Alipay and other platforms; official accounts stay."""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.mobiles import is_office_number
from gongkai.lib.privacy.model import Finding

#: Where people have an account under a name of their own.
_PLATFORM_NAME = (
    r"(?:支付宝|微信|QQ|qq|淘宝|天猫|闲鱼|咸鱼|京东|拼多多|阿里|抖音|快手|微博|小红书|陌陌|钉钉|知乎|贴吧|豆瓣|"
    r"美团|饿了么|滴滴|哔哩哔哩|B站|百度|网易|头条|西瓜视频|斗鱼|虎牙|探探|飞信|云闪付|花呗)"
)
#: One of them, or two whose account is the same.
_PLATFORMS = rf"{_PLATFORM_NAME}(?:(?:[、和与及跟/或,，]|以及){_PLATFORM_NAME}){{0,2}}"
#: What calls it an account, between the site and the account: 账户, 网司法拍卖平台（账号, 收款账号, 都是.
_ACCOUNT_WORD = (
    rf"(?:[{HAN}]{{0,8}}(?:平台|店铺|直播间|商城|网)[\s,，(]{{0,2}})?"
    r"(?:收付?款|转账|付款|支付|登[录陆]|绑定|注册|实名|个人|本人|会员|买家|卖家|用户){0,2}"
    r"(?:账号|帐号|账户|帐户|用户名|昵称|会员名|号码?|ID|id|名)(?:[是为都均也同统一\s:：(“\"]){0,6}"
)
#: Two sites, or 也是: no word for an account is needed.
_SAME_ACCOUNT = r"(?:账号|帐号|账户|号码?)?(?:也|都|均|同|全|一样|统一){1,3}号?[是为:：\s]{0,3}"

_ACCOUNT_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:QQ|qq|Qq|扣扣|企鹅号)(?:号码?|账号|帐号)?(?:[也都]行|也可以?)?(?:[是为:：\s,，]){0,3}([1-9][0-9]{4,11})(?![0-9A-Za-z@])"
        ),
        "QQ号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?:微信(?:号码?|账号|帐号|ID|id)?|[Ww]e[Cc]hat(?:号|ID|id)?|VX|Vx|vx|WX|wx|V信|薇信|威信号)"
            r"(?:同号)?(?:[是为:：\s(]|我的|加){0,4}([A-Za-z][A-Za-z0-9_\-]{4,24})(?![A-Za-z0-9_\-@.])"
        ),
        "微信号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"微信(?:(?:转账|收款|支付|付款|打款|汇款|发送|联系|沟通|好友|昵称|用户|客户|零钱|红包|账户|名|扫码)(?:人|方|号)?){1,2}(?:[至到给为是向:：\s(“\"]|账号){0,4}(?=[A-Za-z0-9_\-]*[0-9_])([A-Za-z][A-Za-z0-9_\-]{4,24})(?![A-Za-z0-9_\-@.])"
        ),
        "微信号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9_\-])([A-Za-z][A-Za-z0-9_\-]{4,24}|[1-9][0-9]{5,11})[”\"]?\s?[(](?:本人)?(?:微信|QQ|qq|抖音|快手|支付宝|微博)(?:号码?|账号|昵称|同号)?[)]"
        ),
        "网络账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?:LINE|Line|WhatsApp|Whatsapp|Telegram|Skype|Facebook|KakaoTalk)(?:号码?|账号|帐号|ID|id)?[是为:：\s]{0,3}(?=[A-Za-z0-9_.\-]*[0-9_])([A-Za-z][A-Za-z0-9_.\-]{3,28}[A-Za-z0-9_])(?![A-Za-z0-9_\-@.])"
        ),
        "网络账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"支付宝(?:收付?款|转账|付款|登[录陆]|绑定|注册|实名|个人|本人){0,2}(?:账号|帐号|账户|号码?)?(?:[是为至到给:：\s(]|转账|收款){0,4}([A-Za-z0-9][A-Za-z0-9_.\-]{1,40}\s?@\s?[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z]{2,8}){1,3}|1[3-9][0-9]{9})(?![A-Za-z0-9@])"
        ),
        "支付宝账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            rf"{_PLATFORMS}{_ACCOUNT_WORD}([A-Za-z0-9][A-Za-z0-9_.\-]{{1,40}}@[A-Za-z0-9\-]{{1,40}}(?:\.[A-Za-z]{{2,8}}){{1,3}}|(?=[A-Za-z_]*[0-9_])[A-Za-z][A-Za-z0-9_\-]{{4,24}}|(?!1[3-9][0-9]{{9}}(?![0-9]))[1-9][0-9]{{4,11}})(?![A-Za-z0-9_\-@])"
        ),
        "网络账号能认出个人，不得公开",
    ),
    (
        re.compile(
            r"(?:支付宝|抖音|快手|微博|小红书|陌陌|钉钉)(?:(?:号码?|账号|帐号|账户|ID|id)(?:[是为:：\s]){0,3}(?=[A-Za-z0-9])|[:：是为\s]{0,2}(?=[A-Za-z]))"
            r"([A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9_\-@.])"
        ),
        "网络账号能认出个人，不得公开",
    ),
    (
        re.compile(rf"{_PLATFORMS}{_SAME_ACCOUNT}([A-Za-z][A-Za-z0-9_\-]{{4,24}})(?![A-Za-z0-9_\-@.])"),
        "网络账号能认出个人，不得公开",
    ),
)


def find_platform_accounts(frame: Frame) -> Iterator[Finding]:
    """Yield accounts on WeChat, QQ and other platforms; skip official accounts and groups."""
    for pattern, why in _ACCOUNT_PATTERNS:
        for found in pattern.finditer(frame.text):
            start, end = found.span(1)
            if not (is_office_number(frame, start, end)):
                yield Finding("account", start, end, frame.source[start:end], why)


#: What looks for accounts.
FINDERS: tuple[Callable[[Frame], Iterator[Finding]], ...] = (find_platform_accounts,)
