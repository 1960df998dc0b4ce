"""Endings of unit names, and separators of unit lists."""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import COMPOUND_SURNAMES

#: Endings of names of units, offices and groups.
UNIT_NAME_SUFFIXES = (
    "海关|办公室|办公厅|管理处|管委会|委员会|街道办|办事处|分局|支队|总队|大队|中心|政府|部门|单位|处室|科室|机构|机关|企业|国企|学校|学院|医院|"
    "公司|集团|银行|妇联|残联|工商联|文联|侨联|专班|指挥部|中小学|幼儿园|小学|中学|大学|高校|总社|协会|联合会|组织部|宣传部|统战部|政法委|网信办|编办|党校|图书馆|档案馆|博物馆|文化馆|乡镇|镇街|街道|街镇|园区|"
    "司局|司|局|厅|委|办|院|馆|部|处|科|股|室|会|署|站|所|队|台|社|行|厂|校|园|县|区|市|州|镇|乡|盟|旗"
)
#: A meeting is no unit: 新闻发布会, 企业座谈会.
_MEETING_WORDS = "发布|座谈|听证|推进|培训|说明|通气|恳谈|研讨|见面|调度|部署|动员|论证|评审|讲评|协商"
_NOT_A_MEETING = "".join(f"(?<!{word}会)" for word in _MEETING_WORDS.split("|"))
#: The end of a unit's name, with a bracket after it.
UNIT_NAME_END_PATTERN = re.compile(
    rf"(?:{UNIT_NAME_SUFFIXES}){_NOT_A_MEETING}(?:[（(〔\[][^（）()〔〕\[\]]{{1,40}}[）)〕\]])?$"
)

#: Labels before the units of a task (责任单位, 牵头科室).
LABEL_OF_UNITS = (
    r"(?:牵头|主办|责任|配合|协办|参与|承办|落实|实施|起草|编制|申报|解读)(?:责任)?(?:单位|部门|处室|科室|股室|主体)"
)

#: The end of an open list (…等有关部门和单位): `rest` is stored as a group if it has `which`.
ETC_PATTERN = re.compile(
    r"等(?:\d+个)?(?P<rest>(?P<which>(?:(?:国务院|[省市县区州旗])?(?:有关|相关|直|级)|各)*)(?:(?:部门|单位|地区|方面)[和及]?)*)$"
)
_UNIT_SEPARATORS = "、，,；;。/／\n|"
_OPENING_BRACKETS, _CLOSE = "（(〔[【《“", "）)〕]】》”"


def split_outside_brackets(text: str, separators: str = _UNIT_SEPARATORS) -> list[str]:
    """Split at separators outside brackets and quotes."""
    pieces, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char in _OPENING_BRACKETS:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and char in separators:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return pieces


def is_group(name: str) -> bool:
    """Return true if a name stands for many units (各有关部门); such a group leads nothing."""
    return bool(re.match(r"(?:[省市县区州旗]?(?:有关|相关|直|级)?)?各|有关|相关", name))


#: A government before the name of its office: 市政府 / 办公室 is one name.
GOVERNMENT_BEFORE_OFFICE_PATTERN = re.compile(r"(?:政府|[省市区县旗]委|党委|管委会)$")
#: An office that is named without its government.
OFFICE_PATTERN = re.compile(r"(?:办公[室厅]|督查室|研究室)(?![^、，,；;\s])")
#: Names of two characters that stand alone.
_SHORT_NAMES = frozenset(
    ["工会", "团委", "妇联", "残联", "科协", "侨联", "文联", "法院", "纪委", "人大", "政协", "编办"]
)


def split_at_blanks(piece: str) -> list[str]:
    """Split `教育局 财政局`; a blank inside a name (财 政 局) does not separate."""
    words = piece.split()
    if len(words) < 2 or not all(UNIT_NAME_END_PATTERN.search(word) for word in words):
        return [piece]
    if any(len(word) < 3 and word not in _SHORT_NAMES for word in words):
        return [piece]
    if any(GOVERNMENT_BEFORE_OFFICE_PATTERN.search(up) and OFFICE_PATTERN.match(down) for up, down in pairwise(words)):
        return [piece]
    return words


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳"
    "邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房"
)
_POST_PATTERN = r"(?:副?(?:市|县|区|镇|乡|局|厅|处|科|院|校|所|站)长|副?(?:主任|书记|主席|部长)|同志|常委)?"
_PERSON_NAME = re.compile(
    rf"(?:{_POST_PATTERN})(?:(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{_SURNAMES}][{HAN}]{{1,2}})(?:{_POST_PATTERN})(?:[（(][^（）()]{{1,20}}[）)])?"
)
_TELEPHONE = re.compile(r"[\d\-—]{6,}")


def are_persons(text: str) -> bool:
    """Return whether a text has only person names, posts and telephone numbers."""
    names = [
        "".join(name.split())
        for name in split_outside_brackets(_TELEPHONE.sub("", _join_spread_name(text)), "、，,；;/／\n \u3000")
    ]
    names = [name for name in names if name]
    return bool(names) and all(
        _PERSON_NAME.fullmatch(name) and not UNIT_NAME_END_PATTERN.search(name) for name in names
    )


def _join_spread_name(text: str) -> str:
    return re.sub(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])", r"\1\2", text)
