"""Names at the head of an item: before a fact that only a person has, in items built alike, at the head of a letter."""

import re
from collections.abc import Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.persons import context, shape
from gongkai.privacy.persons.found import Evidence
from gongkai.privacy.persons.plausible import may_be_name
from gongkai.privacy.persons.written import is_elements
from gongkai.privacy.surroundings import line_of
from gongkai.privacy.tables import alternatives, words

Named = tuple[int, int, str, str]
_HAN = "\u4e00-\u9fff"
_COUNTRY = alternatives(words("names", "country"))
_DISEASE = alternatives(words("health", "disease"))
_GRADE = r"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)?[一二三四五六七八九十]级(?:伤残|残疾)?"
_ID = r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"
_MOBILE = r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
_CARD = r"6[0-9]{3}[ ]?[0-9]{4}[ ]?[0-9]{4}[ ]?[0-9]{3,7}"
_PLATE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·A-Z0-9]{5,7}(?![0-9A-Z])"
)
_SCHOOL = r"(?:[一二三四五六七八九]|[高初][一二三])(?:年级|[(][0-9]{1,2}[)]班)"
#: Facts that leave no doubt, and those that a list of goods, firms or illnesses might have as well.
_SURE = (
    rf"(?:(?:性别[:\s]?)?[男女](?=[\s,，、。;；)|(])|(?:居民|公民)?身份证|公民身份|[{_HAN}]{{1,4}}族(?=[,，)])|(?:现年)?[0-9]{{1,3}}岁|{_ID}|"
    rf"护照|回乡证|台胞证|准考证|学号|残疾证|绰号|曾用名|{_SCHOOL}|(?:中国)?(?:{_COUNTRY})(?:国?籍|人)?(?=[\s,，、)|])|"
    rf"系[{_HAN}]{{2,6}}之[妻子女父母夫]|户籍|家住|现住|丧偶|离异|未婚|已婚|单身|已故|病故|失联|孤儿|独居)"
)
_FACT = rf"(?:{_SURE}|{_MOBILE}|{_CARD}|{_GRADE}|(?:{_DISEASE})(?=[,，。;；、)(（])|车牌|微信|{_PLATE})"
_SURE_FACT = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?{_SURE}")
_BEFORE_FACT = re.compile(rf"(?<![{_HAN}·•])(?P<run>[{_HAN}]{{2,14}})(?=[ ]?[,，( |\t—]{{1,3}}\s?{_FACT})")
_NUMBER_NEXT = re.compile(rf"[ ]?[,，( |\t—]{{1,3}}\s?(?:{_MOBILE}|{_CARD}|{_ID})")
_LATIN = re.compile(
    rf"(?<![A-Za-z])[A-ZÀ-Ž][a-zß-žı'\-]{{1,20}}(?:[ ·](?:[A-Z][A-Za-z'\-]{{0,20}}\.?|[a-z]{{2,3}})){{0,3}}[ ·][A-ZÀ-Ž][a-zß-žı'\-]{{1,20}}"
    rf"(?=[ ]?[,，( |\t—(]{{1,2}}\s?(?:女|男|护照|{_COUNTRY}|[{_HAN}]{{1,4}}籍|国籍))"
)
#: Before whom something is paid, heard, granted.
_WHOM = ("受理的", "支付", "退还", "通知", "住客", "给予", "处罚", "告知")
_LATIN_ROLE = re.compile(
    r"(?P<role>[\u4e00-\u9fff]{2,6})[:：]?\s?(?P<name>[A-ZÀ-Ž][a-zß-žı'\-]{1,20}(?:[ ·][A-ZÀ-Ž][A-Za-zß-žı'\-.]{0,20}){1,3})"
)


