"""Find mobile numbers; a number that the text marks as an office's stays."""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.digits import (
    COUNTING_UNIT_PATTERN,
    NUMBER_END_PATTERN,
    SERIAL_NUMBER_LABELS,
    find_overlapping,
    get_group_sizes,
)
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons.tables import find_cells_of_columns
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import has_label_before

#: A mobile may also be parted by dots; the grouping is checked afterwards.
_SEPARATORS_WITH_DOT = r"[\s\u200b-\u200f\u2060\ufeff\u00ad\-\u2010-\u2015.]{0,4}"
_MOBILE_NUMBER_RE = re.compile(
    r"(?:(?<=[Tt][Ee][Ll])|(?<![0-9A-Za-z.]))((?:(?:\(?\+|00)86\)?[\s\-]{0,2}|86[\s\-]{0,2}|0(?=1[3-9]))?1"
    + _SEPARATORS_WITH_DOT
    + "[3-9]"
    + (_SEPARATORS_WITH_DOT + "[0-9]") * 9
    + ")"
    + NUMBER_END_PATTERN
)
_PHONE_LABELS = (
    "电话", "手机", "联系方式", "号码", "致电", "拨打", "请拨", "来电", "短信", "联系", "微信", "我的号", "打我", "我号",
)  # fmt: skip
_USUAL_GROUPINGS = (
    [3, 4, 4], [3, 8], [7, 4], [4, 4, 3], [3, 3, 5], [4, 3, 4], [5, 6], [6, 5], [3, 5, 3], [4, 7],
)  # fmt: skip


#: Prefixes of carriers before a mobile.
_CARRIER_PREFIX = "(?:179[0-9]{2}|12593|10193|11808)"
_ODD_SIGN = r"[()/~|·_#*,\-\u2010-\u2015.\s]{0,3}"
#: A number with odd signs between its groups or a carrier's prefix: 187(8562)0431, 139·859·80421, 17951139….
_ODDLY_PARTED_NUMBER_RE = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?<![.])|(?m:(?<=^[0-9]\.))|(?<=[;,、，；。 ][0-9]\.))(?<![0-9]/)"
    rf"({_CARRIER_PREFIX}?1{_ODD_SIGN}[3-9](?:{_ODD_SIGN}[0-9]){{9}})(?![0-9A-Za-z])"
)
_CARRIER_NUMBER_RE = re.compile(rf"{_CARRIER_PREFIX}1[3-9][0-9]{{9}}")
#: Marks of a list, and what is read over between two numbers that share a label.
_LIST_MARK_RE = re.compile(
    r"(?:^|[\s,，、;；。:：])(?:[①-⑳⒈-⒛⑴-⒇❶-❾㈠-㈩㊀-㊉⓪]|[(（]?[0-9一二三四五六七八九十]{1,2}[)）.．、])\s?$"
)
_NUMBER_JOINER_RE = re.compile(r"\s?(?:[、,，/;；或和及]|[(][^()\n]{1,8}[)][、,，/;；]?)?\s?")
#: Groupings of a mobile that odd signs part, and amounts by thousands.
_ODD_GROUPINGS, _THOUSANDS_GROUPING = ([3, 4, 4], [4, 4, 3], [3, 3, 5], [4, 3, 4], [3, 5, 3]), [2, 3, 3, 3]


def _is_odd_mobile(search_text: SearchText, start: int, end: int, labelled: bool) -> bool:
    """Return true if digits with odd signs between them are a mobile number."""
    raw = search_text.digits[start:end]
    if _CARRIER_NUMBER_RE.fullmatch(raw):
        return not has_label_before(search_text, start, SERIAL_NUMBER_LABELS, 8)
    signs = {sign for sign in re.split(r"[0-9]+", raw) if sign}
    groups = re.findall("[0-9]+", raw)
    if signs == {"."} and len(groups) == 4 and all(int(group) < 256 for group in groups):  # the address of a server
        return False
    if labelled:
        return "\n" not in raw and (
            "," not in raw or (len(signs) == 1 and has_label_before(search_text, start, _PHONE_LABELS, 6))
        )
    if len(signs) != 1 or re.search(r"[\n\t]", raw):
        return False
    sizes = get_group_sizes(raw)
    if _LIST_MARK_RE.search(search_text.source[max(0, start - 6) : start]) and not raw.startswith("17951"):
        return sizes in _ODD_GROUPINGS or (signs != {","} and (sizes != _THOUSANDS_GROUPING or not signs & {".", " "}))
    return sizes in _ODD_GROUPINGS and not signs & {",", "(", ")", "/"}


