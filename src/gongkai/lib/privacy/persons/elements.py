"""Elements of transliterated names (买买提), hints before a name, and facts after it."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_alternation, read_word_group
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.search_text import SearchText

_NAME_ELEMENTS = read_word_group("names", "element")
_ELEMENT_PREFIXES = PrefixSet(_NAME_ELEMENTS)
#: The first two characters of names that consist of elements.
ELEMENT_START_PAIRS = frozenset(word[:2] for word in _NAME_ELEMENTS)
#: A character with which such a name may begin.
ELEMENT_START_PATTERN = re.compile(f"[{''.join(sorted({word[0] for word in _NAME_ELEMENTS}))}]")


def is_element_name(name: str) -> bool:
    """Return whether a string consists of known name elements only."""
    if name[:2] not in ELEMENT_START_PAIRS:
        return False
    return find_elements_end(name, 0) == len(name)


def find_elements_end(text: str, start: int) -> int:
    """Return the end of up to three name elements that begin at `start`, else `start`."""
    return _extend_elements(text, start, 3)


#: Text that ends given names behind an element: 哈力木江, 阿依汗.
_ELEMENT_SUFFIXES = ("别克", "古丽", "古力", "拉提", "买提", "江", "汗")


def _extend_elements(text: str, start: int, max_elements: int) -> int:
    """Return the end of the longest run of at most `max_elements` name elements."""
    if not max_elements or text[start : start + 2] not in ELEMENT_START_PAIRS:
        return start
    best = start
    for size in range(len(_ELEMENT_PREFIXES.at(text, start)), 1, -1):
        if text[start : start + size] in _NAME_ELEMENTS:
            end = _extend_elements(text, start + size, max_elements - 1)
            tail = next((tail for tail in _ELEMENT_SUFFIXES if text.startswith(tail, end)), "")
            best = max(best, end + len(tail))
    return best


_NAME_HINT_RE = re.compile(
    r"(?:[从对由被向与和将把给至及让请是为有称令到据经同跟替叫帮因]|关于|查明|影响|举报|收到|批准|同意|认定|支付|补偿|通知|告知|询问|联系|核实|其中|按照|依据|截至|反映|投诉|理由是|上述|"
    r"作出|取消|纳入|确认|发现|抓获|查获|救助|处罚|罚款|名叫|包工头|证明|委托|安排|答复|回复|致电|走访|慰问|东至|西至|南至|北至|中学|小学|[一二三四]中|职中|大学|学院|幼儿园)$"
)


_LEAD_WORDS = frozenset(word for word in read_word_group("roles", "lead") if len(word) == 2)
#: Endings of words for a person (船舶所有人, 受种者, 医师, 女婴, 伯父).
_PERSON_WORD_ENDINGS = frozenset("人者员师婴童属父母兄弟姐妹夫妻嫂侄甥")


def score_word_before(search_text: SearchText, start: int) -> float:
    """Return from -0.5 to 1 how likely a name begins at an offset, by the word before it."""
    text = search_text.text
    before_it = text[max(0, start - 4) : start]
    if not before_it or not re.match(rf"[{HAN}]", before_it[-1]):
        return 0.5
    if before_it[-1] == "的":
        return 0.8 if before_it.endswith(("出生的", "级的", "岁的", "住的", "叫的")) else 0.0
    if _NAME_HINT_RE.search(before_it) or before_it[-2:] in _LEAD_WORDS:
        return 0.8
    at = start - 1
    while at > start - 4 and at > 0 and not search_text.starts[at]:
        at -= 1
    if before_it[-1] in _PERSON_WORD_ENDINGS and start - at > 1:
        return 1.0
    return 0.4 if shape.get_word_tag(text[at:start]).startswith(("v", "p", "c")) else -0.5


#: Names of countries.
COUNTRY_PATTERN = read_alternation("names", "country")
_DISEASE_WORDS = read_word_group("health", "disease")
#: Words for illnesses.
DISEASE_PATTERN = (
    f"(?=[{''.join(sorted({word[0] for word in _DISEASE_WORDS}))}])(?:{read_alternation('health', 'disease')})"
)
#: Grade of a disability.
DISABILITY_GRADE_PATTERN = r"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)?[一二三四五六七八九十]级(?:伤残|残疾)?"
#: An identity number.
ID_NUMBER_PATTERN = r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"
#: A mobile number.
MOBILE_NUMBER_PATTERN = r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
#: A bank card number.
BANK_CARD_PATTERN = r"6[0-9]{3}[ ]?[0-9]{4}[ ]?[0-9]{4}[ ]?[0-9]{3,7}"
#: A vehicle plate.
PLATE_PATTERN = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·A-Z0-9]{5,7}(?![0-9A-Z])"
#: A school class.
SCHOOL_CLASS_PATTERN = r"(?:[一二三四五六七八九]|[高初][一二三])(?:年级|[(][0-9]{1,2}[)]班)"
#: Facts that certainly concern a person; a list of goods, firms or illnesses may contain the other facts.
CERTAIN_FACT_PATTERN = (
    rf"(?:(?:性别[:\s]?)?[男女](?=[\s,，、。;；)|(])|(?:居民|公民)?身份证|公民身份|[{HAN}]{{1,4}}族(?=[,，)])|(?:现年)?[0-9]{{1,3}}岁|{ID_NUMBER_PATTERN}|"
    rf"证件号|护照|回乡证|台胞证|准考证|学号|残疾证|绰号|曾用名|{SCHOOL_CLASS_PATTERN}|(?:中国)?(?:{COUNTRY_PATTERN})(?:国?籍|人)?(?=[\s,，、)|])|"
    rf"系[{HAN}]{{2,6}}之[妻子女父母夫]|(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?[一二三四]级|户籍|家住|现住|原住|原籍|租住|暂住|丧偶|离异|未婚|已婚|单身|已故|病故|失联|孤儿|独居)"
)
#: Facts that concern a person if they follow a name.
PERSONAL_FACT_PATTERN = (
    rf"(?:{CERTAIN_FACT_PATTERN}|{MOBILE_NUMBER_PATTERN}|{BANK_CARD_PATTERN}|{DISABILITY_GRADE_PATTERN}|"
    rf"(?:{DISEASE_PATTERN})(?=[,，。;；、)(（])|车牌|微信|{PLATE_PATTERN})"
)
#: A separator and a fact of `CERTAIN_FACT_PATTERN`, matched at the end of a name.
CERTAIN_FACT_AFTER_NAME = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?{CERTAIN_FACT_PATTERN}")

_BODY_PARTS = read_word_group("names", "organ")


def is_medical_term(name: str) -> bool:
    """Return true if a string begins with a part of the body or ends as a tumour does (癌, 瘤)."""
    return name[:2] in _BODY_PARTS or name[-1] in "癌瘤"
