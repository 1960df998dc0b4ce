"""Find home addresses by their labels: 住址, 家住, 户籍地; 房屋坐落 of a private owner."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han
from gongkai.lib.privacy.data_tables import make_alternation, read_word_group
from gongkai.lib.privacy.home_addresses.extent import (
    count_area_levels,
    describes_position,
    find_address_end,
    get_precision_level,
)
from gongkai.lib.privacy.home_addresses.households import (
    BUSINESS_WORD_PATTERN,
    COUNTED_HOMES_PATTERN,
    OFFICE_PLACE_PATTERN,
    OFFICE_WORD_AFTER_ADDRESS_PATTERN,
    RESIDENT_WORD_PATTERN,
)
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_after, get_text_before

#: Acts of an office on a house that it does not own: it issued, tested or took it.
_OFFICIAL_ACT = (
    r"[^，,。;；:\n]{0,14}(?:核发|颁发|登记|审核|审批|批准|受理|出具|办理|测绘|鉴定|评估|查封|作出|签订|送达|拍卖|通知)"
)
_ORGANISATION_SUFFIX_RE = re.compile(
    rf"(?:公司|[工水电化药砖瓦纸酒]厂(?!房)|[商饭酒餐]店|合作社|合作联社|政府|委员会|居委会|村委会|学校|小学|中学|医院|卫生院|(?<![布格])局(?!部)|中心|集团|协会|银行|信用社|法院|派出所|企业|事务所|管理处)(?!{_OFFICIAL_ACT})"
)
#: Words that introduce the owner after the house.
_OWNER_AFTER_HOUSE_RE = re.compile(
    r"(?:所有权人|产权人|使用权人|权利人|业主|户主|房主|房东|住户|被征收人|承租人|申请人|归|由|系|为|的)"
)


def find_person_ends(start: int, near: str, people: PersonSpans) -> list[int]:
    """Return the offsets where words for persons and the last private name end in `near`, the words
    before `start`."""
    persons = [match.end() for match in RESIDENT_WORD_PATTERN.finditer(near)]
    named = people.last_end_before(start, start - len(near))
    if named >= 0:
        persons.append(named - (start - len(near)))
    return persons


def is_privately_owned(search_text: SearchText, start: int, end: int, people: PersonSpans) -> bool:
    """Return whether a house belongs to a private person: the nearest owner before or after it."""
    low = max(0, start - 80)
    named = people.last_end_before(start, low)
    if named >= 0:
        return not _ORGANISATION_SUFFIX_RE.search(search_text.text, named, start)
    text = search_text.text[end : end + 40].split("\n")[0].split("。")[0]
    names = people.list_between(end, end + len(text))
    if not names or _ORGANISATION_SUFFIX_RE.search(search_text.text, low, start):
        return False
    gap = search_text.text[end : names[0][0]]
    return bool(_OWNER_AFTER_HOUSE_RE.search(gap)) and not _ORGANISATION_SUFFIX_RE.search(gap)


HOME_LABELS, HOUSE_LABELS, PLACE_LABELS = (
    read_word_group("homes", "home"),
    read_word_group("homes", "house"),
    read_word_group("homes", "place"),
)
_ADDRESS_LABEL_PATTERN = make_alternation(HOME_LABELS | HOUSE_LABELS | PLACE_LABELS)
#: A label before a home address.
ADDRESS_LABEL_PATTERN = re.compile(_ADDRESS_LABEL_PATTERN)
_LABELLED_ADDRESS_RE = re.compile(
    rf"(?P<label>{_ADDRESS_LABEL_PATTERN})(?:\([^)\n]{{1,10}}\))?(?:(?:哪里|哪儿|何处|哪)?[?？]\s?答)?(?:[是为于在:—|\s\"'“]{{0,4}})(?=[{HAN}0-9A-Za-z])"
)
#: Words for land and things that have a location but are no home.
_LAND_WORD_RE = re.compile(
    r"承包地|林地|耕地|农田|菜地|地块|土地|山林|鱼塘|摊位|店铺|商铺|门面|工地|厂房|养殖场|经营场所|仓库"
)
_OFFICE_LABEL_RE = re.compile(
    r"(?:注册|办公|经营|单位|公司|企业|营业|生产|项目|店铺|门店|店面|诊疗|执业|备案|材料|异议书?|工作|办理|登记机关)$"
)
#: The address that the person written to gave.
_ADDRESS_GIVEN_BY_ADDRESSEE_RE = re.compile(
    rf"[你您其](?:本人|户)?(?:所)?(?:预留|提供|填写|登记|申请表上?|留|确认)[{HAN}]{{0,4}}$"
)
#: Labels of a home in records of parties, which firms have, too.
_REGISTERED_HOMES = ("住所", "住所地")
_FIRM_WORD_AFTER_ADDRESS_RE = re.compile(r"法定代表人|负责人|经营|统一社会信用|注册|公司|合作社")
_DELIVERY_LABELS = frozenset(("收货地址", "收件地址", "送货地址", "寄件地址", "取件地址", "邮寄地址", "快递地址"))
_POSTAL_LABEL_RE = re.compile(r"邮寄|收件|送达|通[讯信]")
_PRIVATE_ADDRESSEE_RE = re.compile(
    rf"收件人(?!:?\s?[{HAN}]{{0,8}}(?:办公室|局|科|处|中心|部|窗口|委|室)[)，,。；;\s])|1[3-9][0-9]{{9}}"
)
#: Beginnings of words that name no place one could go to.
_NON_PLACE_BEGINNINGS = (
    "的", "城中村", "农村", "本村", "本地", "本市", "不在", "所在", "该村", "同村", "同组", "本组", "关系", "地址", "情况",
    "工地", "基地", "附近", "宾馆", "旅馆", "酒店",
)  # fmt: skip
_RULE_WORD_RE = re.compile(r"保险|出具|新型|工作人员|机构|部门|证明")
#: A house of a village's group, where no office is.
_VILLAGE_HOME_RE = re.compile(
    rf"(?:\([^)\n]{{1,10}}\))?[:—*|\s\"'“]{{0,4}}[{HAN}0-9]{{2,24}}村[{HAN}]{{0,6}}?(?:[0-9一二三四五六七八九十]{{1,3}}[组社](?:[0-9]{{1,4}}号)?|组[0-9]{{1,4}}号)(?![{HAN}]{{0,6}}(?:委|公司|厂|店|服务|中心|学校|合作社|室))"
)
#: A flat of a house with several entrances, where no office is.
_FLAT_ADDRESS_RE = re.compile("(?:[0-9A-Za-z一二三四五六七八九十]单元|[0-9]室)$|单元[0-9A-Za-z-]+[室户号]?$")
_MASK_CHARACTERS_RE = re.compile(r"某|×|\*")


def _is_impersonal_label(search_text: SearchText, label: str, start: int, end: int, people: PersonSpans) -> bool:
    """Return true if an address label belongs to an office, a firm or land."""
    text_before = get_text_before(search_text, start, 60)
    if _ADDRESS_GIVEN_BY_ADDRESSEE_RE.search(text_before[-12:]):
        return False
    if _OFFICE_LABEL_RE.search(text_before[-4:]):
        return True
    if _POSTAL_LABEL_RE.search(label) and (
        _PRIVATE_ADDRESSEE_RE.search(get_text_after(search_text, start, 80)) or people.has_between(end, end + 4)
    ):
        return False
    if label in PLACE_LABELS and _LAND_WORD_RE.search(text_before[-12:]):
        return True
    persons = find_person_ends(start, text_before, people)
    offices = [match.end() for match in BUSINESS_WORD_PATTERN.finditer(text_before)]
    if not persons:
        firm = offices or _FIRM_WORD_AFTER_ADDRESS_RE.search(search_text.text, start, start + 90)
        return bool(firm) or not (
            label in _REGISTERED_HOMES
            or (label[-1] in "址落" and _VILLAGE_HOME_RE.match(search_text.text, start + len(label)))
            or (label in _DELIVERY_LABELS and _FLAT_ADDRESS_RE.search(search_text.text, start, end))
        )
    return bool(offices and offices[-1] > max(persons))


#: Words before 住所 in the record of a shop only.
_BUSINESS_LICENCE_RE = re.compile(r"主体资格证照|营业执照|统一社会信用代码|字号(?:名称)?[:：]|个体工商户")
#: Where the record of the next person begins.
_NEXT_PERSON_START_RE = re.compile(r"[男女][,，、]|原告|被告|申请人|申请执行人|被执行人|第三人|身份证住址|家庭")
#: Where papers are to be brought, where one is treated or served.
_COUNTER_LABEL = re.compile(r"(?:材料|异议书?|诊疗|执业|门店|店面)$")


def _is_business_address(search_text: SearchText, label: str, start: int) -> bool:
    """Return whether a business licence or a counter's label is before the address label."""
    if label not in HOME_LABELS and _COUNTER_LABEL.search(search_text.text, max(0, start - 4), start):
        return True
    if label not in _REGISTERED_HOMES:
        return False
    low = max(0, start - 150)
    signs = [match.end() for match in _BUSINESS_LICENCE_RE.finditer(search_text.text, low, start)]
    return bool(signs) and not _NEXT_PERSON_START_RE.search(search_text.text, signs[-1], start)


