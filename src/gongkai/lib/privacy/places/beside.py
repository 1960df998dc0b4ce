"""Find homes next to a private name, or followed by a word for a dwelling."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.places.extent import find_address_end, get_precision_level
from gongkai.lib.privacy.places.households import OFFICE_AFTER, is_office_address
from gongkai.lib.privacy.places.labels import ADDRESS_LABEL
from gongkai.lib.privacy.places.words import count_area_levels
from gongkai.lib.privacy.surroundings import PersonSpans

#: What makes a building a home: who owns it or that it is dwelt in.
_DWELLING_WORD = re.compile(
    r"\s?(?:的)?(?:危房|农房|私房|住宅|住房|老宅|自建房|房产|祖宅|祖屋|(?:自有|自住)?房屋|宅基地|民房|出租屋|老屋|廉租房|公租房|自家|自己家|私宅|家[中里](?!人)|家门口|那[院栋座间幢处](?:老|旧|新)?[房屋院宅]|屋[前后]|房前屋后|房屋后)"
)


_RESIDENT_AFTER = re.compile(
    r"[,，]\s?(?:房主|户主|业主|产权人|房东|住户|权利人|承租人)?|\s{1,2}|(?P<who>(?:的)?(?:业主|住户|户主|住客|租户|租客|房主|居民|用户|用水户|用电户|用气户|用热户|(?:独居|高龄|空巢|孤寡|失能|残疾)?老人))"
)


def find_dwellings(
    frame: SearchText, people: PersonSpans, rows: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield addresses followed by a word for a dwelling (44号的私房) or by a private name."""
    for start, _, end in rows:
        then = _RESIDENT_AFTER.match(frame.text, end)
        named = then is not None and people.has_between(then.end(), then.end() + 1)
        named = named and (frame.text[end - 1] not in "栋幢座楼期区门" or bool(then and then["who"]))
        if not (named or _DWELLING_WORD.match(frame.text, end)):
            continue
        words = frame.text[start:end]
        if (
            get_precision_level(words) >= 2
            and re.search(rf"[{HAN}]{{2,}}(?:村|路|街|巷|里|弄|小区|社区|镇|乡|屯|寨|胡同)", words)
            and not re.search(r"某|×|\*", words)
            and (bool(named and then and then["who"]) or not is_office_address(frame, start, end, people))
        ):
            yield start, end


#: Facts that may stand between a name and the address.
_PERSONAL_FACTS = re.compile(
    rf"[户家]?(?:[,，、\s(—|]{{1,3}}(?:[男女]|[烈军]属|[{HAN}]{{0,6}}(?:军人|老兵|户|对象|职工|工人|教师|干部|人员|学生)|退休[{HAN}]{{0,3}}|下岗|务农|个体(?:户|司机|经营)?|丧偶|离异|[{HAN}]{{1,4}}族|[0-9]{{1,3}}\s?岁|现年\s?[0-9]{{1,3}}\s?岁|"
    r"(?:19|20)[0-9]{2}[年./\-][0-9年月日./\- ]{0,9}(?:出)?生?|"
    r"(?:公民)?(?:身份证?|身份证件)?(?:号码|号)?[:：]?\s?[0-9Xx*]{15,18}|(?:护照|通行证|回乡证|台胞证|残疾证|准考证|社保卡)(?:号码?)?[:：]?\s?[A-Za-z0-9]{6,20}|(?:电话|手机)?[:：]?\s?1[0-9]{10}|汉族?|[农牧渔]民|无业|个体|职工|退休|群众|中共党员|(?:小学|初中|高中|大专|本科|文盲)(?:文化)?(?:程度)?|"
    rf"未婚|已婚|丧偶|离异|[{HAN}]{{1,8}}(?:病|症|炎|癌|瘤|瘫|障碍|骨折|残疾|[一二三四]级|中风|梗死))[)）]?){{0,7}}[,，\s\t|:(—]{{1,3}}"
)


_VILLAGE_UNDER_TOWN = re.compile(
    rf"(?:镇|乡|苏木|街道|县|市|区|旗|农场|牧场|林场|团场)[{HAN}]{{1,12}}(?:村|嘎查|屯|社区|组|寨|连|队|分场|管理区|作业区|作业站|牧业点)(?:[{HAN}]{{1,4}})?$"
)


def _names_two_levels(frame: SearchText, words: str, stop: int) -> bool:
    return bool(_VILLAGE_UNDER_TOWN.search(words) or count_area_levels(words) > 3) and bool(
        _ADDRESS_END.match(frame.text, stop)
    )


#: What may follow a village that stands alone: its end, or that he is one of it.
_ADDRESS_END = re.compile(rf"(?:人|村民|居民|牧民|农民|社员)?(?![{HAN}])")
_VILLAGE_NAME = re.compile(
    rf"(?!现|原|属|合并|同|本|该)[{HAN}]{{2,6}}(?:村|嘎查|屯|寨|社区)(?:[0-9一二三四五六七八九十]{{1,3}}[组社队])?"
)
_MASK_CHARACTERS = re.compile(r"某|×|\*")
_CONTAINED_VERB = re.compile(rf"[住随与]|配偶|家在|[{HAN}]在[{HAN}]{{2,8}}[村镇乡]|居住|生活|前往|来到|^请|时到|集合")


def _is_bracketed_village(frame: SearchText, words: str, start: int, stop: int) -> bool:
    whole = frame.text[start - 1 : start] == "(" and frame.text[stop : stop + 1] in (")", ",", "，", "、")
    return whole and bool(_VILLAGE_NAME.fullmatch(words))


def find_homes_after_names(frame: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield addresses after a private name, separated only by facts such as sex and age."""
    for _, end in people.spans:
        gap = _PERSONAL_FACTS.match(frame.text, end)
        if not gap:
            continue
        start = gap.end()
        if ADDRESS_LABEL.match(frame.text, start):
            continue  # the label's own rule reads it
        stop = find_address_end(frame, start)
        words = frame.text[start:stop]
        if (
            len(words) >= 3
            and (
                get_precision_level(words) >= 2
                or _names_two_levels(frame, words, stop)
                or _is_bracketed_village(frame, words, start, stop)
            )
            and not (_CONTAINED_VERB.search(words) or _MASK_CHARACTERS.search(words))
            and (
                re.search(r"[市县区镇乡村路街巷屯寨]|苏木|社区|小区|花园|街道|农场|团场|广场|大厦|新城", words)
                or _is_bracketed_village(frame, words, start, stop)
            )
            and not OFFICE_AFTER.match(frame.text, stop)
            and frame.text[stop : stop + 1] != ":"
            and not re.search(r"出生|日期|时间|学历|毕业|地址|住址|事项|状态|类别", words)
        ):
            yield start, stop
