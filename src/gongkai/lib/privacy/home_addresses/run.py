"""Find all home addresses of a text, without overlaps."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.home_addresses.extent import (
    count_area_levels,
    find_address_end,
    find_numbered_parts,
    find_place_start,
    get_precision_level,
)
from gongkai.lib.privacy.home_addresses.households import (
    OFFICE_WORD_AFTER_ADDRESS_PATTERN,
    find_households,
    is_office_address,
)
from gongkai.lib.privacy.home_addresses.labels import ADDRESS_LABEL_PATTERN, find_labelled_homes
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans

#: Text that makes a building a home: who owns it or that it is dwelt in.
_DWELLING_WORD_RE = re.compile(
    r"\s?(?:的)?(?:危房|农房|私房|住宅|住房|老宅|自建房|房产|祖宅|祖屋|(?:自有|自住)?房屋|宅基地|民房|出租屋|老屋|廉租房|公租房|自家|自己家|私宅|家[中里](?!人)|家门口|那[院栋座间幢处](?:老|旧|新)?[房屋院宅]|屋[前后]|房前屋后|房屋后)"
)


_RESIDENT_AFTER_ADDRESS_RE = re.compile(
    r"[,，]\s?(?:房主|户主|业主|产权人|房东|住户|权利人|承租人)?|\s{1,2}|(?P<who>(?:的)?(?:业主|住户|户主|住客|租户|租客|房主|居民|用户|用水户|用电户|用气户|用热户|(?:独居|高龄|空巢|孤寡|失能|残疾)?老人))"
)


def find_dwellings(
    search_text: SearchText, people: PersonSpans, numbered_parts: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of addresses before a word for a dwelling (44号的私房) or a private name.

    `numbered_parts`: as for `find_households`.
    """
    for start, _, end in numbered_parts:
        then = _RESIDENT_AFTER_ADDRESS_RE.match(search_text.text, end)
        named = then is not None and people.has_between(then.end(), then.end() + 1)
        named = named and (search_text.text[end - 1] not in "栋幢座楼期区门" or bool(then and then["who"]))
        if not (named or _DWELLING_WORD_RE.match(search_text.text, end)):
            continue
        text = search_text.text[start:end]
        if (
            get_precision_level(text) >= 2
            and re.search(rf"[{HAN}]{{2,}}(?:村|路|街|巷|里|弄|小区|社区|镇|乡|屯|寨|胡同)", text)
            and not re.search(r"某|×|\*", text)
            and (bool(named and then and then["who"]) or not is_office_address(search_text, start, end, people))
        ):
            yield start, end


#: Facts that may stand between a name and the address.
_PERSONAL_FACTS_RE = re.compile(
    rf"[户家]?(?:[,，、\s(—|]{{1,3}}(?:[男女]|[烈军]属|[{HAN}]{{0,6}}(?:军人|老兵|户|对象|职工|工人|教师|干部|人员|学生)|退休[{HAN}]{{0,3}}|下岗|务农|个体(?:户|司机|经营)?|丧偶|离异|[{HAN}]{{1,4}}族|[0-9]{{1,3}}\s?岁|现年\s?[0-9]{{1,3}}\s?岁|"
    r"(?:19|20)[0-9]{2}[年./\-][0-9年月日./\- ]{0,9}(?:出)?生?|"
    r"(?:公民)?(?:身份证?|身份证件)?(?:号码|号)?[:：]?\s?[0-9Xx*]{15,18}|(?:护照|通行证|回乡证|台胞证|残疾证|准考证|社保卡)(?:号码?)?[:：]?\s?[A-Za-z0-9]{6,20}|(?:电话|手机)?[:：]?\s?1[0-9]{10}|汉族?|[农牧渔]民|无业|个体|职工|退休|群众|中共党员|(?:小学|初中|高中|大专|本科|文盲)(?:文化)?(?:程度)?|"
    rf"未婚|已婚|丧偶|离异|[{HAN}]{{1,8}}(?:病|症|炎|癌|瘤|瘫|障碍|骨折|残疾|[一二三四]级|中风|梗死))[)）]?){{0,7}}[,，\s\t|:(—]{{1,3}}"
)


_VILLAGE_UNDER_TOWN_RE = re.compile(
    rf"(?:镇|乡|苏木|街道|县|市|区|旗|农场|牧场|林场|团场)[{HAN}]{{1,12}}(?:村|嘎查|屯|社区|组|寨|连|队|分场|管理区|作业区|作业站|牧业点)(?:[{HAN}]{{1,4}})?$"
)


def _names_two_levels(search_text: SearchText, text: str, stop: int) -> bool:
    """Return true if an address names a village under a town, or over three levels."""
    return bool(_VILLAGE_UNDER_TOWN_RE.search(text) or count_area_levels(text) > 3) and bool(
        _ADDRESS_END_RE.match(search_text.text, stop)
    )


