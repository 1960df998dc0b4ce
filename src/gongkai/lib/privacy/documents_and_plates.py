"""Find passports, travel permits, military ID numbers and vehicle plates."""

from collections.abc import Callable, Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import make_alternation, read_word_group
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_text_before, has_label_before

_PASSPORT_NUMBER_RE = re.compile(
    r"(?<![A-Za-z0-9])(?:[EGDSPHKM]|E[A-Z])\s?[0-9]{4}\s?[0-9]{3,4}(?![0-9A-Za-z])", re.IGNORECASE
)
_PASSPORT_LABELS = ("护照", "Passport", "passport", "PASSPORT")
_MILITARY_PREFIX = "[军士武文兵参政后装海空火北南西东中]"
_DOCUMENT_PATTERNS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = (
    (_PASSPORT_NUMBER_RE, _PASSPORT_LABELS, "护照号码，属于身份证件信息"),
    (re.compile(r"(?<![A-Za-z0-9])[EGDSPHKM](?: [0-9]){8}(?![0-9])"), _PASSPORT_LABELS, "护照号码，属于身份证件信息"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z]{1,3}\s?[0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照[号:])(?=[A-Z]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{6,9}(?![0-9A-Za-z])|(?<=护照)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照[号:为])[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码)[0-9]{8,9}(?![0-9A-Za-z])|(?<=护照号码[:为是])[0-9]{8,9}(?![0-9A-Za-z])"
            r"|(?:(?<=护照)|(?<=护照[号:(])|(?<=护照号[:为是])|(?<=护照号码)|(?<=护照号码[:为是]))(?:[0-9]{2} [0-9]{7}"
            r"|(?=[A-Z0-9]*[0-9]{3})(?=[A-Z0-9]*[A-Z])[A-Z0-9]{7,10})(?![0-9A-Za-z])"
        ),
        _PASSPORT_LABELS,
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
        tuple(sorted(read_word_group("names", "country"))),
        "写在国籍后的护照（旅行证件）号码，属于身份证件信息",
    ),
    (
        re.compile(
            rf"(?<![A-Za-z0-9{HAN}]){_MILITARY_PREFIX}字第\s?[0-9]{{6,9}}\s?号|{_MILITARY_PREFIX}字第\s?[0-9]{{6,9}}\s?号"
        ),
        ("军官证", "士兵证", "军人", "文职", "警官证", "证件"),
        "军人证件号码，属于身份证件信息",
    ),
    (
        re.compile(
            r"(?:(?<=[卡险保编]号)|(?<=[卡险保编]号[:：为是])|(?<=[卡险保编]号码[:：为是]))[A-Z]?[0-9]{8,16}(?![0-9A-Za-z])"
        ),
        (
            "社保卡号",
            "社会保障卡号",
            "医保卡号",
            "社保编号",
            "社保个人编号",
            "医保个人编号",
            "医保编号",
            "参保编号",
            "社会保险号",
            "社保号",
            "医保号",
        ),
        "社会保障卡号或个人编号，属于身份证件信息",
    ),
)


def find_identity_documents(search_text: SearchText) -> Iterator[Finding]:
    """Yield numbers of passports, permits and military IDs that have a label."""
    for pattern, labels, why in _DOCUMENT_PATTERNS:
        for start, end in _find_labelled_numbers(pattern, labels, search_text.text):
            if not labels or has_label_before(search_text, start, labels, 32):
                yield Finding("passport", start, end, search_text.source[start:end], why)
                yield from _find_family_documents(search_text, start, end, why)


def _find_family_documents(search_text: SearchText, start: int, end: int, reason: str) -> Iterator[Finding]:
    """Yield numbers in a sentence that have the form of the travel document before them."""
    form = re.fullmatch(r"([A-Z]{1,2})([0-9]{7,10})", search_text.text[start:end])
    if not form:
        return
    sentence_rest = re.split(r"[。\n]", search_text.text[end : end + 120], maxsplit=1)[0]
    pattern = re.compile(rf"(?<![A-Za-z0-9]){form[1]}[0-9]{{{len(form[2])}}}(?![0-9A-Za-z])")
    for match in pattern.finditer(search_text.text, end, end + len(sentence_rest)):
        yield Finding("passport", *match.span(), search_text.source[match.start() : match.end()], reason)