def before_facts(frame: Frame) -> Iterator[Named]:
    """Yield names of any shape between a border or a role and a fact (小葵花，女， 铃木一郎，日本， 石头，听力一级)."""
    for found in _BEFORE_FACT.finditer(frame.text):
        run, end = found["run"], found.end()
        cut, kind, word = _role_before(frame, found.start(), run)
        name = run[cut:]
        if (not cut and _numbered(frame, found.start())) or len(name) > 6:
            continue
        more = 0 if cut else _lead(name)
        cut, name = cut + more, name[more:]
        if (
            name.endswith("户")
            or (kind == "public" and word not in _RECORDS)
            or len(name) < 2
            or _office(frame, end)
        ):
            continue
        sure = _SURE_FACT.match(frame.text, end)
        numbered = shape.surname_size(name) and _NUMBER_NEXT.match(frame.text, end)
        if may_be_name(name, Evidence.FACT if sure or numbered else Evidence.LIST):
            yield found.start() + cut, end, kind if kind not in ("", "public") else "context", word
    yield from _before_titles(frame)
    for found in _LATIN.finditer(frame.text):
        yield *found.span(), "context", ""
    for found in _LATIN_ROLE.finditer(frame.text):
        kind, word = context.role_ending(found["role"])
        if kind in ("private", "kin", "minor") or found["role"].endswith(_WHOM):
            yield *found.span("name"), kind or "context", word


#: Words that are said of or to a person, right behind his whole name; and how many a name stands for.
_BEFORE_TITLE = re.compile(
    rf"(?<![{_HAN}·])(?P<run>[{_HAN}]{{2,14}}?)(?=女士|先生|同学(?![们会])|阿婆|阿公|大爷(?!爷)|大妈|大娘|一家[0-9一二三四五六七八九十几]|夫妇|夫妻|"
    r"家长[,，:您]|等[0-9一二三四五六七八九十]{1,3}[名人户位](?!领导|干部|同志|专家|代表|医生|律师|教师|老师|委员|评委|队员|党员|执法))"
)
_ABOUT = re.compile(
    r"关于对|关于给予|关于认定|关于同意|关于批准|关于注销|关于撤销|关于终止|关于取消|关于|给予|认定|批准|同意|撤销|取消|注销"
)


def _before_titles(frame: Frame) -> Iterator[Named]:
    """Yield names of two and more characters before 女士, 同学, 一家四口, 等12名: whole names, no surname with a title."""
    for found in _BEFORE_TITLE.finditer(frame.text):
        run, start, end = found["run"], found.start(), found.end()
        about = _ABOUT.match(run)
        cut, kind, word = _role_before(frame, start, run)
        if about and len(run) - about.end() > 1:
            cut, kind = about.end(), kind or "context"
        elif not cut:
            cut = _lead(run)
        name = run[cut:]
        if kind == "public" or not shape.surname_size(name) and len(name) < 4 or _office(frame, end):
            continue
        if 2 <= len(name) <= 5 and may_be_name(name, Evidence.LIST if len(name) < 4 else Evidence.FACT):
            yield start + cut, end, kind or "context", word


#: What may stand between a border and a name: words that join, one-character words for relatives, a place or a body.
_JOINS = re.compile(
    r"兹有|现有|另有|同意|关于|对于|经查|其中|其[妻子女父母夫孙兄弟姐妹]|[致因与和由对被向将经让给为有替把见及找班]|[妻子女父母夫孙媳婿]|"
    rf"[{_HAN}]{{2,8}}(?:村|社区|镇|乡|街道|小组|[组社]|小学|中学|学院|大学|公司|单位|班)"
)


def _lead(run: str) -> int:
    """Return how many characters of a run stand before a name of the usual shape, 0 where it is a name itself."""
    if run[0] == "致" and len(run) > 2:
        return 1
    found = _JOINS.match(run)
    if not found or not 2 <= len(run) - found.end() <= 4 or (len(run) < 5 and _shaped(run)):
        return 0
    rest = run[found.end() :]
    size = shape.surname_size(rest)
    return found.end() if found.end() > 1 or (size and shape.name_score(rest) > 0.3) else 0


#: Words of office that also head records of what private people said.
_RECORDS = frozenset(("记录", "来源", "编辑", "听证"))


def _numbered(frame: Frame, start: int) -> bool:
    """Return whether a figure stands right before a run, and it is no number of a list (25岁 is one, ①王 is none)."""
    before_it = frame.text[max(0, start - 3) : start]
    return bool(re.search(r"[0-9%]$", before_it)) and not re.search(r"(?:^|[\n;；])\s?[0-9]{1,2}$", before_it)


def _role_before(frame: Frame, start: int, run: str) -> tuple[int, str, str]:
    """Return how many characters of a run are a word for a person before the name, its kind and the word."""
    for cut in range(len(run) - 2, 1, -1):
        if len(run) - cut > 5:
            break
        kind, word = context.role_ending(run[:cut])
        if kind:
            return cut, kind, word
    left = context.left_of(frame, start)
    return 0, left.kind, left.word