def _has_mobile_grouping(raw: str) -> bool:
    """Return whether the digits of a number are divided as mobile numbers usually are."""
    sizes = get_group_sizes(raw)
    if len(sizes) == 1 or set(sizes) == {1}:
        return True
    if "\t" in raw or raw.count("\n") > 1:  # figures in cells of their own: 156, 2021, 2021
        return False
    return sizes in _USUAL_GROUPINGS or (len(sizes) == 2 and "\n" in raw)


#: Office tasks that name a telephone, and the word for the telephone.
_OFFICE_TASK = (
    r"(?:值班|值守|办公|咨询|监督|(?<![被接到众])举报|投诉举报|公示|服务|客服|抢修|救援|业务|"
    r"会务|报送|防汛|防火|(?:物业|公司|供[水电气热])报修|招商|征订|24小时|(?<=[办局所站队部室组镇乡])工作)"
)
#: The phone of a desk right before the number: 值班手机, 政策咨询手机（工作时间）, 镇值守电话.
_OFFICE_PHONE_LABEL_RE = re.compile(
    rf"{_OFFICE_TASK}(?!人|者)[{HAN}]{{0,4}}(?:手机|电话|热线|专线|专号)(?:号码?)?(?:\([^()\n]{{1,10}}\))?[是为:\s]{{0,3}}$"
    r"|(?:公司|单位|公务|公用|公家|工作|办公|值班|客服|窗口|所里|站里|局里|村委会?|居委会?|物业)(?:专用|公用)?(?:手机|移动电话|小灵通)(?:号码?)?[是为:\s]{0,3}$"
)
#: Other numbers of the same list between a label and the number.
_PRECEDING_NUMBERS_RE = re.compile(r"(?:[0-9][0-9\- ]{5,14}[0-9](?:\([^()\n]{1,14}\))?\s?(?:[、,，/;；或]\s?| )){1,4}$")
#: Said behind it: （科室值班手机）, （公司报修电话）, （演练指挥部专用）.
_OFFICE_NOTE_AFTER_NUMBER_RE = re.compile(
    r"\s?\((?!本人|家|个人|私人|自用)[^()\n]{0,14}(?:值班|值守|工作|办公|办|局|所|站|队|部|室|中心|公司|单位|村委会?|居委会?|组|咨询|报修|抢修|服务|公)"
    r"(?:的)?(?:手机|电话|热线|号码?|专用|公用|专线|对外|工作手机|值班手机|值班电话)\)"
)
#: A post and no more than a surname before it: 刘警官, 张科长; whoever answers there.
_OFFICER_BEFORE_NUMBER_RE = re.compile(
    rf"(?<![{HAN}])(?:(?:值班|办案|承办|驻村|社区|经办)?(?:联系人|民警|[{HAN}]{{0,8}}(?:局|所|站|队|办|科|股|室|中心|委|院))[:：\s]?\s?)?"
    rf"[{HAN}](?:警官|民警|法官|检察官|科长|股长|所长|站长|处长|局长|队长|主任|干事|督察|专员|秘书|书记员)[,，:：\s(]{{0,2}}(?:电话|手机)?[:：\s]?$"
)
#: Contacts of a meeting, a purchase or a shift: the names and numbers that follow are an office's.
_OFFICE_CONTACT_LABEL_RE = re.compile(
    r"(?:会务组|会务联系人?|会务人员|采购(?:项目|单位)?联系人|采购人联系人|项目联系人|招标联系人|代理机构联系人|值班人员|值班领导|带班领导|值班室|应急联络员|报名联系人|投稿联系人|参会联系人|(?:督查|督导|工作|检查|巡查|指导)组联络员|组[^。\n]{0,30}联络员)"
    rf"(?:及电话|及联系方式)?[:：\s]\s?(?:[{HAN}·]{{1,6}}|[0-9\-]{{7,13}}|[、,，;；\s():：]){{0,16}}$"
)


#: Said behind it, behind a comma: （13800138000，组内工作电话）.
_OFFICE_CLAUSE_AFTER_NUMBER_RE = re.compile(
    r"[,，]\s?(?!本人|家|个人|私人|自用)[^()\n,，。;；:：]{0,8}(?:值班|值守|工作|办公|对外|公用|服务|咨询|客服|公司|单位)(?:手机|电话|热线|号码|专用)(?=[)）,，。;；\n]|$)"
)
#: Somebody at a company or an agency to whom those who buy, bid or sell are told to turn.
_COMPANY_CONTACT_RE = re.compile(
    rf"(?:(?:项目|采购|招标|拍卖|代理|机构|业务|技术)?(?:联系人|负责人|经办人|承办人|联络人|联系方式)(?:及电话|及联系方式|电话)?[:：]?\s?[{HAN}·]{{1,4}}(?:先生|女士|经理|工|老师)?[,，、\s(:：]{{0,3}})"
    r"(?:联系|咨询|移动)?(?:电话|手机|方式)?(?:号码?)?[:：]?\s?$"
)
_PROCUREMENT_WORD_RE = re.compile(
    r"采购|招标|投标|询价|竞价|磋商|比选|遴选|中标|成交|拍卖|招租|竞租|产权交易|挂牌|开标|评标|保证金|供应商|代理机构"
)
_PROCUREMENT_BODY_RE = re.compile(
    rf"公司|代理机构|招标人|采购人|采购单位|招标单位|拍卖人|拍卖机构|拍卖行|事务所|交易中心|出租方|出租人[:：][{HAN}]{{4,}}|委托人[:：][{HAN}]{{4,}}"
)
#: Parties that act for themselves.
_PRIVATE_PARTY_RE = re.compile(
    r"竞买人|买受人|竞得人|承租人|原产权人|被执行人|业主|户主|村民|农户|申请人|身份证|投诉人|[男女][,，]"
)


