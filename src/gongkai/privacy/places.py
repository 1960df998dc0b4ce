"""Home addresses: where a person lives; an office's or a company's address is public.

No grammar of Chinese addresses: a label (住址, 家住) is read forward to the last word that locates, a
household (3栋2单元501室) is read backward to where the place's name begins. Both windows are bounded, so
the whole stays linear.
"""

import re
from collections.abc import Iterator

from gongkai.privacy import homes
from gongkai.privacy.extent import CHAIN, detail, read_backward, read_forward
from gongkai.privacy.frame import Frame
from gongkai.privacy.households import (
    HOUSEHOLD,
    NO_HOME,
    OFFICE_BEHIND,
    OFFICE_PLACE,
    PERSON,
    households,
    of_office,
)
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, after, before

_HOME = (
    r"家庭住址|家庭地址|房屋位于|住房位于|宅基地位于|不动产位于|户籍所在地|户籍住址|户籍地址|户籍地|户口所在地|户口(?:所在|登记)?地址|户口(?:由|从|在)|迁往|迁至|迁入|搬至|搬到|搬往|户籍|位于|现居住地|居住地址|居住地|常住地址|常住地|经常居住地|现住址|现住地|现住|住址|"
    r"原址|原住址|住所地|住所|住宅地址|家住|家在|居住在|居住于|居住|住在|住于|租住在|租住于|生前居住在|生前居住|生前住在|生前住|住的|租住|现居于|现居在|现居|借住在|借住于|借住|寄住在|老家在|暂住在|暂住地|暂住|独居|定居于|独居在|独居于|原住|通讯地址|通信地址|邮寄地址|收件地址|"
    r"收货地址|送达地址|寄往|寄到|寄至|请寄|邮寄至|邮寄到|联系地址|家庭详细地址|详细地址|房屋坐落|房屋地址|房屋位置|坐落于|坐落|地址|户址|籍贯|祖籍|(?<![\u4e00-\u9fff])村(?=[:])|住"
)
_LABEL = re.compile(_HOME)
_LABELLED = re.compile(
    rf"(?P<label>{_HOME})(?:\([^)\n]{{1,10}}\))?(?:(?:哪里|哪儿|何处|哪)?[?？]\s?答)?(?:[是为于在:\s]{{0,4}})(?=[\u4e00-\u9fff0-9A-Za-z])"
)
_PRIVATE_LABEL = re.compile(
    r"家庭|户籍|户口|居住|现住|现居|原址|借住|寄住|老家|住址|寄往|寄到|请寄|家住|家在|住在|住于|租住|独居|暂住|定居|住宅|收货|籍贯|祖籍|^住$|^村$|户址|寄件"
)
_SELF = re.compile(r"(?:我是|本人是|我系|本人系|我们是|其是|系|[,，]是)(?=[\u4e00-\u9fff]{2,20})")
_WHY_HOME = "家庭住址属于个人信息，乡镇（街道）以下不得公开"
_WHY_ROOM = "精确到户的住址可找到本人，不得公开"


#: What lies somewhere and is nobody's home.
_LAND = re.compile(
    r"承包地|林地|耕地|农田|菜地|地块|土地|山林|鱼塘|摊位|店铺|商铺|门面|工地|厂房|养殖场|经营场所|仓库"
)


_OFFICES_LABEL = re.compile(r"(?:注册|办公|经营|单位|公司|企业|营业|生产|项目|店铺|工作|办理|登记机关)$")


def _office_label(frame: Frame, label: str, label_start: int, people: People) -> bool:
    if _PRIVATE_LABEL.search(label):
        return False
    near = before(frame, label_start, 60)
    if _OFFICES_LABEL.search(near[-4:]):
        return True
    if re.search(r"邮寄|收件|送达|通[讯信]", label) and re.search(
        r"收件人|1[3-9][0-9]{9}", after(frame, label_start, 80)
    ):
        return False
    persons = [found.end() for found in PERSON.finditer(near)]
    named = people.last_before(label_start, label_start - len(near))
    if named >= 0:
        persons.append(named - (label_start - len(near)))
    if label in ("位于", "坐落于", "坐落") and _LAND.search(near[-12:]):
        return True
    offices = [found.end() for found in NO_HOME.finditer(near)]
    return not persons or bool(offices and offices[-1] > max(persons))


