"""Patterns of personal facts that follow a name."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

COUNTRY_PATTERN = alternatives_pattern(read_word_group("names", "country"))
_DISEASE_WORDS = read_word_group("health", "disease")
DISEASE_PATTERN = (
    f"(?=[{''.join(sorted({word[0] for word in _DISEASE_WORDS}))}])(?:{alternatives_pattern(_DISEASE_WORDS)})"
)
DISABILITY_GRADE_PATTERN = r"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)?[一二三四五六七八九十]级(?:伤残|残疾)?"
ID_PATTERN = r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"
MOBILE_PATTERN = r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
CARD_PATTERN = r"6[0-9]{3}[ ]?[0-9]{4}[ ]?[0-9]{4}[ ]?[0-9]{3,7}"
PLATE_PATTERN = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·A-Z0-9]{5,7}(?![0-9A-Z])"
SCHOOL_PATTERN = r"(?:[一二三四五六七八九]|[高初][一二三])(?:年级|[(][0-9]{1,2}[)]班)"
#: Facts that leave no doubt, and those that a list of goods, firms or illnesses might have as well.
CERTAIN_FACT_PATTERN = (
    rf"(?:(?:性别[:\s]?)?[男女](?=[\s,，、。;；)|(])|(?:居民|公民)?身份证|公民身份|[{HAN}]{{1,4}}族(?=[,，)])|(?:现年)?[0-9]{{1,3}}岁|{ID_PATTERN}|"
    rf"证件号|护照|回乡证|台胞证|准考证|学号|残疾证|绰号|曾用名|{SCHOOL_PATTERN}|(?:中国)?(?:{COUNTRY_PATTERN})(?:国?籍|人)?(?=[\s,，、)|])|"
    rf"系[{HAN}]{{2,6}}之[妻子女父母夫]|(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?[一二三四]级|户籍|家住|现住|原住|原籍|租住|暂住|丧偶|离异|未婚|已婚|单身|已故|病故|失联|孤儿|独居)"
)
FACT_PATTERN = (
    rf"(?:{CERTAIN_FACT_PATTERN}|{MOBILE_PATTERN}|{CARD_PATTERN}|{DISABILITY_GRADE_PATTERN}|"
    rf"(?:{DISEASE_PATTERN})(?=[,，。;；、)(（])|车牌|微信|{PLATE_PATTERN})"
)
CERTAIN_FACT = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?{CERTAIN_FACT_PATTERN}")

_BODY_PARTS = read_word_group("names", "organ")


def is_medical_term(name: str) -> bool:
    """Return whether a string starts with a body part or ends like an illness (阴道镜, 宫颈癌)."""
    return name[:2] in _BODY_PARTS or name[-1] in "癌瘤"
