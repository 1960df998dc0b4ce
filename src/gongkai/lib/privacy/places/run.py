"""Find all home addresses of a text, without overlaps."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.places.beside import find_dwellings, find_homes_after_names
from gongkai.lib.privacy.places.extent import find_numbered_parts, find_place_start
from gongkai.lib.privacy.places.households import find_households
from gongkai.lib.privacy.places.labels import ADDRESS_LABEL, find_labelled_homes
from gongkai.lib.privacy.places.words import count_area_levels
from gongkai.lib.privacy.surroundings import PersonSpans

#: Who somebody is by where he lives, right behind his village and before his name.
_RESIDENT = (
    r"(?:村民|居民|牧民|农民|渔民|山民|社员|农户|住户|村妇|妇女|(?:独居|留守|空巢|孤寡|高龄|失能|残疾|五保)?老人|困难群众|群众|(?:脱贫|监测|低保|特困|贫困|困难|五保|搬迁|易迁|养殖|种植|种粮|承包|建房|危改)(?:户|对象|人员|大户)|残疾人|孤儿|"
    r"(?:留守|困境)?儿童|(?:小|中|大)?学生|老党员|退役军人|退伍军人|老兵|返乡青年|务工人员|独居者|产妇|孕妇|患者|户主)"
)
#: A village, group or house that stands right before what he is and his name.
_PLACE_BEFORE_NAME = re.compile(
    rf"(?P<where>(?:村(?:[{HAN}]{{1,4}}[组社屯寨])?|嘎查|屯|寨|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队号室]))(?P<who>(?:的)?(?:(?:一|两|[0-9]{{1,2}})[名位]|[0-9]{{2}}岁的?)?{_RESIDENT}?(?:核查|走访|慰问|看望|探望|回访|家访|入户|查看|察看|采访|救助)?)$"
)
#: What only looks like a village's name.
_NOT_A_VILLAGE = re.compile(
    r"^(?:我|本|该|同|各|每|全|某|邻|外|哪|这|那|原|新|老|几个|一个|农|乡|山|城中|行政|自然|示范|贫困|帮扶|驻|重点|薄弱|试点|小|大|所在|多个|边境|传统|古|民族|和美|美丽)?(?:村|社区|屯|寨|嘎查)$|^(?:本|该|同|各|我|某|全|每|邻)"
)
#: Where somebody is from, as it stands behind a name: ，某旗某镇某嘎查牧民， 为某村村民， 自某村迁入.
_ORIGIN = re.compile(
    rf"[,，(（为系是自从由](?P<where>(?![为系是自从由])[{HAN}]{{3,24}}?(?:村|嘎查|屯|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队]))(?:(?:的)?(?:村民|居民|牧民|农民|渔民|社员)(?=[,，。、;；)）]|$)|(?=人[)）,，、。;；]|迁[入来至出往]|搬[迁至到入来往离]|移居|嫁[到入至]))"
)
_NOT_A_HOME = re.compile(
    r"医院|学校|公司|单位|监狱|看守所|拘留所|福利院|敬老院|养老院|政府|法院|我国|农村生活|基层|期间|其中|当地|本地|外地|城市生活|这里|那里|此"
)
#: A village or a house of at least two levels that stands alone between two marks.
_PLACE_BETWEEN_MARKS = re.compile(
    rf"[,，;；\s(](?P<where>(?:[{HAN}]{{2,7}}?(?:省|市|州|盟|县|区|旗|镇|乡|街道|苏木|农场|团场)){{1,4}}[{HAN}]{{1,7}}(?:村|嘎查|屯|寨|社区|(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:组|社|队|号)))(?=[,，。;；)\s]|$)"
)
_MASK_CHARACTERS = re.compile(r"某|×|\*")


def _find_place_before(frame: SearchText, start: int, home: bool) -> tuple[int, int] | None:
    low = max(0, start - 16)
    found = _PLACE_BEFORE_NAME.search(frame.text, low, start)
    if not found:
        return None
    end = found.end("where")
    begin = find_place_start(frame, end)
    place = frame.text[begin:end]
    known = count_area_levels(place) > 1 or ((home or len(found["who"]) > 1) and count_area_levels(place) > 0)
    if not known or len(place) < 3 or _NOT_A_VILLAGE.search(place) or _MASK_CHARACTERS.search(place):
        return None
    return begin, end


_HOME_AFTER_NAME = re.compile(
    r"(?:老人|大爷|大娘|奶奶|爷爷|同学|一)?(?:的)?家(?:中|里|门口|门前|院|房屋|的|后|慰问|走访|看望|$|[,，。、])"
)


def _find_lone_places(frame: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    for found in _PLACE_BETWEEN_MARKS.finditer(frame.text):
        start, end = found.span("where")
        if ADDRESS_LABEL.match(frame.text, start):
            continue  # the label's own rule reads it
        low = max(0, start - 60)
        named = people.last_end_before(start, low)
        if named >= 0 and not _NOT_A_HOME.search(found["where"]):
            yield start, end


def find_narrated_homes(frame: SearchText, people: PersonSpans) -> Iterator[tuple[int, int]]:
    """Yield homes in narrative text: 在…村务农, 从…小区11栋家中, （…，某镇某村人）."""
    for start, end in people.spans:
        home = bool(_HOME_AFTER_NAME.match(frame.text, end))
        if found_before := _find_place_before(frame, start, home):
            yield found_before
    yield from _find_lone_places(frame, people)
    for found in _ORIGIN.finditer(frame.text):
        start, end = found.span("where")
        if (
            count_area_levels(found["where"]) >= 2
            and people.last_end_before(start, start - 40) >= 0
            and not _NOT_A_HOME.search(found["where"])
        ):
            yield start, end


_HOME_REASON = "家庭住址属于个人信息，乡镇（街道）以下不得公开"
_HOUSEHOLD_REASON = "精确到户的住址可找到本人，不得公开"


#: A room or a yard of those who govern, and where business is done.
_PUBLIC_PREMISES = re.compile(
    r"(?:政府|党委|村委会|居委会|村部|服务中心|办事处)(?:(?:大院|院内|院子|门口|办公楼)|(?:办公楼)?[一二三四五六七八九十0-9]{1,4}[楼层室](?:[0-9]{1,4}室)?)$"
    r"|^(?:经营|营业|办公|生产|注册)(?:场所|地址|地点)"
)


def _drop_overlaps(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def find_home_addresses(frame: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield home addresses: labelled, next to a private name, or down to the household."""
    rows = find_numbered_parts(frame)
    named = _drop_overlaps(
        {
            *find_labelled_homes(frame, people),
            *find_homes_after_names(frame, people),
            *find_dwellings(frame, people, rows),
            *find_narrated_homes(frame, people),
        }
    )
    named = _drop_overlaps({*named})
    for start, end in named:
        if _PUBLIC_PREMISES.search(frame.text[start:end]):
            continue
        yield Finding("address", start, end, frame.source[start:end], _HOME_REASON)
    held = 0
    for start, end in find_households(frame, rows, people):
        while held < len(named) and named[held][1] <= start:
            held += 1
        if (held < len(named) and named[held][0] < end) or _PUBLIC_PREMISES.search(frame.text[start:end]):
            continue
        yield Finding("address", start, end, frame.source[start:end], _HOUSEHOLD_REASON)
