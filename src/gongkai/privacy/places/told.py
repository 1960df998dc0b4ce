"""Homes that are told rather than written as an address: 家里在…旁, 在…务农, …村村民某人家中."""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN
from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.places.extent import detail, read_backward, read_forward
from gongkai.privacy.places.labels import LABEL
from gongkai.privacy.places.words import areas, in_column_of_land
from gongkai.privacy.surroundings import People, before
from gongkai.privacy.tables import alternatives, words

_LIVING = re.compile(
    rf"(?:在|回到?|于|从)(?P<where>[{HAN}0-9]{{4,30}}?)(?=(?:{alternatives(words('homes', 'verb'))})(?!点|证|者)|住(?=[,，。;；\s]|$)|"
    r"的?家[中里]|家门口)"
)
#: When somebody was there: 于昨日从….
_WHEN = re.compile(rf"[^省市州盟县区旗镇乡村社街路]{{0,10}}[从在](?=[{HAN}]{{2}})")
_NUMBERED = re.compile(r"[0-9一二三四五六七八九十](?:栋|幢|号|组|社|单元|室)")
#: Who somebody is by where he lives, right behind his village and before his name.
_DWELLER = (
    r"(?:村民|居民|牧民|农民|渔民|山民|社员|农户|住户|村妇|妇女|(?:独居|留守|空巢|孤寡|高龄|失能|残疾|五保)?老人|困难群众|群众|(?:脱贫|监测|低保|特困|贫困|困难|五保|搬迁|易迁|养殖|种植|种粮|承包|建房|危改)(?:户|对象|人员|大户)|残疾人|孤儿|"
    r"(?:留守|困境)?儿童|(?:小|中|大)?学生|老党员|退役军人|退伍军人|老兵|返乡青年|务工人员|独居者|产妇|孕妇|患者|户主)"
)
#: A village, group or house that stands right before what he is and his name.
_BEFORE_NAME = re.compile(
    rf"(?P<where>(?:村(?:[{HAN}]{{1,4}}[组社屯寨])?|嘎查|屯|寨|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队号室]))(?P<who>(?:的)?(?:(?:一|两|[0-9]{{1,2}})[名位]|[0-9]{{2}}岁的?)?{_DWELLER}?(?:核查|走访|慰问|看望|探望|回访|家访|入户|查看|察看|采访|救助)?)$"
)
_INTRODUCED = re.compile(r"(?:我是|我系|本人是|本人系|我们是|我叫)$")
#: What only looks like a village's name.
_NO_VILLAGE = re.compile(
    r"^(?:我|本|该|同|各|每|全|某|邻|外|哪|这|那|原|新|老|几个|一个|农|乡|山|城中|行政|自然|示范|贫困|帮扶|驻|重点|薄弱|试点|小|大|所在|多个|边境|传统|古|民族|和美|美丽)?(?:村|社区|屯|寨|嘎查)$|^(?:本|该|同|各|我|某|全|每|邻)"
)
#: Where somebody is from, as it stands behind a name: ，某旗某镇某嘎查牧民， 为某村村民， 自某村迁入.
_CALLED = re.compile(
    rf"[,，(（为系是自从由](?P<where>(?![为系是自从由])[{HAN}]{{3,24}}?(?:村|嘎查|屯|社区|[0-9一二三四五六七八九十]{{1,4}}[组社队]))(?:(?:的)?(?:村民|居民|牧民|农民|渔民|社员)(?=[,，。、;；)）]|$)|(?=人[)）,，、。;；]|迁[入来至出往]|搬[迁至到入来往离]|移居|嫁[到入至]))"
)
_NO_HOME = re.compile(
    r"医院|学校|公司|单位|监狱|看守所|拘留所|福利院|敬老院|养老院|政府|法院|我国|农村生活|基层|期间|其中|当地|本地|外地|城市生活|这里|那里|此"
)
#: A village or a house of at least two levels that is said to be somebody's: 把…村的老宅, …村东头老宅被占.
_HOUSE = re.compile(
    rf"(?P<where>(?:[{HAN}]{{2,8}}?(?:省|市|州|盟|县|区|旗|镇|乡|街道|苏木)){{1,4}}[{HAN}0-9]{{1,12}}?(?:村|社区|嘎查|屯|寨|街|路|巷|[0-9一二三四五六七八九十]{{1,4}}[组社队号])(?:[{HAN}]{{0,4}}[头口边旁])?)的?$"
)
_DWELLING = re.compile(
    r"危房|危改|旧改|农房|老宅|老屋|老房子|祖宅|祖屋|旧房|新房|自建房|土坯房|木房|砖房|楼房|宅基地|私房|住宅|住房|房屋|房子|家中|家里"
)
#: A village or a house of at least two levels that stands alone between two marks.
_ALONE = re.compile(
    rf"[,，;；\s(](?P<where>(?:[{HAN}]{{2,7}}?(?:省|市|州|盟|县|区|旗|镇|乡|街道|苏木|农场|团场)){{1,4}}[{HAN}]{{1,7}}(?:村|嘎查|屯|寨|社区|(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:组|社|队|号)))(?=[,，。;；)\s]|$)"
)
_CLAUSE = re.compile(r"[是的了在并将被]")
_ITEM = re.compile(r"[;；。\n]")
_ITS_PLACE = re.compile(
    r"(?:地点|位置|基地|公司|局|委员会|政府|合作社|项目|工程|会议|活动|单位|学校|医院|车站|中心)$|[、:：]$"
)
_MASKED = re.compile(r"某|×|\*")


