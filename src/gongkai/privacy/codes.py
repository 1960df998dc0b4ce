"""Plates, passports and the papers of 港澳台 residents, WeChat and QQ accounts."""

import re
from collections.abc import Callable, Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.mobiles import of_a_desk
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import before, labelled
from gongkai.privacy.tables import alternatives, words

_PLATE = re.compile(
    r"(?<![A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s]?[A-HJ-NP-Z]"
    r"[\s·•・‧.\-]{0,2}(?=[A-Z0-9\s]{0,8}[0-9])"
    r"(?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_OFFICIAL_CAR = re.compile(
    r"公务(?:用)?车|公车|值班车|巡护车|巡河车|勘查车|督查车|工程车|防汛车|送检车|接送车|工作(?:用)?车|单位(?:用)?车|保障车|应急车|巡查车|巡逻车|押运车|通勤车|班车|(?:公司|单位|合作社|中心)(?:所有|所属|名下)的?[\u4e00-\u9fff]{0,6}|执法车|执法执勤|救护车|消防车|警车|公交车|校车|环卫车|洒水车|垃圾车|拍卖(?!其)|采访车|转播车|抢修车|抢险车|宣传车|囚车|运钞车|采血车|体检车|出租汽车公司|[0-9一二三四五六七八九十]{1,2}号(?:车|中巴|大巴|客车)\(?$|"
    r"[0-9]{1,4}路(?:公交)?(?:车辆?|[\u4e00-\u9fff]{0,4}车)\s?$|(?:公司|局|医院|卫生院|派出所|中心|集团|合作社|政府|办事处|学校|救援队|电视台|报社)"
    r"(?![\u4e00-\u9fff]{0,6}[查扣押驾乘坐撞让将对把])[\u4e00-\u9fff]{0,4}车辆?\s?$"
)

#: A body named as the owner right behind a plate.
_BODYS_CAR = re.compile(
    r"[\u4e00-\u9fff]{0,8}[(](?:所有人|车主|登记在|属)?[:：]?[\u4e00-\u9fff]{2,24}(?:公司|[局厂所队社院校]|中心|集团|合作社|学校)[)]"
)
#: What car it is, said in the bracket behind the plate: （某卫生院救护车，驾驶员…）, （…，中巴）.
_KIND_BEHIND = re.compile(
    r"\s?[(](?!本人|自家|私家|家用)[^()\n]{0,24}(?:救护车|消防车|警车|公务(?:用)?车|执法车|校车|公交车|班车|环卫车|采访车|抢修车|工程车|保障车|中巴|大巴|考斯特|值班车|工作用车)|号?(?:大型|小型|中型)?(?:公交车|救护车|消防车|警车|校车|环卫车|洒水车|班车)"
)
#: Several plates, and behind the last of them what cars they are.
_OFFICE_CARS = re.compile(
    r"(?:[、,，和及]\s?[\u4e00-\u9fff][A-Z]·?[A-Z0-9]{5,6}){0,6}等?[一二两三四五六七八九十0-9]{0,3}[辆台](?:公务|执法|工作|应急|单位)(?:用)?车"
)
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EGDSPHKM]|E[A-Z])\s?[0-9]{7,8}(?![0-9A-Za-z])", re.IGNORECASE)
_PAPERS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = (
    (_PASSPORT, ("护照",), "护照号码，属于身份证件信息"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z]{1,3}\s?[0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照[号:])(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照[号:为])[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码[:为是])[0-9]{8,9}(?![0-9A-Za-z])"
            r"|(?:(?<=护照)|(?<=护照[号:(])|(?<=护照号[:为是])|(?<=护照号码)|(?<=护照号码[:为是]))(?=[A-Z0-9]*[0-9]{3})(?=[A-Z0-9]*[A-Z])[A-Z0-9]{7,10}(?![0-9A-Za-z])"
        ),
        ("护照",),
        "护照号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[HMCWT][A-Z]?\s?[0-9]{7,10}(?![0-9A-Za-z])", re.IGNORECASE),
        ("通行证", "回乡证", "来往内地", "往来港澳", "往来台湾", "港澳居民", "台湾居民", "台胞"),
        "港澳台出入境证件号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[0-9]{8}(?:\s?\([0-9A-Z]{1,2}\))?(?![0-9A-Za-z])"),
        ("台胞证", "台湾居民来往", "台湾同胞", "台湾居民"),
        "台湾居民来往大陆通行证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{6}\s?\([0-9A]\)", re.IGNORECASE),
        (),
        "香港居民身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[157][0-9]{6}\s?\([0-9]\)"),
        ("澳门", "身份证"),
        "澳门居民身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z][12][0-9]{8}(?![0-9A-Za-z])"),
        ("台湾", "身份证", "台胞"),
        "台湾地区身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}[0-9]{12}(?![0-9A-Za-z])", re.IGNORECASE),
        ("永久居留", "永居", "居留证", "身份证"),
        "外国人永久居留身份证号码，属于身份证件信息",
    ),
    (
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{7,9}(?![0-9A-Za-z])"),
        tuple(sorted(words("names", "country"))),
        "写在国籍后的护照（旅行证件）号码，属于身份证件信息",
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9\u4e00-\u9fff])[军士武文兵]字第\s?[0-9]{6,9}\s?号|[军士武文兵]字第\s?[0-9]{6,9}\s?号"
        ),
        ("军官证", "士兵证", "军人", "文职", "警官证", "证件"),
        "军人证件号码，属于身份证件信息",
    ),
)