def _office(frame: Frame, end: int) -> bool:
    return context.office_right(frame, end) or context.profession_right(frame, end)


_SEGMENT = re.compile(r"[^\n;；]+")
_MARK = (
    r"(?:[0-9]{1,3}[号栋幢]楼?)?(?:[0-9]{1,3}单元)?[0-9]{1,4}[号室]\s?|[一二三四五六七八九高初][一二三]?(?:年级)?[(][0-9]{1,2}[)]班\s?|(?:周|星期)[一二三四五六日]\s?|"
    r"第[0-9一二三四五六七八九十]{1,3}名\s?|0[0-9]{1,5}\s|[(]?[0-9]{1,3}[).、]?\s?(?!号|栋|幢|室|年|月|日)"
)
_HEAD = re.compile(
    rf"\s*(?P<mark>(?:{_MARK})[,，]?\s?|)"
    rf"(?P<head>[{_HAN}]{{2,5}}(?:[·•・][{_HAN}]{{1,8}}){{0,2}})\s?(?P<sep>[,，(|\t—、]|[ ]{{1,4}}(?=\S)|(?=[0-9]|家庭|。|$))"
)
#: The second cell of a row without a head.
_SECOND = re.compile(rf"\s*(?P<head>[{_HAN}]{{2,6}})(?=[\s(]|$)")
#: Facts of persons anywhere in an item.
_ANY_FACT = re.compile(
    rf"(?<![{_HAN}])[男女](?![{_HAN}])|[0-9]{{1,3}}岁|{_ID}|{_MOBILE}|{_CARD}|{_GRADE}|(?:{_DISEASE})|{_SCHOOL}|[一二三四五六七八九十]级"
)
_OFFICE_ITEM = re.compile(
    r"局长|县长|市长|区长|镇长|乡长|书记|主任|主席|部长|院长|校长|会长|经理|委员|科长|处长|所长|站长|法定代表人|有限公司|研究员|教授|现任|拟任|律师"
)


_NUMBERS = re.compile(f"{_ID}|{_MOBILE}|{_CARD}")


class _Item:
    """One item of a list: where its head stands, what parts it from the rest, what speaks for a person."""

    def __init__(self, start: int, head: str, sep: str, rest: str) -> None:
        self.start, self.head, self.sep, self.rest = start, head, sep, rest
        self.after = start + len(head) + len(sep.strip("_"))
        self.shaped = _shaped(head)
        self.fact = bool(_ANY_FACT.search(rest))
        self.office = bool(_OFFICE_ITEM.search(rest)) and not _NUMBERS.search(rest)


def _shaped(name: str) -> bool:
    size = shape.surname_size(name)
    if "·" in name or is_elements(name):
        return True
    return (
        bool(size)
        and len(name) - size in (1, 2)
        and shape.name_score(name) >= 0.6
        and not shape.is_ordinary(name)
    )


def items_alike(frame: Frame) -> Iterator[Named]:
    """Yield the heads of items that are built alike (楚河，选择…；汉界，选择…) where the list is one of persons."""
    group: list[_Item] = []
    for segment in _SEGMENT.finditer(frame.text):
        item = _item(segment[0], segment.start())
        if item and (not group or group[-1].sep == item.sep):
            group.append(item)
            continue
        yield from _names_of(frame, group)
        group = [item] if item else []
    yield from _names_of(frame, group)


def _cut_of(head: str) -> tuple[int, int] | None:
    """Return what of a head is the name where a word for a relative stands before it, or 户 behind."""
    if head[0] in "父母妻夫子女孙媳" and _shaped(head[1:]):
        return 1, len(head)
    return (0, len(head) - 1) if head.endswith("户") and _shaped(head[:-1]) else None


