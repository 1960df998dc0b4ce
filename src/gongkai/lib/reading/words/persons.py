"""Recognise person names in cells and after labels; they are never units."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT, split_outside_brackets

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳"
    "邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房"
)
_COMPOUND_SURNAMES = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方"
_POST_PATTERN = r"(?:副?(?:市|县|区|镇|乡|局|厅|处|科|院|校|所|站)长|副?(?:主任|书记|主席|部长)|同志|常委)?"
_PERSON_NAME = re.compile(
    rf"(?:{_POST_PATTERN})(?:(?:{_COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{_SURNAMES}][{HAN}]{{1,2}})(?:{_POST_PATTERN})(?:[（(][^（）()]{{1,20}}[）)])?"
)
_TELEPHONE = re.compile(r"[\d\-—]{6,}")


def are_persons(text: str) -> bool:
    """Return whether a text has only person names, posts and telephone numbers."""
    names = [
        "".join(name.split())
        for name in split_outside_brackets(_TELEPHONE.sub("", _join_spread_name(text)), "、，,；;/／\n \u3000")
    ]
    names = [name for name in names if name]
    return bool(names) and all(_PERSON_NAME.fullmatch(name) and not ENDS_AS_UNIT.search(name) for name in names)


def _join_spread_name(text: str) -> str:
    return re.sub(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])", r"\1\2", text)