@cache
def _make_label_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(make_alternation(labels))


def _find_labelled_numbers(pattern: re.Pattern[str], labels: tuple[str, ...], text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of matches up to 32 characters after a label."""
    if not labels:
        yield from (found.span() for found in pattern.finditer(text))
        return
    done = 0
    for label in _make_label_pattern(labels).finditer(text):
        reach = label.start() + 32
        while match := pattern.search(text, max(done, label.start()), reach + 60):
            if match.start() > reach:
                break
            yield match.span()
            done = match.end()


#: Functions that find identity documents.
FINDERS: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (find_identity_documents,)


_LICENCE_PLATE_RE = re.compile(
    r"(?<![A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s·•・‧.]{0,2}[A-HJ-NP-Z]"
    r"[\s·•・‧.\-_)]{0,2}(?=[A-Z0-9\s]{0,8}[0-9])"
    r"(?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[DF][A-HJ-NP-Z0-9][0-9]{3}[A-HJ-NP-Z]"
    r"|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9](?: [A-HJ-NP-Z0-9]){4}"
    r"|[A-HJ-NP-Z0-9]{2}\s[A-HJ-NP-Z0-9]{3}|[A-HJ-NP-Z0-9]{3}\s[A-HJ-NP-Z0-9]{2}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: The first and the last plate of a range, which names no car: 川A00000至川A99999.
_PLATE_RANGE_RE = re.compile(
    r"(?P<area>\w[A-Z])[A-Z0-9]{3,4}0[01]\s?[至到~～—-]\s?(?P=area)[A-Z0-9]{3,4}(?:99|00)(?![A-Z0-9])"
)
#: Uses in the names of an organisation's cars.
_VEHICLE_USE = (
    r"公务|公车|值班|巡护|巡河|巡查|巡逻|巡检|巡线|勘查|勘察|督查|督导|检查|工程|防汛|防火|送检|接送|接待|会务|会议|调研|考察|工作|单位|保障|应急|押运|通勤|"
    r"执法|执法执勤|救护|急救|消防|环卫|清扫|清运|洒水|垃圾|采访|转播|抢修|抢险|检修|宣传|运钞|采血|体检|指挥|通信|监测|检测|救援|战勤|机要|信访|扶贫|驻村|流动服务"
)
_OFFICIAL_VEHICLES = (
    rf"(?:{_VEHICLE_USE})(?:专?用)?车|公车|班车|警车|囚车|公交车|校车|客运班线|中巴|大巴|考斯特|电力作业车|高空作业车"
)
#: A body that owns what stands right behind it, not one that stopped or seized it.
_OWNING_BODY = (
    r"(?:公司|局|医院|卫生院|派出所|中心|集团|合作社|政府|办事处|学校|中学|小学|大学|学院|幼儿园|救援队|电视台|报社|委员会|村委会|居委会|车队|工厂|协会|机关)"
    rf"(?![{HAN}]{{0,6}}[查扣押驾乘坐撞让将对把获])"
)
_OFFICIAL_VEHICLE_BEFORE_RE = re.compile(
    rf"(?:{_OFFICIAL_VEHICLES}|(?:公司|单位|合作社|中心)(?:所有|所属|名下)的?)(?!.*(?:驾驶(?!员)|车主|私家))|拍卖(?!其)|出租汽车公司|[0-9一二三四五六七八九十]{{1,2}}号(?:车|中巴|大巴|客车)\(?$|"
    rf"[0-9]{{1,4}}路(?:公交)?(?:车辆?|[{HAN}]{{0,4}}车)\s?$|{_OWNING_BODY}[{HAN}]{{0,4}}车辆?\s?$"
)
#: A body named in the bracket behind a plate: （某公司）, （登记在某单位）.
_OWNER_AFTER_PLATE_RE = re.compile(
    rf"[{HAN}]{{0,8}}[(](?:所有人|车主|登记在|属)?[:：]?[{HAN}]{{2,24}}(?:公司|[局厂所队社院校]|中心|集团|合作社|学校)[)]"
)
#: Kind of the car in the bracket after the plate (（…，中巴）, （皮卡，防汛专用）, （江铃，司机周师傅）) or right after it.
_OFFICIAL_VEHICLE_AFTER_RE = re.compile(
    rf"\s?[(](?!本人|自家|私家|家用)[^()\n]{{0,24}}(?:{_OFFICIAL_VEHICLES}|(?:{_VEHICLE_USE})[{HAN}]{{0,4}}(?:专用|使用)|公用|公家|司机[{HAN}]{{0,2}}师傅|单位(?:使用|所有))"
    r"|号?(?:大型|小型|中型)?(?:公交车|救护车|消防车|警车|校车|环卫车|洒水车|班车)"
)
#: Several plates, and behind the last of them what cars they are.
_OFFICIAL_VEHICLES_AFTER_RE = re.compile(
    rf"(?:[、,，和及]\s?[{HAN}][A-Z]·?[A-Z0-9]{{5,6}}){{0,6}}等?(?:共|计)?[一二两三四五六七八九十0-9]{{0,3}}[辆台](?:[{HAN}]{{0,6}}(?:公交|公务|校|出租|客运|执法)|{_VEHICLE_USE}|应急|单位)(?:用|汽)?车"
)
#: The heading of a list of a body's cars.
_FLEET_HEADING_RE = re.compile(
    r"(?:公务(?:用)?|执法|单位|机关|公有|国有|行政|所属|运营|营运|公交|环卫|保障|应急|防汛|抢险|值班|涉改|超编|拟处置|处置|报废|封存|调拨|划转|移交|拍卖|竞拍|参训|会务|会议|政府|局|院|公司|中心|集团|学校)"
    rf"(?:的|现有|自有|保留|在用)?(?:车辆|用车|车(?=[{HAN}]{{0,4}}(?:表|明细|清单|名单|公示|台账|安排)))|公车|车辆(?:与|和|及)(?:驾驶员|司机)|派车(?:单|表|记录|计划)|车队"
)
_SENTENCE_END = re.compile(r"[。!！?？]")


def _is_in_fleet_list(search_text: SearchText, start: int) -> bool:
    """Return whether the sentence so far heads a list of official vehicles."""
    reach = max(0, start - 500)
    stops = [match.end() for match in _SENTENCE_END.finditer(search_text.text, reach, start)]
    heads = [
        match.end() for match in _FLEET_HEADING_RE.finditer(search_text.text, stops[-1] if stops else reach, start)
    ]
    return bool(heads)


def _is_official_vehicle(search_text: SearchText, start: int, end: int) -> bool:
    """Return true if the words around a plate number assign the vehicle to an office."""
    patterns_after = (_OWNER_AFTER_PLATE_RE, _OFFICIAL_VEHICLE_AFTER_RE, _OFFICIAL_VEHICLES_AFTER_RE)
    if any(pattern.match(search_text.text, end) for pattern in patterns_after):
        return True
    text_before = get_text_before(search_text, start, 30)
    if _OFFICIAL_VEHICLE_BEFORE_RE.search(text_before[-16:]):
        return True
    return _is_in_fleet_list(search_text, start)


def find_vehicle_plates(search_text: SearchText) -> Iterator[Finding]:
    """Yield vehicle plates except those of police and organisations."""
    ranges = [match.span() for match in _PLATE_RANGE_RE.finditer(search_text.text)]
    for match in _LICENCE_PLATE_RE.finditer(search_text.text):
        start, end = match.span()
        if any(low <= start < high for low, high in ranges):
            continue
        if not (search_text.text[start:end].endswith("警") or _is_official_vehicle(search_text, start, end)):
            yield Finding("plate", start, end, search_text.source[start:end], "机动车号牌可查到车主，不宜公开")
