"""Endings and separators of unit names, and names of common offices."""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import COMPOUND_SURNAMES

_OFFICE_CORES = """
发展改革委 发改委 经济信息委 经信委 经信局 教委 教育局 科技局 科技委 民族宗教委 民宗局 公安局 民政局 司法局 财政局 人力社保局 人社局
规划自然资源局 自然资源局 生态环境局 住房城乡建委 住建局 住建委 住房城乡建设局 城市管理局 城管局 交通局 交通运输局 水利局 水务局
农业农村局 农业农村委 商务局 商务委 文化旅游委 文化旅游局 文旅局 文旅委 卫生健康委 卫健委 卫生健康局 退役军人事务局 退役军人局 应急局 应急管理局
审计局 国资委 市场监管局 体育局 统计局 医保局 医疗保障局 林业局 信访局 信访办 金融监管局 金融办 大数据局 大数据发展局 行政审批局
政务服务局 政务服务办 税务局 气象局 档案局 档案馆 图书馆 新闻办 政府新闻办 政府新闻办公室 委网信办 网信办 委宣传部 委组织部 委编办 委办公室
政府办公室 政府办公厅 政府办 政府研究室 机关事务局 招商投资局 乡村振兴局 供销社 残联 总工会 团委 妇联 公积金中心 政务服务中心 行政服务中心
政府电子政务中心 公共资源交易中心 政府各部门 政府有关部门 级各部门 级有关部门 直各部门 委各部门
"""
_LEVEL_PREFIXES = ("省", "市", "州", "区", "县", "旗", "自治区")
_GROUP_NAMES = """
各区县政府 各区县 各县区政府 各县（市、区）政府 各县（市、区） 各乡镇政府 各乡镇（街道） 各镇街 各乡镇街道 各街道办事处 各镇（街道） 各部门
各单位 各有关部门 各有关单位 有关部门 有关单位 相关部门 相关单位 各管委会 各园区 各处室 各科室
"""

#: Every office name of the table at every level, and the groups.
OFFICE_NAMES = frozenset(level + core for core in _OFFICE_CORES.split() for level in _LEVEL_PREFIXES) | frozenset(
    _GROUP_NAMES.split()
)
#: Possible beginnings of an office name.
OFFICE_NAME_PREFIXES = frozenset(name[:end] for name in OFFICE_NAMES for end in range(1, len(name) + 1))


def is_office(name: str) -> bool:
    """Return whether a name is in the table, also with a region in front (云岭市财政局)."""
    return name in OFFICE_NAMES or (
        bool(re.match(rf"[{HAN}]{{2,6}}[省市州区县旗]", name))
        and any(name[start:] in OFFICE_NAMES for start in range(1, len(name) - 2))
    )


#: Endings of names of units, offices and groups.
UNIT_NAME_SUFFIXES = (
    "海关|办公室|办公厅|管理处|管委会|委员会|街道办|办事处|分局|支队|总队|大队|中心|政府|部门|单位|处室|科室|机构|机关|企业|国企|学校|学院|医院|"
    "公司|集团|银行|妇联|残联|工商联|文联|侨联|专班|指挥部|中小学|幼儿园|小学|中学|大学|高校|总社|协会|联合会|组织部|宣传部|统战部|政法委|网信办|编办|党校|图书馆|档案馆|博物馆|文化馆|乡镇|镇街|街道|街镇|园区|"
    "司局|司|局|厅|委|办|院|馆|部|处|科|股|室|会|署|站|所|队|台|社|行|厂|校|园|县|区|市|州|镇|乡|盟|旗"
)
#: A meeting is no unit: 新闻发布会, 企业座谈会.
_MEETING_WORDS = "发布|座谈|听证|推进|培训|说明|通气|恳谈|研讨|见面|调度|部署|动员|论证|评审|讲评|协商"
_NON_MEETING_LOOKBEHIND = "".join(f"(?<!{word}会)" for word in _MEETING_WORDS.split("|"))
#: The end of a unit's name, with a bracket after it.
UNIT_NAME_END_PATTERN = re.compile(
    rf"(?:{UNIT_NAME_SUFFIXES}){_NON_MEETING_LOOKBEHIND}(?:[（(〔\[][^（）()〔〕\[\]]{{1,40}}[）)〕\]])?$"
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
_OPENING_BRACKETS, _CLOSING_BRACKETS = "（(〔[【《“", "）)〕]】》”"


def split_outside_brackets(text: str, separators: str = _UNIT_SEPARATORS) -> list[str]:
    """Return the pieces of a text between separators that are outside brackets and quotes."""
    pieces, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char in _OPENING_BRACKETS:
            depth += 1
        elif char in _CLOSING_BRACKETS:
            depth = max(0, depth - 1)
        elif depth == 0 and char in separators:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return pieces


def is_unit_group(name: str) -> bool:
    """Return true if a name means many units (各有关部门); such a group leads nothing."""
    return bool(re.match(r"(?:[省市县区州旗]?(?:有关|相关|直|级)?)?各|有关|相关", name))


#: A government before the name of its office: 市政府 / 办公室 is one name.
GOVERNMENT_BEFORE_OFFICE_PATTERN = re.compile(r"(?:政府|[省市区县旗]委|党委|管委会)$")
#: An office that is named without its government.
OFFICE_PATTERN = re.compile(r"(?:办公[室厅]|督查室|研究室)(?![^、，,；;\s])")
#: Names of two characters that stand alone.
_TWO_CHARACTER_UNIT_NAMES = frozenset(
    ["工会", "团委", "妇联", "残联", "科协", "侨联", "文联", "法院", "纪委", "人大", "政协", "编办"]
)


def split_at_blanks(piece: str) -> list[str]:
    """Return the names in `教育局 财政局`; a blank inside a name (财 政 局) does not separate."""
    words = piece.split()
    if len(words) < 2 or not all(UNIT_NAME_END_PATTERN.search(word) for word in words):
        return [piece]
    if any(len(word) < 3 and word not in _TWO_CHARACTER_UNIT_NAMES for word in words):
        return [piece]
    if any(GOVERNMENT_BEFORE_OFFICE_PATTERN.search(up) and OFFICE_PATTERN.match(down) for up, down in pairwise(words)):
        return [piece]
    return words


_COMMON_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳"
    "邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房"
)
_POST_PATTERN = r"(?:副?(?:市|县|区|镇|乡|局|厅|处|科|院|校|所|站)长|副?(?:主任|书记|主席|部长)|同志|常委)?"
_PERSON_NAME_RE = re.compile(
    rf"(?:{_POST_PATTERN})(?:(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{_COMMON_SURNAMES}][{HAN}]{{1,2}})(?:{_POST_PATTERN})(?:[（(][^（）()]{{1,20}}[）)])?"
)
_TELEPHONE_NUMBER_RE = re.compile(r"[\d\-—]{6,}")


def are_persons(text: str) -> bool:
    """Return whether a text has only person names, posts and telephone numbers."""
    names = [
        "".join(name.split())
        for name in split_outside_brackets(
            _TELEPHONE_NUMBER_RE.sub("", _join_spread_name(text)), "、，,；;/／\n \u3000"
        )
    ]
    names = [name for name in names if name]
    return bool(names) and all(
        _PERSON_NAME_RE.fullmatch(name) and not UNIT_NAME_END_PATTERN.search(name) for name in names
    )


def _join_spread_name(text: str) -> str:
    """Join the two characters of a name set apart by a blank."""
    return re.sub(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])", r"\1\2", text)