def _place_before(frame: Frame, start: int, home: bool) -> tuple[int, int] | None:
    """Return the village, group or house that stands right before a name: of two levels, or where a word says that he lives there."""
    low = max(0, start - 16)
    found = _BEFORE_NAME.search(frame.text, low, start)
    if not found:
        return None
    end = found.end("where")
    begin = read_backward(frame, end)
    place = frame.text[begin:end]
    known = areas(place) > 1 or ((home or len(found["who"]) > 1) and areas(place) > 0)
    if not known or len(place) < 3 or _NO_VILLAGE.search(place) or _MASKED.search(place):
        return None
    if _INTRODUCED.search(frame.text[max(0, begin - 4) : begin]):
        return None
    return begin, end


_HIS_HOME = re.compile(
    r"(?:老人|大爷|大娘|奶奶|爷爷|同学|一)?(?:的)?家(?:中|里|门口|门前|院|房屋|的|后|慰问|走访|看望|$|[,，。、])"
)


def _standing(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield villages and houses that stand alone in what is told of one private person, or are called a house."""
    done = 0
    for dwelling in _DWELLING.finditer(frame.text):
        found = _HOUSE.search(frame.text, max(done, dwelling.start() - 50), dwelling.start())
        if not found:
            continue
        done = dwelling.end()
        start, end = found.span("where")
        begin = max(start, read_backward(frame, end))
        if people.last_before(start, start - 60) >= 0 and not _NO_HOME.search(found["where"]):
            yield begin, end
    for found in _ALONE.finditer(frame.text):
        start, end = found.span("where")
        if (
            _CLAUSE.search(found["where"])
            or LABEL.match(frame.text, start)
            or in_column_of_land(frame.text, start)
        ):
            continue  # the label's own rule reads it
        low = max(0, start - 60)
        for mark in _ITEM.finditer(frame.text, low, start - 1):
            low = mark.end()
        named = people.last_before(start, low)
        if (
            named >= 0
            and not _NO_HOME.search(found["where"])
            and not _ITS_PLACE.search(frame.text, named, start - 1)
        ):
            yield start, end


#: Somebody's home, said by whose it is: 到他家…东门二楼, 撞断乙方家…8号围墙.
_HIS = re.compile(
    rf"(?:[我俺他她咱你]|[甲乙丙丁]方)家(?:里|就)?(?=[{HAN}]{{2,8}}(?:[省市县区镇乡村路街屯寨]|街道|社区))"
)
#: A house right before what is called one's home: …村后井巷31号我家楼下.
_MY_HOME = re.compile(r"[我俺咱]们?家(?!长|乡|人|属|庭)")
#: Where the household that an order is written to built: 你户…在…号北侧搭建彩钢棚.
_BUILDING = re.compile(r"搭建|搭盖|建造|新建|加建|加盖|扩建|违建|修建|改建|翻建|开挖|圈占")
_BUILT_AT = re.compile(
    rf"在(?P<where>[{HAN}0-9\-]{{5,32}}?)(?:[东南西北][侧面边]|旁边?|[前后]面?|屋[前后]|楼顶|院内|门口)?(?:擅自|违法|私自|未经批准)?$"
)
_HOUSEHOLD = re.compile(r"[你该其]户|户主|当事人|你(?!单位|公司|店|厂)")
#: Where something of a private person's stands or is to be brought: 在…对面那栋三楼, 送到…三组….
_THERE = re.compile(rf"(?:(?<![{HAN}])在|送到|寄到|放在|放到)(?=[{HAN}]{{2,8}}(?:[县区镇乡]|街道))")
_THAT_HOUSE = re.compile(
    r"那[栋幢家户间排院](?:[一二三四五六七八九十0-9]{1,2}楼|第[一二三四五六七八九十0-9]{1,2}[间家户])?$"
)


def _by_owner(frame: Frame) -> Iterator[tuple[int, int]]:
    """Yield addresses behind 他家, 乙方家, and houses pointed at behind 在."""
    for found in _HIS.finditer(frame.text):
        start, end = found.end(), read_forward(frame, found.end())
        place = frame.text[start:end]
        if areas(place) and detail(place) >= 2 and not (_NO_HOME.search(place) or _MASKED.search(place)):
            yield start, end
    for found in _THERE.finditer(frame.text):
        start, end = found.end(), read_forward(frame, found.end())
        if areas(frame.text[start:end]) and _THAT_HOUSE.search(frame.text, start, end):
            yield start, end


#: Where a private person's car, wood or goods stand: 停放在…29号门前.
_STANDS = re.compile(
    rf"(?:停放?|堆放?|摆放?|晾晒|栽种?|安装)在(?:了)?(?=[{HAN}]{{2,8}}(?:[省市县区镇乡村]|街道))"
)
_BEFORE_HOUSE = re.compile(r"(?:大|家)?(?:门前|门口|院内|院子里|院里|楼下|屋前|屋后|门外)")
#: Somebody's day of birth and village in the bracket behind his name, whatever the name is.
_BORN_AT = re.compile(rf"[(](?:19|20)[0-9]{{2}}[\-./][0-9]{{1,2}}[\-./][0-9]{{1,2}}[,，]\s?(?=[{HAN}])")
#: Who introduces himself by his village and his name: 我是…镇…村人雷诺.
_NATIVE = re.compile(
    rf"(?:我是|我系|本人是|本人系)(?P<where>[{HAN}]{{3,24}}?(?:村|社区|屯|寨|嘎查|[0-9一二三四五六七八九十]{{1,3}}[组社队]))(?:的)?(?:人|村民)(?=[{HAN}])"
)


def _beside_facts(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield homes told by what stands before them, by a birth in the same bracket, or by who comes from there."""
    for found in _STANDS.finditer(frame.text):
        start, end = found.end(), read_forward(frame, found.end())
        place = frame.text[start:end]
        house = detail(place) >= 2 and bool(
            _BEFORE_HOUSE.match(frame.text, end) or _BEFORE_HOUSE.search(place)
        )
        if house and people.last_before(start, start - 60) >= 0 and not _NO_HOME.search(place):
            yield start, end
    for found in _BORN_AT.finditer(frame.text):
        start, end = found.end(), read_forward(frame, found.end())
        if areas(frame.text[start:end]) > 1 and frame.text[end : end + 1] == ")":
            yield start, end
    for found in _NATIVE.finditer(frame.text):
        named = people.within(found.end(), found.end() + 1)
        if named and areas(found["where"]) > 2 and not _MASKED.search(found["where"]):
            yield found.span("where")


def _built(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield the houses that a named household built at, and those right before 我家."""
    for building in _BUILDING.finditer(frame.text):
        stop = building.start()
        found = _BUILT_AT.search(frame.text, max(0, stop - 44), stop)
        if not found or not _HOUSEHOLD.search(before(frame, found.start(), 64)):
            continue
        place = found["where"]
        begin, end = found.span("where")
        known = areas(place) and detail(place) >= 2 and read_forward(frame, begin) >= end
        if known and people.last_before(begin, begin - 160) >= 0 and not _NO_HOME.search(place):
            yield begin, end
    for found in _MY_HOME.finditer(frame.text):
        end = found.start()
        begin = read_backward(frame, end)
        place = frame.text[begin:end]
        if areas(place) and detail(place) >= 2 and not _MASKED.search(place):
            yield begin, end


def told(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield where somebody lives as it is told: 在…村务农, 从…小区11栋家中, （…，某省某市某县某镇某村人）."""
    for found in _LIVING.finditer(frame.text):
        where = found["where"]
        if _NO_HOME.search(where) or _MASKED.search(where):
            continue
        levels = areas(where)
        named = levels == 2 and people.last_before(found.start(), found.start() - 40) >= 0
        if levels >= 3 or named or (levels and _NUMBERED.search(where)):
            when = _WHEN.match(where)
            yield found.start("where") + (when.end() if when else 0), found.end("where")
    for start, end in people.spans:
        home = bool(_HIS_HOME.match(frame.text, end))
        if found_before := _place_before(frame, start, home):
            yield found_before
    yield from _standing(frame, people)
    yield from _by_owner(frame)
    yield from _built(frame, people)
    yield from _beside_facts(frame, people)
    for found in _CALLED.finditer(frame.text):
        start, end = found.span("where")
        if (
            areas(found["where"]) >= 2
            and people.last_before(start, start - 40) >= 0
            and not _NO_HOME.search(found["where"])
        ):
            yield start, end