#: End of a village name without further address: no more characters, or a word for its inhabitants.
_ADDRESS_END_RE = re.compile(rf"(?:人|村民|居民|牧民|农民|社员)?(?![{HAN}])")
_VILLAGE_NAME_RE = re.compile(
    rf"(?!现|原|属|合并|同|本|该)[{HAN}]{{2,6}}(?:村|嘎查|屯|寨|社区)(?:[0-9一二三四五六七八九十]{{1,3}}[组社队])?"
)
_CONTAINED_VERB_RE = re.compile(
    rf"[住随与]|配偶|家在|[{HAN}]在[{HAN}]{{2,8}}[村镇乡]|居住|生活|前往|来到|^请|时到|集合"
)


def _is_bracketed_village(search_text: SearchText, text: str, start: int, stop: int) -> bool:
    whole = search_text.text[start - 1 : start] == "(" and search_text.text[stop : stop + 1] in (")", ",", "，", "、")
    return whole and bool(_VILLAGE_NAME_RE.fullmatch(text))


def find_homes_after_names(search_text: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of addresses after a private name and its facts."""
    for _, end in people.spans:
        gap = _PERSONAL_FACTS_RE.match(search_text.text, end)
        if not gap:
            continue
        start = gap.end()
        if ADDRESS_LABEL_PATTERN.match(search_text.text, start):
            continue  # the label's own rule reads it
        stop = find_address_end(search_text, start)
        text = search_text.text[start:stop]
        if (
            len(text) >= 3
            and (
                get_precision_level(text) >= 2
                or _names_two_levels(search_text, text, stop)
                or _is_bracketed_village(search_text, text, start, stop)
            )
            and not (_CONTAINED_VERB_RE.search(text) or _MASK_CHARACTERS_RE.search(text))
            and (
                re.search(r"[市县区镇乡村路街巷屯寨]|苏木|社区|小区|花园|街道|农场|团场|广场|大厦|新城", text)
                or _is_bracketed_village(search_text, text, start, stop)
            )
            and not OFFICE_WORD_AFTER_ADDRESS_PATTERN.match(search_text.text, stop)
            and search_text.text[stop : stop + 1] != ":"
            and not re.search(r"出生|日期|时间|学历|毕业|地址|住址|事项|状态|类别", text)
        ):
            yield start, stop


#: Descriptions of a resident between the village and the name.
_RESIDENT_WORD_PATTERN = (
    r"(?:村民|居民|牧民|农民|渔民|山民|社员|农户|住户|村妇|妇女|(?:独居|留守|空巢|孤寡|高龄|失能|残疾|五保)?老人|困难群众|群众|(?:脱贫|监测|低保|特困|贫困|困难|五保|搬迁|易迁|养殖|种植|种粮|承包|建房|危改)(?:户|对象|人员|大户)|残疾人|孤儿|"
    r"(?:留守|困境)?儿童|(?:小|中|大)?学生|老党员|退役军人|退伍军人|老兵|返乡青年|务工人员|独居者|产妇|孕妇|患者|户主)"
)
#: A village, group or house that stands right before what he is and his name.
_PLACE_BEFORE_NAME_RE = re.compile(
    rf"(?P<where>(?:村(?:[{HAN}]{{1,4}}[组社屯寨])?|嘎查|屯|寨|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队号室]))(?P<who>(?:的)?(?:(?:一|两|[0-9]{{1,2}})[名位]|[0-9]{{2}}岁的?)?{_RESIDENT_WORD_PATTERN}?(?:核查|走访|慰问|看望|探望|回访|家访|入户|查看|察看|采访|救助)?)$"
)
#: Text that only looks like a village's name.
_NON_VILLAGE_RE = re.compile(
    r"^(?:我|本|该|同|各|每|全|某|邻|外|哪|这|那|原|新|老|几个|一个|农|乡|山|城中|行政|自然|示范|贫困|帮扶|驻|重点|薄弱|试点|小|大|所在|多个|边境|传统|古|民族|和美|美丽)?(?:村|社区|屯|寨|嘎查)$|^(?:本|该|同|各|我|某|全|每|邻)"
)
#: Where somebody is from, as it stands behind a name: ，某旗某镇某嘎查牧民， 为某村村民， 自某村迁入.
_ORIGIN_AFTER_NAME_RE = re.compile(
    rf"[,，(（为系是自从由](?P<where>(?![为系是自从由])[{HAN}]{{3,24}}?(?:村|嘎查|屯|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队]))(?:(?:的)?(?:村民|居民|牧民|农民|渔民|社员)(?=[,，。、;；)）]|$)|(?=人[)）,，、。;；]|迁[入来至出往]|搬[迁至到入来往离]|移居|嫁[到入至]))"
)
_NON_HOME_RE = re.compile(
    r"医院|学校|公司|单位|监狱|看守所|拘留所|福利院|敬老院|养老院|政府|法院|我国|农村生活|基层|期间|其中|当地|本地|外地|城市生活|这里|那里|此"
)
#: A village or a house of at least two levels that stands alone between two marks.
_PLACE_BETWEEN_MARKS_RE = re.compile(
    rf"[,，;；\s(](?P<where>(?:[{HAN}]{{2,7}}?(?:省|市|州|盟|县|区|旗|镇|乡|街道|苏木|农场|团场)){{1,4}}[{HAN}]{{1,7}}(?:村|嘎查|屯|寨|社区|(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:组|社|队|号)))(?=[,，。;；)\s]|$)"
)
_MASK_CHARACTERS_RE = re.compile(r"某|×|\*")


def _find_place_before(search_text: SearchText, start: int, home: bool) -> tuple[int, int] | None:
    """Return the span of the place right before a name (云岭县王村张三), or None; `home`: 家 follows the name."""
    low = max(0, start - 16)
    match = _PLACE_BEFORE_NAME_RE.search(search_text.text, low, start)
    if not match:
        return None
    end = match.end("where")
    begin = find_place_start(search_text, end)
    place = search_text.text[begin:end]
    is_place = count_area_levels(place) > 1 or ((home or len(match["who"]) > 1) and count_area_levels(place) > 0)
    if not is_place or len(place) < 3 or _NON_VILLAGE_RE.search(place) or _MASK_CHARACTERS_RE.search(place):
        return None
    return begin, end


_HOME_AFTER_NAME_RE = re.compile(
    r"(?:老人|大爷|大娘|奶奶|爷爷|同学|一)?(?:的)?家(?:中|里|门口|门前|院|房屋|的|后|慰问|走访|看望|$|[,，。、])"
)


def _find_lone_places(search_text: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of places between punctuation that follow a private person's name."""
    for match in _PLACE_BETWEEN_MARKS_RE.finditer(search_text.text):
        start, end = match.span("where")
        if ADDRESS_LABEL_PATTERN.match(search_text.text, start):
            continue  # the label's own rule reads it
        low = max(0, start - 60)
        name_end = people.last_end_before(start, low)
        if name_end >= 0 and not _NON_HOME_RE.search(match["where"]):
            yield start, end


def find_narrated_homes(search_text: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of homes in narrative text: 在…村务农, 从…小区11栋家中, （…，某镇某村人）."""
    for start, end in people.spans:
        home = bool(_HOME_AFTER_NAME_RE.match(search_text.text, end))
        if found_before := _find_place_before(search_text, start, home):
            yield found_before
    yield from _find_lone_places(search_text, people)
    for match in _ORIGIN_AFTER_NAME_RE.finditer(search_text.text):
        start, end = match.span("where")
        if (
            count_area_levels(match["where"]) >= 2
            and people.last_end_before(start, start - 40) >= 0
            and not _NON_HOME_RE.search(match["where"])
        ):
            yield start, end


_HOME_REASON = "家庭住址属于个人信息，乡镇（街道）以下不得公开"
_HOUSEHOLD_REASON = "精确到户的住址可找到本人，不得公开"


#: A room or a yard of those who govern, and where business is done.
_PUBLIC_PREMISES_RE = re.compile(
    r"(?:政府|党委|村委会|居委会|村部|服务中心|办事处)(?:(?:大院|院内|院子|门口|办公楼)|(?:办公楼)?[一二三四五六七八九十0-9]{1,4}[楼层室](?:[0-9]{1,4}室)?)$"
    r"|^(?:经营|营业|办公|生产|注册)(?:场所|地址|地点)"
)


def _drop_overlaps(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans without overlaps: the first, and of those the longest."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def find_home_addresses(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield home addresses: labelled, next to a private name, or down to the household."""
    numbered_parts = find_numbered_parts(search_text)
    homes = _drop_overlaps(
        {
            *find_labelled_homes(search_text, people),
            *find_homes_after_names(search_text, people),
            *find_dwellings(search_text, people, numbered_parts),
            *find_narrated_homes(search_text, people),
        }
    )
    for start, end in homes:
        if _PUBLIC_PREMISES_RE.search(search_text.text[start:end]):
            continue
        yield Finding("address", start, end, search_text.source[start:end], _HOME_REASON)
    next_home = 0
    for start, end in find_households(search_text, numbered_parts, people):
        while next_home < len(homes) and homes[next_home][1] <= start:
            next_home += 1
        if (next_home < len(homes) and homes[next_home][0] < end) or _PUBLIC_PREMISES_RE.search(
            search_text.text[start:end]
        ):
            continue
        yield Finding("address", start, end, search_text.source[start:end], _HOUSEHOLD_REASON)