#: Text that follows 住 in the names of offices and of rules.
_HOUSING_WORDS = (
    "建",
    "房",
    "院",
    "宅",
    "户",
    "校",
    "改",
    "地附",
    "保局",
    "宿费",
    "宿条",
    "宿的",
    "宿标",
    "宿安",
    "宿环",
    "宿业",
    "宿补",
)


#: 住 behind a mark and the name of a county or a town (，住建昌县…).
_HOME_COUNTY_RE = re.compile(rf"(?<![{HAN}])住(?!房|宅|院)[{HAN}]{{2,4}}(?:[县市区旗州镇乡])[{HAN}]{{2}}")


#: 原住民勤县: a place and no people of old.
_COUNTY_NAME_RE = re.compile(rf"[{HAN}]{{2,4}}[县市区旗州][{HAN}]")


#: What is done to a house on its site (原址翻建农村住房); where it is, the rules of narrated homes find.
_BUILDING_WORD_RE = re.compile(r"[翻重新改扩修拆][建修盖除造]|拆旧|建[房造新]")


def _is_home_label(search_text: SearchText, label: str, at: int) -> bool:
    """Return true if an address label is no part of another word (居住证)."""
    if label in ("村", "老家"):
        after = search_text.text[at + len(label) : at + len(label) + 1]
        return not is_han(after) and (label == "老家" or (after == ":" and not is_han(search_text.text[at - 1 : at])))
    if label == "住":
        return (
            (search_text.starts[at] == 1 or bool(_HOME_COUNTY_RE.match(search_text.text, at)))
            and search_text.text[at - 1 : at] not in tuple("居入暂常安留记站租")
            and (
                not search_text.text.startswith(_HOUSING_WORDS, at + 1)
                or bool(_HOME_COUNTY_RE.match(search_text.text, at))
            )
        )
    if label == "安置":
        return search_text.text[at + 2 : at + 3] not in tuple("区房点小社户人楼地对帮补")
    if label in ("原住", "现住") and _COUNTY_NAME_RE.match(search_text.text, at + 2):
        return True
    if label in ("居住", "原住", "户籍", "现住", "常住"):
        return search_text.text[at + 2 : at + 3] not in tuple("证房条环权制管人民户")
    return label != "原址" or not _BUILDING_WORD_RE.match(search_text.text, at + 2)