def _is_company_contact(search_text: SearchText, start: int) -> bool:
    """Return whether a number belongs to the contact of a company in a procurement notice."""
    low = max(0, start - 120)
    text_before = search_text.text[low:start]
    if not _COMPANY_CONTACT_RE.search(text_before[-34:]):
        return False
    bodies = [match.end() for match in _PROCUREMENT_BODY_RE.finditer(text_before)]
    if not bodies or _PRIVATE_PARTY_RE.search(text_before, bodies[-1]):
        return False
    return bool(_PROCUREMENT_WORD_RE.search(search_text.text, max(0, start - 400), start))


def is_office_number(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether the text marks a number as an office's: by its label or the note after it."""
    near = search_text.text[max(0, start - 60) : start]
    if _OFFICE_NOTE_AFTER_NUMBER_RE.match(search_text.text, end) or _OFFICE_CLAUSE_AFTER_NUMBER_RE.match(
        search_text.text, end
    ):
        return True
    if _is_company_contact(search_text, start):
        return True
    shared = _PRECEDING_NUMBERS_RE.search(near)
    label = near[: shared.start()] if shared else near
    label = label.rpartition("\n")[2]
    return bool(
        _OFFICE_PHONE_LABEL_RE.search(label)
        or _OFFICER_BEFORE_NUMBER_RE.search(label[-24:])
        or _OFFICE_CONTACT_LABEL_RE.search(label)
    )


#: The part of a document number before its last digits: 许可编号：XK-2026-….
_CODE_BEFORE_NUMBER_RE = re.compile(r"[A-Za-z]{1,8}[-/](?:(?:19|20)[0-9]{2}[-/])?$")


def _is_serial(search_text: SearchText, start: int) -> bool:
    """Return true if a number is labelled as a serial number, or is the last part of one."""
    code = _CODE_BEFORE_NUMBER_RE.search(search_text.text, max(0, start - 16), start)
    return has_label_before(search_text, code.start() if code else start, SERIAL_NUMBER_LABELS, 8)


def _get_serial_kind(head: str) -> str:
    """Return "serial" for a header of serial numbers, else ""."""
    return "serial" if any(word in head for word in SERIAL_NUMBER_LABELS) else ""


def find_mobile_numbers(search_text: SearchText) -> Iterator[Finding]:
    """Yield mobile numbers, also spaced, in Chinese digits or across lines; skip offices'."""
    serials = {start for start, _, _, _ in find_cells_of_columns(search_text, _get_serial_kind)}
    last_end = -1
    odd = {match.span(1) for match in _ODDLY_PARTED_NUMBER_RE.finditer(search_text.digits)}
    usual = set(find_overlapping(_MOBILE_NUMBER_RE, search_text.digits, 1))
    for start, end in sorted(usual | odd):
        raw = search_text.digits[start:end]
        joined = last_end > 0 and bool(_NUMBER_JOINER_RE.fullmatch(search_text.text, last_end, start))
        is_labelled = joined or has_label_before(search_text, start, _PHONE_LABELS, 12)
        if (
            start < last_end
            or COUNTING_UNIT_PATTERN.match(search_text.text, end)
            or re.match(r"\.[0-9]", search_text.text[end : end + 2])
        ):
            continue
        is_serial = _is_serial(search_text, start)
        labelled = is_labelled or has_label_before(search_text, start, _PHONE_LABELS, 30)
        is_usual = (start, end) in usual and (is_labelled or (_has_mobile_grouping(raw) and not is_serial))
        if start in serials or not (is_usual or (not is_serial and _is_odd_mobile(search_text, start, end, labelled))):
            continue
        last_end = end
        if not is_office_number(search_text, start, end):
            reason = "手机号码能直接联系到个人，不得公开"
            yield Finding("phone", start, end, search_text.source[start:end], reason)


#: Functions that find mobile numbers.
FINDERS: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (find_mobile_numbers,)