_ACCOUNTS: tuple[tuple[re.Pattern[str], str], ...] = (
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
            r"支付宝(?:账号|帐号|账户|号码?)?(?:[是为至到给:：\s(]|转账|收款){0,4}([A-Za-z0-9][A-Za-z0-9_.\-]{1,40}\s?@\s?[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z]{2,8}){1,3}|1[3-9][0-9]{9})(?![A-Za-z0-9@])"
        ),
        "支付宝账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?:支付宝|抖音|快手|微博|小红书|陌陌|钉钉)(?:(?:号码?|账号|帐号|账户|ID|id)(?:[是为:：\s]){0,3}(?=[A-Za-z0-9])|[:：是为\s]{0,2}(?=[A-Za-z]))"
            r"([A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9_\-@.])"
        ),
        "网络账号能认出个人，不得公开",
    ),
)
_OFFICIAL_ACCOUNT = re.compile(r"公众号|官方|订阅号|视频号|服务号|政务|工作群|咨询群|报名群|QQ群|qq群")


def plates(frame: Frame) -> Iterator[Finding]:
    """Yield vehicle plates (ordinary and new energy); cars of offices stay."""
    for found in _PLATE.finditer(frame.text):
        start, end = found.span()
        bodys = any(pattern.match(frame.text, end) for pattern in (_BODYS_CAR, _KIND_BEHIND, _OFFICE_CARS))
        if bodys or _OFFICIAL_CAR.search(before(frame, start, 16)):
            continue
        yield Finding("plate", start, end, frame.source[start:end], "机动车号牌可查到车主，不宜公开")


def papers(frame: Frame) -> Iterator[Finding]:
    """Yield passports, permits of 港澳台 residents, residence cards and soldiers' papers that are named as such."""
    for pattern, labels, why in _PAPERS:
        for start, end in _near(pattern, labels, frame.text):
            if not labels or labelled(frame, start, labels, 32):
                yield Finding("passport", start, end, frame.source[start:end], why)
                yield from _alike(frame, start, end, why)


def _alike(frame: Frame, start: int, end: int, why: str) -> Iterator[Finding]:
    """Yield the numbers of the same form up to the full stop: those of the family, without a label of their own."""
    form = re.fullmatch(r"([A-Z]{1,2})([0-9]{7,10})", frame.text[start:end])
    if not form:
        return
    rest = re.split(r"[。\n]", frame.text[end : end + 120], maxsplit=1)[0]
    same = re.compile(rf"(?<![A-Za-z0-9]){form[1]}[0-9]{{{len(form[2])}}}(?![0-9A-Za-z])")
    for found in same.finditer(frame.text, end, end + len(rest)):
        yield Finding("passport", *found.span(), frame.source[found.start() : found.end()], why)


def _near(pattern: re.Pattern[str], labels: tuple[str, ...], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a number stands at most 32 characters behind a label; anywhere where there are no labels."""
    if not labels:
        yield from (found.span() for found in pattern.finditer(text))
        return
    done = 0
    for label in re.finditer(alternatives(labels), text):
        reach = label.start() + 32
        while found := pattern.search(text, max(done, label.start()), reach + 60):
            if found.start() > reach:
                break
            yield found.span()
            done = found.end()


def accounts(frame: Frame) -> Iterator[Finding]:
    """Yield WeChat, QQ and other network accounts; official accounts and groups stay."""
    for pattern, why in _ACCOUNTS:
        for found in pattern.finditer(frame.text):
            start, end = found.span(1)
            if not (_OFFICIAL_ACCOUNT.search(before(frame, start, 16)) or of_a_desk(frame, start, end)):
                yield Finding("account", start, end, frame.source[start:end], why)


#: What looks for codes with letters.
FINDERS: tuple[Callable[[Frame], Iterator[Finding]], ...] = (papers, accounts, plates)