#: Labels that are a person's even where his home is called after an office.
_PERSONAL_LABEL_RE = re.compile(r"家庭|户籍|户口|住址|家住|居住地|现住")
#: Words allowed between a label and its address: another label, or a former home.
_LEADING_VERB_RE = re.compile(
    rf"(?:位于|坐落于|坐落在|居住在|居住于|家住|住在|现住|现系|原系|仍在|也一直是|一直是|一直在|[由从仍在系原]|原为)(?=[{HAN}0-9A-Za-z])(?!于|来)"
)
#: Levels of places without a name, and what rules say of them.
_GENERIC_PLACE_RE = re.compile(
    r"(?:[省市州县区旗镇乡村]|街道|社区|小区|农村|城镇|乡镇|或者?|和|及|、|其他|各|所在|开具|哪[个一]?[栋里]?|有关|相关|里面|自己)+"
)


def is_person_nearby(start: int, end: int, people: PersonSpans) -> bool:
    """Return whether a private person is named near the span from `start` to `end`."""
    return people.has_between(max(0, start - 200), end + 60)


def _is_precise_place(place: str) -> bool:
    return get_precision_level(place) >= 2 and not _VAGUE_POSITION_RE.search(place)


_VAGUE_POSITION_RE = re.compile(r"^[^0-9]*(?:附近|对面|旁边?|边上|周边|脚下|隔壁|那边|一带)$")


def _compute_required_precision(label: str, place: str, colon: bool, by_person: bool) -> int:
    """Return the precision level (0 to 2) that a place must have to count as a home address."""
    levels = count_area_levels(place)
    homely = label in HOME_LABELS and label != "住" and (colon or label != "居住")
    if colon and homely and levels > 2:
        return 0
    if label.endswith("所在地") and not colon and levels < 3:
        return 2
    if homely or (label == "住" and levels > 1) or (levels >= 3 and by_person):
        return 1
    return 2