def _states_home(frame: Frame, label: str, at: int) -> bool:
    """Return whether a bare 住 says where somebody lives: 住房, 入住, 居住证 do not."""
    if label not in ("住", "居住", "原住", "户籍", "现住"):
        return True
    if label == "住":
        return frame.starts[at] == 1 and frame.text[at - 1 : at] not in tuple("居入暂常安留记站租")
    return frame.text[at + 2 : at + 3] not in tuple("证房条环权制管")


#: What makes a building a home: who owns it or that it is dwelt in.
_DWELLING = re.compile(
    r"\s?(?:的)?(?:私房|住宅|住房|老宅|自建房|房产|祖宅|祖屋|(?:自有|自住)?房屋|宅基地|民房|出租屋|老屋|廉租房|公租房|家[中里](?!人)|家门口|屋[前后]|房前屋后|房屋后)"
)


_THEN_NAME = re.compile(r"[,，]\s?|\s{1,2}|(?:的)?(?:业主|住户|户主|住客|租户|租客)")


def _dwellings(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield addresses that a word for a dwelling follows (三眼井街44号的私房), or a private name (…4排7号，路桂芝)."""
    for found in CHAIN.finditer(frame.text):
        start, end = read_backward(frame, found.start()), found.end()
        then = _THEN_NAME.match(frame.text, end)
        named = then is not None and people.within(then.end(), then.end() + 1)
        named = named and found[0][-1] not in "栋幢座楼期区门"
        if not (named or _DWELLING.match(frame.text, end)):
            continue
        words = frame.text[start:end]
        if (
            detail(words) >= 2
            and re.search(r"[\u4e00-\u9fff]{2,}(?:村|路|街|巷|里|弄|小区|社区|镇|乡|屯|寨|胡同)", words)
            and not re.search(r"某|×|\*", words)
            and not of_office(frame, start, end)
        ):
            yield start, end


#: Beginnings of words that name no place one could go to.
_NO_PLACE = (
    "的", "城中村", "农村", "本村", "本地", "本市", "不在", "所在", "该村", "同村", "同组", "本组", "关系", "地址", "情况",
    "工地", "附近", "宾馆", "旅馆", "酒店",
)  # fmt: skip


def _labelled(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    for found in _LABELLED.finditer(frame.text):
        label, start = found["label"], found.end()
        if not _states_home(frame, label, found.start()):
            continue
        end = read_forward(frame, start)
        words = frame.text[start:end]
        colon = ":" in frame.text[found.end("label") : start]
        near_person = label == "住" and len(re.findall(r"[省市州县区旗镇乡村街]", words)) > 1
        homely = (colon or label != "居住") and _PRIVATE_LABEL.search(label) and label != "住"
        needed = 1 if near_person or homely else 2
        if colon and homely and homes.areas(words) > 2:
            needed = 1 if frame.text[end : end + 1] in ("*", "×", "某") else 0
        if label.endswith("所在地") and not colon and homes.areas(words) < 3:
            needed = 2
        if re.search(r"保险|出具|新型|工作人员|机构|部门|证明", words):
            continue
        if homes.areas(words) >= 3 and people.last_before(found.start(), found.start() - 30) >= 0:
            needed = min(needed, 1)
        if (
            len(words) < 3
            or words.startswith(_NO_PLACE)
            or re.search(r"某|×|\*", words)
            or detail(words) < needed
            or _office_label(frame, label, found.start(), people)
        ):
            continue
        if (
            OFFICE_PLACE.search(words)
            and not re.search(r"家庭|户籍|住址|家住", label)
            and not homes.described(words)
        ):
            continue
        yield start, end


def _of_oneself(frame: Frame) -> Iterator[tuple[int, int]]:
    """Yield the address in 我是…村三组的村民, 系…小区3号楼的住户."""
    for found in _SELF.finditer(frame.text):
        start = found.end()
        end = read_forward(frame, start)
        behind = frame.text[end : end + 8]
        who = re.match(r"的?[一名个位]{0,2}(村民|居民|业主|住户|租户|租客|农户|人|农民|社员)", behind)
        words = frame.text[start:end]
        if not who or detail(words) < 2:
            continue
        # A building alone leads to nobody; a villagers' group does.
        if detail(words) == 2 or who[1] in ("村民", "农户", "农民", "社员") or HOUSEHOLD.search(words):
            yield start, end


#: Facts that may stand between a name and the address.
_FACTS = re.compile(
    r"[户家]?(?:[,，、\s(—|]{1,3}(?:[男女]|[烈军]属|[\u4e00-\u9fff]{0,6}(?:军人|老兵|户|对象|职工|工人|教师|干部|人员|学生)|退休[\u4e00-\u9fff]{0,3}|下岗|务农|个体(?:户|司机|经营)?|丧偶|离异|[\u4e00-\u9fff]{1,4}族|[0-9]{1,3}\s?岁|现年\s?[0-9]{1,3}\s?岁|"
    r"(?:19|20)[0-9]{2}[年./\-][0-9年月日./\- ]{0,9}(?:出)?生?|"
    r"(?:公民)?(?:身份证?|身份证件)?(?:号码|号)?[:：]?\s?[0-9Xx*]{15,18}|(?:电话|手机)?[:：]?\s?1[0-9]{10}|汉族?|农民|无业|职工|退休|群众|中共党员|(?:小学|初中|高中|大专|本科|文盲)(?:文化)?(?:程度)?|"
    r"未婚|已婚|丧偶|离异)[)）]?){0,7}[,，\s\t|:(—]{1,3}"
)


_LEVELS = re.compile(r"(?:镇|乡|苏木|街道|县|市|区|旗)[\u4e00-\u9fff]{1,8}(?:村|嘎查|屯|社区|组|寨)$")


def _two_levels(frame: Frame, words: str, stop: int) -> bool:
    """Return whether words name a village or a neighbourhood under its town and nothing of them goes on."""
    return bool(_LEVELS.search(words) or homes.areas(words) > 3) and not re.match(
        r"[\u4e00-\u9fff]", frame.text[stop : stop + 1]
    )


def _beside(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield addresses behind a person's name, parted by commas, spaces and facts such as sex and age only."""
    for _, end in people.spans:
        gap = _FACTS.match(frame.text, end)
        if not gap:
            continue
        start = gap.end()
        if _LABEL.match(frame.text, start):
            continue  # the label's own rule reads it
        stop = read_forward(frame, start)
        words = frame.text[start:stop]
        if (
            len(words) >= 4
            and (detail(words) >= 2 or _two_levels(frame, words, stop))
            and re.search(r"[市县区镇乡村路街巷屯寨]|苏木|社区|小区|花园|街道", words)
            and not OFFICE_BEHIND.match(frame.text, stop)
            and frame.text[stop : stop + 1] != ":"
            and not re.search(r"出生|日期|时间|学历|毕业|地址|住址|事项|状态|类别", words)
        ):
            yield start, stop


_CELL = re.compile(r"[^\u3000\t\n]{5,50}")


def _in_rows(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield whole cells of a row without heads that are addresses, where a private name stands before them in the row."""
    if "\u3000" not in frame.source:
        return
    for found in _CELL.finditer(frame.source):
        start, end = found.span()
        if frame.source[start - 1 : start] != "\u3000":
            continue
        line = frame.text.rfind("\n", max(0, start - 60), start) + 1
        if people.last_before(start, max(line, start - 60)) < 0 or detail(found[0]) < 2:
            continue
        if read_forward(frame, start) == end and homes.areas(found[0]) and not OFFICE_PLACE.search(found[0]):
            yield start, end


_ALSO = re.compile(r"[、和及与](?=[\u4e00-\u9fff])")


def _listed(frame: Frame, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the addresses that follow one in the same enumeration."""
    for _, end in spans:
        found = _ALSO.match(frame.text, end)
        for _ in range(6):
            if not found:
                break
            stop = read_forward(frame, found.end())
            words = frame.text[found.end() : stop]
            if detail(words) < 2 or len(words) < 5 or not re.search(r"[路街巷村组社弄号栋幢]", words):
                break
            yield found.end(), stop
            found = _ALSO.match(frame.text, stop)


def _apart(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, of those that overlap the one that begins first, and the longest of these."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def addresses(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield home addresses: labelled as such, behind a private person's name, or down to the household."""
    named = _apart(
        {
            *_labelled(frame, people),
            *_of_oneself(frame),
            *_beside(frame, people),
            *_in_rows(frame, people),
            *_dwellings(frame, people),
            *homes.told(frame, people),
        }
    )
    named = _apart({*named, *_listed(frame, named)})
    for start, end in named:
        yield Finding("address", start, end, frame.source[start:end], _WHY_HOME)
    held = 0
    for start, end in households(frame):
        while held < len(named) and named[held][1] <= start:
            held += 1
        if held < len(named) and named[held][0] < end:
            continue
        yield Finding("address", start, end, frame.source[start:end], _WHY_ROOM)
