"""Homes that are told rather than written as an address: 家里在…旁, 在…务农, 从…家中; and what makes a description a home."""

import re
from collections.abc import Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.surroundings import People

_NUMBER = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
#: Words that end a description of where somebody lives, and make it as good as a number.
DESCRIBED = (
    rf"旁边?|隔壁|对面|对门|背后|后面|前面|侧面|附近|边上|尽头|楼上|楼下|顶楼|楼顶|底楼|阁楼|地下室|后院|前院|院内|院子|后楼|坎[上下]|坡[上下脚顶]|山脚下?|山上|山下|山坡|"
    rf"村[头尾口]|街[头尾口]|巷[头尾口]|路口|桥头|渡口|河边|路边|码头|老学堂|老屋基?|老宅|祖屋|祖宅|自建房|加盖房|木板房|板房|彩钢房|工棚|棚子|棚户|平房|瓦房|土坯房|筒子楼|大杂院|"
    rf"供销社|粮站|粮库|临河|(?:第{_NUMBER}|头一|最后一|倒数第{_NUMBER})(?:家|间|户|排|个棚子)|{_NUMBER}楼(?:[\u4e00-\u9fff]?[左右东西南北中](?:边|侧|户)?)?|东头|西头|南头|北头|宿舍|家属[院楼区]|铺面|门面|仓库|窑洞|帐篷"
)
_DESCRIBED = re.compile(DESCRIBED)
_AREAS = re.compile(r"[省市州盟县区旗镇乡村]|街道|社区|嘎查|苏木")
_LIVING = re.compile(
    r"(?:在|回到?|于|从)(?P<where>[\u4e00-\u9fff0-9]{4,30}?)(?=务农|居住|生活|定居|租住|安家|的?家[中里]|家门口)"
)
#: Whose village, group or house stands right before what he is and his name.
_BEFORE_NAME = re.compile(
    r"(?P<where>[\u4e00-\u9fff0-9]{4,36}(?:村|嘎查|屯|社区|[0-9一二三四五六七八九十]{1,4}[组社队号室]))(?:的)?(?:村民|居民|牧民|农民|渔民|社员|农户|群众)?$"
)
_LEADS = re.compile(r"我[县市区镇乡]|该[县市区镇乡]|[系是由向在]|位于|来自|走访|反映|投诉|对")
#: Where somebody is from, as it stands behind a name: ，某旗某镇某嘎查牧民， 为某村村民， 自某村迁入.
_CALLED = re.compile(
    r"(?:(?<=[,，(（])|[为系是自从])(?P<where>(?![为系是自从])[\u4e00-\u9fff]{3,24}?(?:村|嘎查|屯|社区|[0-9一二三四五六七八九十]{1,4}[组社队]))(?:(?:的)?(?:村民|居民|牧民|农民|渔民|社员)(?=[,，。、;；)）]|$)|(?=迁[入来至出往]))"
)
_NO_HOME = re.compile(
    r"医院|学校|公司|单位|监狱|看守所|拘留所|福利院|敬老院|养老院|政府|法院|我国|农村生活|基层|期间|其中|当地|本地|外地|城市生活|这里|那里|此"
)
_FROM = re.compile(
    r"(?<=[,，(（\s|])(?:原籍)?(?P<where>(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?[\u4e00-\u9fff]{2,8}[市州盟县][\u4e00-\u9fff]{2,7}[县区旗市镇乡](?:[\u4e00-\u9fff]{1,6}(?:镇|乡|街道))?[\u4e00-\u9fff]{1,6}村(?:[0-9一二三四五六七八九十]{1,3}[组社])?)(?=人[)）,，、。])"
)


def described(words: str) -> bool:
    """Return whether words describe where a home is by what it is beside, under or on."""
    return bool(_DESCRIBED.search(words))


def areas(words: str) -> int:
    """Return how many levels of places words name."""
    return len(_AREAS.findall(words))


def _place_before(text: str, start: int) -> tuple[int, int] | None:
    """Return the village, group or house of at least two levels that stands right before a name, or None."""
    low = max(0, start - 40)
    found = _BEFORE_NAME.search(text[low:start])
    if not found:
        return None
    words, cut = found["where"], 0
    for lead in _LEADS.finditer(words):
        cut = lead.end()
    words = words[cut:]
    introduced = text[low : low + found.start("where") + cut].endswith(("我是", "我系", "本人是", "本人系"))
    if introduced or len(words) < 5 or areas(words) < 2 or words.startswith(("我", "本", "该", "同")):
        return None
    return low + found.start("where") + cut, low + found.end("where")


def told(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield where somebody lives as it is told: 在…村务农, 从…小区11栋家中, （…，某省某市某县某镇某村人）."""
    for found in _LIVING.finditer(frame.text):
        words = found["where"]
        if _NO_HOME.search(words) or re.search(r"某|×", words):
            continue
        if areas(words) >= 3 or (
            areas(words) and re.search(r"[0-9一二三四五六七八九十](?:栋|幢|号|组|社|单元|室)", words)
        ):
            yield found.span("where")
    for start, _ in people.spans:
        if found_before := _place_before(frame.text, start):
            yield found_before
    for found in _CALLED.finditer(frame.text):
        start, end = found.span("where")
        near = areas(found["where"])
        if near >= 3 and people.last_before(start, start - 40) >= 0 and not _NO_HOME.search(found["where"]):
            yield start, end
    for found in _FROM.finditer(frame.text):
        start, end = found.span("where")
        if people.last_before(start, start - 40) >= 0:
            yield start, end
