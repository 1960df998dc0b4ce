"""Find addresses down to the household, and recognise addresses of offices."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.home_addresses.extent import ROOM_NUMBER_PATTERN
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_after, get_text_before

#: The number of a single home: a room or a door.
HOUSEHOLD_NUMBER_PATTERN = re.compile(
    rf"[0-9一二三四五六七八九十A-Za-z]\s?室|(?:单元|栋|幢|楼|层)[\s]?[0-9]{{1,4}}户|(?:单元|栋|幢|楼|座|层)[\s,，]?{ROOM_NUMBER_PATTERN}|"
    r"[0-9A-Z]\s?[\-—#]\s?[0-9A-Z]{1,2}\s?[\-—#]\s?[0-9]{2,4}|(?:单元|栋|幢|号楼|座)[\s,，]?[0-9]{1,2}[\-—#][0-9]{1,4}|"
    r"(?:单元|栋|幢|号楼|[0-9]楼|[0-9]层)[\s,，]?[0-9]{1,4}(?:号|门)|[0-9]门[0-9]{3,4}(?![0-9])"
)
#: Words for offices and firms.
BUSINESS_WORD_PATTERN = re.compile(
    r"办公|单位|机关|政务|大厅|窗口|(?<![我本贵])局(?!宿舍|家属)|委员会|中心|政府|法院|检察院|派出所|医院|学校|银行|公司(?!宿舍|家属)|厂(?!宿舍|家属)|店|经营场所|注册地|注册地址|生产地址|企业|营业|项目|工程|"
    r"[案书化物念育览术技]馆(?![员长])|会议|报名|现场|受理|地块|宗地|集团|合作社|协会|个体户|统一社会信用代码|法定代表人|集合|活动|考场|考点|候诊|采样点|接种"
)
#: Those of what is done somewhere, which is in no flat: 您的申请已受理，地址：2幢3单元502.
_ACTIVITY_WORDS = frozenset({"受理", "项目", "工程", "报名", "活动", "会议", "现场", "集合"})
#: Words for residents and parties.
RESIDENT_WORD_PATTERN = re.compile(
    r"我家|俺家|我屋|申请人|信访人|来信人|反映人|投诉人|举报人|留言人|户主|本人|被执行人|申请执行人|买受人|出卖人|卖方|买方|监护人|姓名|身份证|[男女][,，、]|村民|居民|市民|业主|出生|[0-9]岁|被征收人|被处罚人|违法行为人|患者|学生|家长|"
    r"产权人|房主|原告|被告|第三人|寄件人|继承人|承租人|承租|登记|共有|承包人|经营者|借款人|持有人|乙方|甲方|丙方|[汉回藏壮苗彝满]族|收件人|权利人|死者|伤者|公民"
)
#: Words for buildings of offices and firms.
OFFICE_PLACE_PATTERN = re.compile(
    r"政务|办公楼|写字楼|服务中心|行政中心|产业园|科技园|人民政府|局|派出所|法院|医院|学校|小学|中学|公司|管委会"
)
#: Words after an address that make it an office's or a shop's.
OFFICE_WORD_AFTER_ADDRESS_PATTERN = re.compile(
    r"[\s(]*(?:门面|商铺|铺面|档口|摊位|卫生室|诊所|小学|商铺|门市|会议室|办公室|窗口|大厅|接待|政务|服务|报告厅|开标|评标|号窗口|科|股|[^\s,，。;；、：:]{0,8}(?:局|中心|公司|办公室))"
)
#: A building and a room, without the place: a home only beside a private name (下一户：7栋601，…).
_BUILDING_AND_ROOM_RE = re.compile(r"[0-9A-Za-z]{1,3}\s?[栋幢座]\s?[0-9]{3,4}")
#: Counts of houses or flats: 建有一栋, 只有4户, 一个四室两厅.
COUNTED_HOMES_PATTERN = re.compile(
    r"(?:只|共|有|建|个|达|达到|余|约|总共|新)[0-9一二两三四五六七八九十]{1,4}(?:栋|户|室|幢|套|层)|^(?:该|本|我们)?小区[0-9一二三四五六七八九十]{1,2}[栋幢]$"
)
#: A room in an office, whoever stands beside it.
_OFFICE_ROOM_RE = re.compile(
    rf"(?:局|政府|法院|检察院|管委会|中心|办公楼|大楼|大厦|派出所)(?![{HAN}]*(?:宿舍|家属|小区|公寓))[{HAN}]{{0,6}}[0-9一二三四五六七八九十]{{1,4}}(?:室|楼|层|号)"
)
_SERIAL_LABEL_RE = re.compile(r"(?:代码|编号|编码|号|型号|标准|规格|版本|电话)[0-9]{0,4}$")


def find_households(
    search_text: SearchText, numbered_parts: list[tuple[int, int, int]], people: PersonSpans
) -> Iterator[tuple[int, int]]:
    """Yield start and end of addresses that name a household and belong to no office.

    Args:
        search_text: the text.
        numbered_parts: offsets of each run of numbered parts (3栋2单元501室): start of its address with the place name,
            start of the numbered parts, end.
        people: the spans of names of persons.
    """
    for start, number, end in numbered_parts:
        row = search_text.text[number:end]
        if not HOUSEHOLD_NUMBER_PATTERN.search(row):
            continue
        name = search_text.text[start:number]
        if re.search(r"某|×|\*", search_text.text[start:end]) or _SERIAL_LABEL_RE.search(name):
            continue
        if COUNTED_HOMES_PATTERN.search(name + row):
            continue
        placed = len(re.findall(rf"[{HAN}]", name)) >= 2
        if re.match(r"(?:19|20)[0-9]{2}\s?[-—]\s?[01]?[0-9]\s?[-—]\s?[0-3]?[0-9](?![0-9])", row):
            continue  # a date
        named = not name and (people.has_between(end, end + 3) or people.last_end_before(start, start - 12) >= 0)
        if (
            placed or (not name and "单元" in row) or (named and _BUILDING_AND_ROOM_RE.match(row))
        ) and not is_office_address(search_text, start, end, people):
            yield start, end


def is_office_address(search_text: SearchText, start: int, end: int, people: PersonSpans | None = None) -> bool:
    """Return whether an address is an office's or a company's, by its words and context.

    Args:
        search_text: the text.
        start: where the address begins.
        end: where it ends.
        people: the private persons found; one named after the office on its line makes it a private address.
    """
    text, text_before = search_text.text[start:end], get_text_before(search_text, start, 40)
    text_after = get_text_after(search_text, end, 14)
    if OFFICE_WORD_AFTER_ADDRESS_PATTERN.match(text_after.partition("\n")[0] if "单元" in text else text_after):
        return True
    persons = [match.end() for match in RESIDENT_WORD_PATTERN.finditer(text_before)]
    name_end = people.last_end_before(start, start - len(text_before)) if people else -1
    if name_end >= 0 and "\n" not in search_text.text[name_end:start]:
        persons.append(name_end - (start - len(text_before)))
    business_words = BUSINESS_WORD_PATTERN.finditer(text_before)
    if "单元" in text:  # a flat: neither what is done there nor an office in another line says whose it is
        business_words = (
            word for word in business_words if word[0] not in _ACTIVITY_WORDS and "\n" not in text_before[word.end() :]
        )
    offices = [word.end() for word in business_words]
    if OFFICE_PLACE_PATTERN.search(text):
        return not persons or bool(_OFFICE_ROOM_RE.search(text))
    if re.search(r"家庭|居住|住址|家住|住在|业主|住户|户籍", text_before):
        return False
    return bool(offices) and (not persons or offices[-1] > persons[-1])