_AREA_END, _LINE_END = re.compile("[省市州县区旗镇乡村]|(?<=街)道"), re.compile(r"[\s,，。；;（(]|$")
_LINE_GAP = re.compile(r"\n{1,2} {0,4}")
#: The field right before in the record of one person: his ID card, his mobile.
_PERSONAL_RECORD_RE = re.compile(
    rf"(?:身份证号?码?[:：]?\s?[0-9Xx ]{{15,20}}|(?:电话|手机)[:：]?\s?1[3-9][0-9]{{9}})[^{HAN}]{{0,4}}$"
)


def _find_broken_address_end(search_text: SearchText, end: int) -> int:
    """Return the end of an address that continues on the next lines: 住址：岚溪县泷口镇⏎坝上村三组17号."""
    start = last = end
    while (gap := _LINE_GAP.match(search_text.text, last)) and _AREA_END.match(search_text.text, last - 1):
        start, last = gap.end(), find_address_end(search_text, gap.end())
    goes_on = get_precision_level(search_text.text[start:last]) >= 2 and _LINE_END.match(search_text.text, last)
    return last if start > end and goes_on and not ADDRESS_LABEL_PATTERN.match(search_text.text, start) else end


#: A speaker's own address: 我是纳窝村三组的，….
_SPEAKER_ADDRESS_RE = re.compile(
    rf"(?:我|本人|俺)(?:们|家)?(?:就?是|系|住)(?P<place>[{HAN}]{{2,10}}?(?:村|寨|社区|屯)[{HAN}]{{0,6}}?[0-9一二三四五六七八九十]{{1,3}}[组社队])的?(?=[,，。、；;\s]|$)"
)
_HOME_JOINER_RE = re.compile(r"[、;；/]\s?|以?及|和|或者?")


def find_labelled_homes(search_text: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of home addresses after a label."""
    for match in _LABELLED_ADDRESS_RE.finditer(search_text.text):
        label, start = match["label"], match.end()
        if not _is_home_label(search_text, label, match.start()):
            continue
        while again := _LEADING_VERB_RE.match(search_text.text, start):
            start = again.end()
        end = _find_broken_address_end(search_text, find_address_end(search_text, start))
        place = search_text.text[start:end]
        if (
            len(place) < 3
            or place.startswith(_NON_PLACE_BEGINNINGS)
            or _RULE_WORD_RE.search(place)
            or _MASK_CHARACTERS_RE.search(place)
        ):
            continue
        colon = ":" in search_text.text[match.end("label") : start]
        owned = label in HOUSE_LABELS and is_privately_owned(search_text, match.start(), end, people)
        by_person = owned or people.last_end_before(match.start(), match.start() - 30) >= 0
        by_person = by_person or (
            colon and bool(_PERSONAL_RECORD_RE.search(get_text_before(search_text, match.start(), 40)))
        )
        needed = _compute_required_precision(label, place, colon, by_person)
        if needed == 0 and search_text.text[end : end + 1] in ("*", "×", "某"):
            needed = 1
        if owned and colon:
            needed = 1
        if (
            get_precision_level(place) < needed
            or _GENERIC_PLACE_RE.fullmatch(place)
            or COUNTED_HOMES_PATTERN.search(place)
        ):
            continue
        if not (colon or is_person_nearby(match.start(), end, people) or _is_precise_place(place)):
            continue  # nobody is named, and a village or an estate leads to nobody
        if _is_business_address(search_text, label, match.start()) or (
            not (label in HOME_LABELS or owned) and _is_impersonal_label(search_text, label, match.start(), end, people)
        ):
            continue
        plain = bool(_PERSONAL_LABEL_RE.search(label))
        if OFFICE_PLACE_PATTERN.search(place) and not plain and not describes_position(place):
            continue
        if not plain and OFFICE_WORD_AFTER_ADDRESS_PATTERN.match(search_text.text, end):
            continue
        yield start, end
        yield from _find_further_homes(search_text, end)
    yield from (match.span("place") for match in _SPEAKER_ADDRESS_RE.finditer(search_text.text))


def _find_further_homes(search_text: SearchText, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the addresses that a list joins to the first: 住址：老街27号、石山乡坝上村14组."""
    while joiner := _HOME_JOINER_RE.match(search_text.text, end):
        start, end = joiner.end(), find_address_end(search_text, joiner.end())
        place = search_text.text[start:end]
        if get_precision_level(place) < 2 or not count_area_levels(place) or OFFICE_PLACE_PATTERN.search(place):
            return
        yield start, end
