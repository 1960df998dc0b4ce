"""Find person names at the start of records with a personal number (高山，138…；宝石（3人，139…）).

A record is the text between two clause ends, or a bracket and the words before it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import context, lines, right_context, shape
from gongkai.lib.privacy.persons.elements import (
    BANK_CARD_PATTERN,
    ID_NUMBER_PATTERN,
    MOBILE_NUMBER_PATTERN,
    PLATE_PATTERN,
)
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import (
    has_clear_name_shape,
    is_office_word,
    is_possible_name,
    is_possible_record_head,
)
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

#: Numbers that belong to one person, with the labels that part them from other figures.
_PERSONAL_NUMBER_RE = re.compile(
    rf"(?<![0-9A-Za-z])(?:{ID_NUMBER_PATTERN}|{MOBILE_NUMBER_PATTERN}|{BANK_CARD_PATTERN}|92[0-9]{{6}}[0-9A-Z]{{10}})(?![0-9A-Za-z])|(?<![A-Za-z]){PLATE_PATTERN}"
    r"|(?:身份证|残疾证|准考证|护照|通行证|居住证|社保卡|学籍)[^0-9A-Za-z，,。；;\n]{0,8}[A-Z]{0,3}[0-9]{6}"
    r"|(?:卡号|账号|账户|帐号|存折|存单|[农工建中交]行|信用社|邮储|社)[^0-9A-Za-z，,。；;\n]{0,6}[0-9]{10}"
    r"|(?:微信|QQ|支付宝|邮箱)号?[:：]?\s?[A-Za-z0-9]"
)
#: Facts of a person that are no number: enough where several records have them.
_PERSONAL_FACT = re.compile(
    r"[(,，]\s?(?:(?:19|20)[0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}|[男女][,，)]|[0-9]{1,3}岁|(?:现|家|原|暂|租)?住[^。；;]{4}|户籍|本人(?:电话|身患|患))"
)
#: A chunk at the head of a record, with or without a word for a person before it, and what parts it from the rest.
_RECORD_HEAD_RE = re.compile(
    rf"(?:^|(?<=[\n。；;:：(（、，,]))[ \t]{{0,6}}(?:[(]?[0-9]{{1,3}}[.、)]\s?)?(?P<run>[{HAN}]{{2,10}})"
    r"(?P<sep>\s?[,，(（]\s?|[ \t]{1,4})(?=\S)"
)
_LABELLED_NUMBER_RE = re.compile(rf"[{HAN}]{{1,6}}[:：]?\s?{_PERSONAL_NUMBER_RE.pattern}")
_CLAUSE_END_RE = re.compile(r"[；;。\n]")
#: Last characters of kinds of people and of what is said of somebody; what an office did (经初查).
_NON_NAME_RE = re.compile(rf"[{HAN}]+[人者员户主方客们某氏族籍查]|[{HAN}]记[{HAN}]*|[父母夫祖婆兄姐子][{HAN}]")
_OFFICE_PHONE_RE = re.compile(r"(?:公司|办公|工作|值班|单位|科室|组内)[^，,。；;\n]{0,4}(?:手机|电话|微信)|工作电话")
#: A label, so that what follows is its value and no head (与儿童关系：母子).
_FIELD_LABEL_RE = re.compile(rf"[{HAN}]{{2}}:\s?$")


@dataclass(frozen=True, slots=True)
class _PersonRecord:
    """A record: position and text of its head, its role and its evidence.

    `separator`: the separator after the name; `has_number`: it has a personal number.
    """

    start: int
    name: str
    kind: str
    word: str
    separator: str
    has_number: bool
    is_led_by_role: bool


def find_record_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names of records with a personal number, or of several with a personal fact."""
    records = list(_split_records(search_text))
    counts = Counter(record.separator for record in records if record.has_number)
    facts = Counter(record.separator for record in records)
    for record in records:
        several = (
            counts[record.separator] > 1
            if record.has_number
            else facts[record.separator] > 1 and counts[record.separator] > 0
        )
        if _is_named(search_text, record, several):
            yield (
                record.start,
                record.start + len(record.name),
                record.kind or ("list" if several else "context"),
                record.word,
            )


