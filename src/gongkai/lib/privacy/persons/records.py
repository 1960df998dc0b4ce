"""Heads of records that hold a personal number: a name, whatever word it is (高山，138…； 宝石（3人，139…）； 车主安全，卡号…).

A record is what stands between two ends of clauses, or a bracket with what stands right before it. Whose number it is stands at its head.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, lines, shape
from gongkai.lib.privacy.persons.found import Evidence, Named
from gongkai.lib.privacy.persons.personal import CARD, ID, MOBILE, PLATE
from gongkai.lib.privacy.persons.plausible import heads_record, may_be_name, shaped, usual
from gongkai.lib.privacy.surroundings import line_around

#: Numbers that belong to one person, with the labels that part them from other figures.
_PERSONAL = re.compile(
    rf"(?<![0-9A-Za-z])(?:{ID}|{MOBILE}|{CARD}|92[0-9]{{6}}[0-9A-Z]{{10}})(?![0-9A-Za-z])|(?<![A-Za-z]){PLATE}"
    r"|(?:身份证|残疾证|准考证|护照|通行证|居住证|社保卡|学籍)[^0-9A-Za-z，,。；;\n]{0,8}[A-Z]{0,3}[0-9]{6}"
    r"|(?:卡号|账号|账户|帐号|存折|存单|[农工建中交]行|信用社|邮储|社)[^0-9A-Za-z，,。；;\n]{0,6}[0-9]{10}"
    r"|(?:微信|QQ|支付宝|邮箱)号?[:：]?\s?[A-Za-z0-9]"
)
#: Facts of a person that are no number: enough where several records have them.
_FACT = re.compile(
    r"[(,，]\s?(?:(?:19|20)[0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}|[男女][,，)]|[0-9]{1,3}岁|(?:现|家|原|暂|租)?住[^。；;]{4}|户籍|本人(?:电话|身患|患))"
)
#: A chunk at the head of a record, with or without a word for a person before it, and what parts it from the rest.
_HEAD = re.compile(
    rf"(?:^|(?<=[\n。；;:：(（、，,]))[ \t]{{0,6}}(?:[(]?[0-9]{{1,3}}[.、)]\s?)?(?P<run>[{HAN}]{{2,10}})"
    r"(?P<sep>\s?[,，(（]\s?|[ \t]{1,4})(?=\S)"
)
_LABEL = re.compile(rf"[{HAN}]{{1,6}}[:：]?\s?{_PERSONAL.pattern}")
_END = re.compile(r"[；;。\n]")
#: Last characters of kinds of people and of what is said of somebody; what an office did (经初查).
_NOBODY = re.compile(rf"[{HAN}]+[人者员户主方客们某氏族籍查]|[{HAN}]记[{HAN}]*|[父母夫祖婆兄姐子][{HAN}]")
_OFFICE_PHONE = re.compile(
    r"(?:公司|办公|工作|值班|单位|科室|组内)[^，,。；;\n]{0,4}(?:手机|电话|微信)|工作电话"
)
#: A label, so that what follows is its value and no head (与儿童关系：母子).
_OF_A_FIELD = re.compile(rf"[{HAN}]{{2}}:\s?$")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: where its head stands, what it is, what leads to it, and whether a number of its own stands in it.

    `led` where a word for a person alone, or a clause that his number follows at once, stands before the head; `bare` where nothing but
    a telephone's number stands in it, as behind a body's or a desk's name.
    """

    start: int
    name: str
    kind: str
    word: str
    sep: str
    number: bool
    led: bool
    bare: bool


def heads_of_records(frame: Frame) -> Iterator[Named]:
    """Yield the names at the head of records that hold a personal number or, where they are several, a person's fact."""
    records = list(_records(frame))
    told = Counter(record.sep for record in records if record.number)
    facts = Counter(record.sep for record in records)
    for record in records:
        several = told[record.sep] > 1 if record.number else facts[record.sep] > 1 and told[record.sep] > 0
        if _named(frame, record, several):
            yield (
                record.start,
                record.start + len(record.name),
                record.kind or ("list" if several else "context"),
                record.word,
            )


def _records(frame: Frame) -> Iterator[_Record]:
    """Yield the records of a text that may be a person's."""
    text = frame.text
    for found in _HEAD.finditer(text):
        sep = found["sep"].strip()[:1]
        joined = text[found.start("run") - 1 : found.start("run")] in ("、", ",", "，")
        opened = text[found.start("run") - 1 : found.start("run")] in ("(", "（")
        rest = _rest(text, found.end(), opened or (joined and sep in ("(", "（")))
        number = bool(_PERSONAL.search(rest)) and not _OFFICE_PHONE.search(rest)
        if not number and not _FACT.match(text, found.end("run")):
            continue
        cut, kind, word = _led(frame, found.start("run"), found["run"])
        at_once = bool(_PERSONAL.match(text, found.end())) or bool(_LABEL.match(text, found.end()))
        if not (sep or at_once) or (joined and not kind and sep != "("):
            continue  # the second field of a record is none of its own
        if not sep and text[max(0, found.start("run") - 9) : found.start("run")].rstrip(" \t").endswith(":"):
            continue  # 学历：本科  电话：…
        name = found["run"][cut:]
        whole = cut <= len(word) or (at_once and shaped(name)) or bool(_PERSONAL.match(text, found.end()))
        led = bool(kind) and whole
        yield _Record(found.start("run") + cut, name, kind, word, sep, number, led, False)


def _rest(text: str, at: int, bracket: bool) -> str:
    """Return what belongs to a head: its bracket, or all up to the end of the clause."""
    near = text[at : at + 160]
    if bracket and (close := near.find(")")) >= 0:
        return near[:close]
    end = _END.search(near)
    return near[: end.start()] if end else near


def _led(frame: Frame, start: int, run: str) -> tuple[int, str, str]:
    """Return how many characters of a run are a word for a person, its kind and the word."""
    for cut in range(min(len(run) - 2, 8), 1, -1):
        kind, word = context.role_ending(run[:cut])
        if kind and 2 <= len(run) - cut <= 4:
            return cut, kind, word
    left = context.left_of(frame, start)
    return 0, left.kind, left.word


def _named(frame: Frame, record: _Record, several: bool) -> bool:
    """Return whether the head of a record is a name."""
    name = record.name
    if not _may_head(name) or _something_else(frame, record):
        return False
    if record.led or (several and not record.kind):
        return True
    apart = shaped(name) or not _OF_A_FIELD.search(frame.text[max(0, record.start - 8) : record.start])
    return (
        record.number and apart and not record.kind and may_be_name(name, Evidence.FACT) and not usual(name)
    )


def _may_head(name: str) -> bool:
    """Return whether a string opens with a surname and is no label, place or kind of person."""
    if not shape.surname_size(name) or not 0 < len(name) - shape.surname_size(name) < 3:
        return False
    return heads_record(name) and name[-1] not in shape.PLACE_ENDS and not _NOBODY.fullmatch(name)


def _something_else(frame: Frame, record: _Record) -> bool:
    """Return whether a car, a place before somebody's name, or somebody of office heads a record."""
    end = record.start + len(record.name)
    if (
        behind.post_clause(frame, end)
        or behind.post_in_brackets(frame, end)
        or behind.profession_right(frame, end)
    ):
        return True
    return not record.kind and lines.public_line(line_around(frame, record.start, 60))
