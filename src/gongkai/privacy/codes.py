"""Plates, passports and the papers of 港澳台 residents, e-mail addresses, WeChat and QQ accounts."""

import re
from collections.abc import Callable, Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, before, labelled
from gongkai.privacy.tables import words

_PLATE = re.compile(
    r"(?<![A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s]?[A-HJ-NP-Z]"
    r"[\s·•・‧.\-]{0,2}(?=[A-Z0-9\s]{0,8}[0-9])"
    r"(?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_OFFICIAL_CAR = re.compile(
    r"公务(?:用)?车|公车|执法车|执法执勤|救护车|消防车|警车|公交车|校车|环卫车|洒水车|垃圾车|拍卖"
)

_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[EGDSPHKM]|E[A-Z])\s?[0-9]{7,8}(?![0-9A-Za-z])", re.IGNORECASE)
_PAPERS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = (
    (_PASSPORT, ("护照",), "护照号码，属于身份证件信息"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z]{1,3}\s?[0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照[号:])(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照[号:为])[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码[:为是])[0-9]{8,9}(?![0-9A-Za-z])"
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
        ("永久居留", "居留证", "身份证"),
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

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-@])[A-Za-z0-9_%+\-]{1,64}(?:\.[A-Za-z0-9_%+\-]{1,64}){0,6}\s?@\s?"
    r"[A-Za-z0-9\-]{1,63}(?:\s?\.\s?[A-Za-z0-9\-]{1,63}){0,5}\s?\.\s?[A-Za-z]{2,10}(?![A-Za-z0-9@])"
)
_OFFICE_MAIL = re.compile(
    r"(?:单位|办公|监督|举报|投诉|投稿|报名|意见(?:征集|反馈|收集)?|政务|公务|公开|受理|咨询|纪检|官方|工作|公示|值班|应聘|招聘|服务|[局办部处科股室所站院会组厅委联]|中心|公司|协会)"
    r"(?:专用|公共)?(?:电子)?(?:邮箱|信箱|邮件|邮件地址|Email|email|E-mail|邮箱地址)(?:地址|号)?[:：是为\s]{0,3}$"
)
_PERSON_NEAR = re.compile(
    r"申请人|信访人|来信人|反映人|投诉人|举报人|留言人|当事人|户主|本人|我的|个人|考生|姓名[:：]|身份证号|手机|(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
)
#: Where people are told to write to an office, or its landline stands beside.
_TO_AN_OFFICE = re.compile(
    r"反映|咨询|异议|意见|建议|应聘|投递|投稿|征集|征求|专案组|报名|举报|投诉|报送|监督|联系单位|受理|(?:电话|热线|传真)(?:号码)?[:：]?\s?(?:0[0-9]{2,3}[-—]?)?[2-8][0-9]{6,7}(?![0-9])"
)


_ACCOUNTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?:QQ|qq|Qq|扣扣|企鹅号)(?:号码?|账号|帐号)?(?:[也都]行|也可以?)?(?:[是为:：\s,，]){0,3}([1-9][0-9]{4,11})(?![0-9A-Za-z@])"
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
        if _OFFICIAL_CAR.search(before(frame, start, 16)):
            continue
        yield Finding("plate", start, end, frame.source[start:end], "机动车号牌可查到车主，不宜公开")


def papers(frame: Frame) -> Iterator[Finding]:
    """Yield passports, permits of 港澳台 residents, residence cards and soldiers' papers that are named as such."""
    for pattern, labels, why in _PAPERS:
        if labels and not any(label in frame.text for label in labels):
            continue
        for found in pattern.finditer(frame.text):
            start, end = found.span()
            if not labels or labelled(frame, start, labels, 32):
                yield Finding("passport", start, end, frame.source[start:end], why)


def _of_an_office(frame: Frame, start: int, people: People) -> bool:
    """Return whether a mailbox is called an office's, or people are told to write to it, and it is no person's."""
    near = before(frame, start, 60).rpartition("\n")[2]
    if people.last_before(start, start - len(near)) >= 0 or _PERSON_NEAR.search(near):
        return False
    return bool(_OFFICE_MAIL.search(near) or _TO_AN_OFFICE.search(near))


def emails(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield e-mail addresses; an office's own mailbox (gov.cn, or called so beside no person) stays."""
    for found in _EMAIL.finditer(frame.text):
        start, end = found.span()
        squeezed = re.sub(r"\s", "", found[0]).lower()
        if squeezed.endswith((".gov.cn", "@gov.cn")):
            continue
        if _of_an_office(frame, start, people):
            continue
        yield Finding("email", start, end, frame.source[start:end], "电子邮箱能直接联系到个人，不得公开")


def accounts(frame: Frame) -> Iterator[Finding]:
    """Yield WeChat, QQ and other network accounts; official accounts and groups stay."""
    for pattern, why in _ACCOUNTS:
        for found in pattern.finditer(frame.text):
            start, end = found.span(1)
            if not _OFFICIAL_ACCOUNT.search(before(frame, start, 16)):
                yield Finding("account", start, end, frame.source[start:end], why)


#: What looks for codes with letters.
FINDERS: tuple[Callable[[Frame], Iterator[Finding]], ...] = (papers, accounts, plates)