def _split_records(search_text: SearchText) -> Iterator[_PersonRecord]:
    """Yield the records of a text: a possible name with a number or a personal fact after it."""
    text = search_text.text
    for match in _RECORD_HEAD_RE.finditer(text):
        separator = match["sep"].strip()[:1]
        joined = text[match.start("run") - 1 : match.start("run")] in ("、", ",", "，")
        opened = text[match.start("run") - 1 : match.start("run")] in ("(", "（")
        record_rest = _read_rest(text, match.end(), opened or (joined and separator in ("(", "（")))
        number = bool(_PERSONAL_NUMBER_RE.search(record_rest)) and not _OFFICE_PHONE_RE.search(record_rest)
        if not number and not _PERSONAL_FACT.match(text, match.end("run")):
            continue
        cut, kind, word = _split_role(search_text, match.start("run"), match["run"])
        at_once = bool(_PERSONAL_NUMBER_RE.match(text, match.end())) or bool(
            _LABELLED_NUMBER_RE.match(text, match.end())
        )
        if not (separator or at_once) or (joined and not kind and separator != "("):
            continue  # the second field of a record is none of its own
        if not separator and text[max(0, match.start("run") - 9) : match.start("run")].rstrip(" \t").endswith(":"):
            continue  # 学历：本科  电话：…
        name = match["run"][cut:]
        is_complete = (
            cut <= len(word)
            or (at_once and has_clear_name_shape(name))
            or bool(_PERSONAL_NUMBER_RE.match(text, match.end()))
        )
        is_led_by_role = bool(kind) and is_complete
        yield _PersonRecord(match.start("run") + cut, name, kind, word, separator, number, is_led_by_role)


def _read_rest(text: str, at: int, bracket: bool) -> str:
    """Return the text after a record's head at `at`, to the end of the clause or, if `bracket`, the closing bracket."""
    following = text[at : at + 160]
    if bracket and (close := following.find(")")) >= 0:
        return following[:close]
    end = _CLAUSE_END_RE.search(following)
    return following[: end.start()] if end else following


def _split_role(search_text: SearchText, start: int, run: str) -> tuple[int, str, str]:
    """Return (length, kind, word) of the role before a name, else of the context."""
    for cut in range(min(len(run) - 2, 8), 1, -1):
        kind, word = context.find_role_at_end(run[:cut])
        if kind and 2 <= len(run) - cut <= 4:
            return cut, kind, word
    context_before = context.read_left_context(search_text, start)
    return 0, context_before.kind, context_before.word


def _is_named(search_text: SearchText, record: _PersonRecord, several: bool) -> bool:
    """Return whether the head of a record is a person's name; `several`: further records have its separator."""
    name = record.name
    if not _is_possible_head(name) or _is_other_subject(search_text, record):
        return False
    if record.is_led_by_role or (several and not record.kind):
        return True
    apart = has_clear_name_shape(name) or not _FIELD_LABEL_RE.search(
        search_text.text[max(0, record.start - 8) : record.start]
    )
    return (
        record.has_number
        and apart
        and not record.kind
        and is_possible_name(name, NameEvidence.FACT)
        and not is_office_word(name)
    )


def _is_possible_head(name: str) -> bool:
    """Return true if the head of a record may be a name."""
    if not shape.get_surname_size(name) or not 0 < len(name) - shape.get_surname_size(name) < 3:
        return False
    return is_possible_record_head(name) and name[-1] not in shape.PLACE_SUFFIXES and not _NON_NAME_RE.fullmatch(name)


def _is_other_subject(search_text: SearchText, record: _PersonRecord) -> bool:
    """Return whether the head of a record is an official or in a line about officials."""
    end = record.start + len(record.name)
    if (
        right_context.has_post_clause(search_text, end)
        or right_context.has_post_in_brackets(search_text, end)
        or right_context.has_profession_after(search_text, end)
    ):
        return True
    return not record.kind and lines.is_public_line(get_line_around(search_text, record.start, 60))