def _item(words_of: str, start: int) -> _Item | None:
    found = _HEAD.match(words_of)
    if not found:
        colon = words_of.rfind(":", 0, 60)
        found = _HEAD.match(words_of, colon + 1) if colon > 0 else None
    if found and (cut := _cut_of(found["head"])):
        head = found["head"][cut[0] : cut[1]]
        return _Item(start + found.start("head") + cut[0], head, ",", words_of[found.end() : 120])
    if not found or not (found["sep"] or found["mark"] or words_of.startswith("家庭", found.end())):
        return None
    second = _SECOND.match(words_of, found.end()) if not found["sep"].strip(" \t") and found["sep"] else None
    if second and not _shaped(found["head"]) and (_shaped(second["head"]) or is_elements(second["head"])):
        return _Item(start + second.start("head"), second["head"], "_", words_of[second.end() : 120])
    sep = found["sep"].strip().replace("(", ",").replace("，", ",").replace("。", "、") or "_"
    return _Item(start + found.start("head"), found["head"], sep, words_of[found.end() : 120])


def _names_of(frame: Frame, group: list[_Item]) -> Iterator[Named]:
    size = len(group)
    if size < 2 or sum(item.office for item in group) * 2 >= size:
        return
    shaped = sum(item.shaped for item in group) / size
    facts = sum(item.fact for item in group) / size
    if not (facts >= 0.7 or (size > 2 and shaped >= 0.5) or (shaped >= 0.5 and facts > 0)):
        return
    if group[0].sep == "_" and facts < 0.5 and shaped < 0.6:
        return
    line = line_of(frame, max(0, group[0].start - 2), 160)
    if not facts and (context.public_line(line) or context.of_history(frame, group[0].start, line)):
        return
    sure = Evidence.FACT if shaped >= 0.6 and size > 2 else Evidence.LIST
    plausible = [item for item in group if may_be_name(item.head, sure) or "·" in item.head]
    if len(plausible) * 4 < size * 3:
        return
    for item in plausible:
        yield item.start, item.start + len(item.head), "list", ""
        for more in _MORE.finditer(item.rest) if item.sep == "、" else ():
            if may_be_name(more[0], Evidence.FACT if shaped >= 0.5 else Evidence.LIST):
                start = item.after + more.start()
                yield start, start + len(more[0]), "list", ""


#: Further names of one item, parted by 、.
_MORE = re.compile(rf"(?:(?<=、)|^)[{_HAN}]{{2,4}}(?=[、]|$)")


#: Who is addressed: a line of its own, or a name and 你.
_ADDRESSED = re.compile(
    rf"(?:^|(?<=[\n:。]))\s*(?P<name>[{_HAN}]{{2,5}}?)(?:\([^()\n]{{1,40}}\))?(?:同志|先生|女士|家长|妈妈|爸爸|爷爷|奶奶)?"
    r"(?::[ ]?\n?(?=[^\n]{0,60}[你您])|[,，](?=(?:您好|你好|您反映|你反映|您来信|因你|你的|你于|您于)))"
)
_OF_A_PLACE = re.compile(
    rf"(?:我是|我系|本人是|本人系)[^,，。;；:\n]{{0,24}}?(?:村|社区|镇|乡|[组队班厂]|小区|学校|公司|单位|街道)的(?P<name>[{_HAN}]{{2,4}})(?=[,，。(（、])"
)
_SIGNED = re.compile(
    rf"(?<=\n)[^\S\n]*(?P<role>(?:[{_HAN}]{{2,4}}[:：])?)[^\S\n]*(?P<name>[{_HAN}]{{2,4}})[^\S\n]*(?=$|\n\s*(?:(?:19|20)[0-9]{{2}}\s?年|二[〇○零]|电话|手机|联系|{_MOBILE}))"
)
_LETTER = re.compile(r"我叫|我是|我家|您好|你好|恳请|恳求|盼复|举报|尊敬的|本人")


def of_letters(frame: Frame) -> Iterator[Named]:
    """Yield who is addressed at the head of a letter or a decision, and who signs one written in the first person."""
    for found in _ADDRESSED.finditer(frame.text):
        name = found["name"]
        if may_be_name(name, Evidence.FIELD) or (
            shape.surname_size(name) and may_be_name(name, Evidence.FACT)
        ):
            yield *found.span("name"), "context", ""
    for found in _OF_A_PLACE.finditer(frame.text):
        if may_be_name(found["name"], Evidence.PARTY):
            yield *found.span("name"), "private", "我是"
    if not _LETTER.search(frame.text):
        return
    for found in _SIGNED.finditer(frame.text):
        if not found["role"] and _shaped(found["name"]) and may_be_name(found["name"], Evidence.FIELD):
            yield *found.span("name"), "context", ""
