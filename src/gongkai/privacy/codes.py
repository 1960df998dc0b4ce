"""Plates, passports and the papers of 港澳台 residents, e-mail addresses, WeChat and QQ accounts."""

import re
from collections.abc import Callable, Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, before, labelled
from gongkai.privacy.tables import alternatives, words

_PLATE = re.compile(
    r"(?<![A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s]?[A-HJ-NP-Z]"
    r"[\s·•・‧.\-]{0,2}(?=[A-Z0-9\s]{0,8}[0-9])"
    r"(?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_OFFICIAL_CAR = re.compile(
    r"公务(?:用)?车|公车|值班车|巡护车|巡河车|勘查车|督查车|工程车|防汛车|送检车|接送车|工作(?:用)?车|单位(?:用)?车|保障车|应急车|巡查车|巡逻车|押运车|通勤车|班车|(?:公司|单位|合作社|中心)(?:所有|所属|名下)的?[\u4e00-\u9fff]{0,6}|执法车|执法执勤|救护车|消防车|警车|公交车|校车|环卫车|洒水车|垃圾车|拍卖(?!其)"
)

#: A body named as the owner right behind a plate.
_BODYS_CAR = re.compile(
    r"[\u4e00-\u9fff]{0,8}[(](?:所有人|车主|登记在|属)?[:：]?[\u4e00-\u9fff]{2,24}(?:公司|[局厂所队社院校]|中心|集团|合作社|学校)[)]"
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

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-@])[A-Za-z0-9_%+\-]{1,64}(?:\.[A-Za-z0-9_%+\-]{1,64}){0,6}\s?@\s?"
    r"[A-Za-z0-9\-]{1,63}(?:\s?\.\s?[A-Za-z0-9\-]{1,63}){0,5}\s?\.\s?[A-Za-z]{2,10}(?![A-Za-z0-9@])"
)
#: An office named right before the bracket that holds its mailbox.
_OFFICE_BRACKET = re.compile(
    r"(?:[局办部处科室股所站院会厅委组]|中心|公司|协会|政府|大队|支队|窗口|专班|学校|医院|学院|集团|银行)[(]\s?(?:电子)?(?:邮箱|信箱|邮件|E-mail|email)?[:：]?\s?$"
)
#: The mailbox of the channels of an office, beside its phone.
_CHANNEL = re.compile(
    r"(?:监督|举报|咨询|投诉|受理|服务|报名|征集|征求)(?:电话|热线|单位|渠道|方式)[^。\n]{0,50}(?:邮箱|邮件|信箱|E-?mail)(?:地址)?[:：]?\s?$",
    re.IGNORECASE,
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
        bodys = _BODYS_CAR.match(frame.text, end) or _OFFICE_CARS.match(frame.text, end)
        if bodys or _OFFICIAL_CAR.search(before(frame, start, 16)):
            continue
        yield Finding("plate", start, end, frame.source[start:end], "机动车号牌可查到车主，不宜公开")


def papers(frame: Frame) -> Iterator[Finding]:
    """Yield passports, permits of 港澳台 residents, residence cards and soldiers' papers that are named as such."""
    for pattern, labels, why in _PAPERS:
        for start, end in _near(pattern, labels, frame.text):
            if not labels or labelled(frame, start, labels, 32):
                yield Finding("passport", start, end, frame.source[start:end], why)


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


def _of_an_office(frame: Frame, start: int, people: People) -> bool:
    """Return whether a mailbox is called an office's, or people are told to write to it, and it is no person's."""
    near = before(frame, start, 60).rpartition("\n")[2]
    if (
        _OFFICE_BRACKET.search(near)
        or _OFFICE_MAIL.search(near)
        or _CHANNEL.search(frame.text, max(0, start - 60), start)
    ):
        return True
    named = people.last_before(start, start - len(near))
    if named >= 0:
        behind = frame.text[named:start]
        return bool(_CHANNEL.search(behind)) and not _PERSON_NEAR.search(behind)
    if _PERSON_NEAR.search(near):
        return False
    return bool(_TO_AN_OFFICE.search(near))


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
