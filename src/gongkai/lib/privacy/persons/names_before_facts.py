"""Find names before facts that only persons have, or before repeated words."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_alternation
from gongkai.lib.privacy.persons import context, lines, right_context, shape
from gongkai.lib.privacy.persons.elements import (
    BANK_CARD_PATTERN,
    CERTAIN_FACT_AFTER_NAME,
    COUNTRY_PATTERN,
    ID_NUMBER_PATTERN,
    MOBILE_NUMBER_PATTERN,
    PERSONAL_FACT_PATTERN,
    is_element_name,
)
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

_RUN_BEFORE_FACT_RE = re.compile(
    rf"(?<![{HAN}·•])(?!(?<=[0-9])月)(?P<run>[{HAN}]{{2,14}})(?=[ ]?[,，( |\t—]{{1,3}}\s?{PERSONAL_FACT_PATTERN})"
)
_NUMBER_AFTER_RE = re.compile(
    rf"[ ]?[,，( |\t—]{{1,3}}\s?(?:{MOBILE_NUMBER_PATTERN}|{BANK_CARD_PATTERN}|{ID_NUMBER_PATTERN})"
)
_CAPITAL_LETTER = r"[A-ZÀ-ÞĀ-ŽẠ-ỸА-ЯЁĐ]"
_ANY_LETTER = r"[A-Za-zÀ-ɏḀ-ỿЀ-ӿ'\-]"
_LATIN_NAME_RE = re.compile(
    rf"(?<!{_ANY_LETTER}){_CAPITAL_LETTER}{_ANY_LETTER}{{1,20}}(?:[ ·](?:{_CAPITAL_LETTER}{_ANY_LETTER}{{0,20}}\.?|[a-z]{{2,3}})){{0,3}}"
    rf"[ ·]{_CAPITAL_LETTER}{_ANY_LETTER}{{1,20}}"
    rf"(?=[ ]?[,，( |\t—(]{{1,2}}\s?(?:女|男|护照|永居证|居留证|永久居留|{COUNTRY_PATTERN}|[{HAN}]{{1,4}}籍|国籍))"
)
#: Before whom something is paid, heard, granted.
_RECIPIENT_VERBS = ("受理的", "支付", "退还", "通知", "住客", "给予", "处罚", "告知")
_ROLE_AND_LATIN_NAME_RE = re.compile(
    rf"(?P<role>[{HAN}]{{2,6}})[:：]?\s?(?P<name>[A-ZÀ-Ž][a-zß-žı'\-]{{1,20}}(?:[ ·][A-ZÀ-Ž][A-Za-zß-žı'\-.]{{0,20}}){{1,3}})"
)


def find_names_before_facts(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names before a personal fact, and Latin names after a role."""
    for match in _RUN_BEFORE_FACT_RE.finditer(search_text.text):
        run, end = match["run"], match.end()
        cut, kind, word = _split_role(search_text, match.start(), run)
        name = run[cut:]
        more = 0 if cut else _count_lead_characters(name)
        cut, name = cut + more, name[more:]
        if (
            len(name) > 6
            or name.endswith("户")
            or (kind == "public" and word not in _RECORD_WORDS)
            or len(name) < 2
            or _is_followed_by_office(search_text, end)
        ):
            continue
        sure = CERTAIN_FACT_AFTER_NAME.match(search_text.text, end)
        numbered = shape.get_surname_size(name) and _NUMBER_AFTER_RE.match(search_text.text, end)
        if is_possible_name(name, NameEvidence.FACT if sure or numbered else NameEvidence.LIST):
            yield match.start() + cut, end, kind if kind not in ("", "public") else "context", word
    for match in _LATIN_NAME_RE.finditer(search_text.text):
        yield *match.span(), "context", ""
    for match in _ROLE_AND_LATIN_NAME_RE.finditer(search_text.text):
        kind, word = context.find_role_at_end(match["role"])
        if kind in ("private", "kin", "minor") or match["role"].endswith(_RECIPIENT_VERBS):
            yield *match.span("name"), kind or "context", word


#: Text allowed between a word border and a name: conjunctions, one-character words for relatives, a place or an organisation.
_JOINING_WORDS_RE = re.compile(
    rf"(?:中国)?(?:{COUNTRY_PATTERN})(?:国|籍|人|公民|国籍){{0,2}}|(?:{read_alternation('roles', 'lead')}){{1,3}}|"
    r"兹有|现有|另有|同意|关于|对于|经查|其中|其[妻子女父母夫孙兄弟姐妹]|[致因与和由对被向将经让给为有替把见及找班叫是]|[妻子女父母夫孙媳婿]|"
    rf"[{HAN}]{{2,8}}(?:村|社区|镇|乡|街道|小组|[组社]|小学|中学|学院|大学|公司|单位|班)"
)


def _count_lead_characters(run: str) -> int:
    """Return how many characters before a name belong to a joining word."""
    match = _JOINING_WORDS_RE.match(run)
    if (
        not match
        or not (2 <= len(run) - match.end() <= 4 or is_element_name(run[match.end() :]))
        or (len(run) < 5 and has_clear_name_shape(run))
    ):
        return 0
    remaining = run[match.end() :]
    if remaining[0] in "人户员者方":
        return 0
    size = shape.get_surname_size(remaining)
    return match.end() if match.end() > 1 or (size and shape.score_name(remaining) > 0.3) else 0


#: Words of office that also head records of what private people said.
_RECORD_WORDS = frozenset(("记录", "来源", "编辑", "听证"))


def _split_role(search_text: SearchText, start: int, run: str) -> tuple[int, str, str]:
    """Return (length, kind, word) of the role at the start of `run`, else of the context."""
    for cut in range(len(run) - 2, 1, -1):
        if len(run) - cut > 5:
            break
        kind, word = context.find_role_at_end(run[:cut])
        if kind:
            return cut, kind, word
    context_before = context.read_left_context(search_text, start)
    return 0, context_before.kind, context_before.word


def _is_followed_by_office(search_text: SearchText, end: int) -> bool:
    """Return true if a public office or profession follows."""
    return right_context.is_official_after(search_text, end) or right_context.has_profession_after(search_text, end)


#: The word that is said of each, and what stands before it: a name at the head of a clause.
_HOUSEHOLD_WORD_RE = re.compile(r"户(?=[,，、。;；(]|[由均因的和与及经为未已按在从于申符不享属主])")
#: With 户 behind them a kind of household: 农户, 住户, 大户.
_HOUSEHOLD_KINDS = frozenset("农住商用客租大牧渔船散各每全入到困难贫低")
_LOST_WORD_RE = re.compile(r"(?:不慎)?(?:遗失|丢失)(?![的了声])")
_NAME_BEFORE_HOUSEHOLD_RE = re.compile(rf"(?<![{HAN}])(?P<name>[{HAN}]{{2,4}})$")
_NAME_BEFORE_LOST_RE = re.compile(
    rf"(?:^|(?<=[\n;；。]))\s*(?:[0-9]{{1,3}}[.、)]\s?)?(?P<name>[{HAN}]{{2,4}}|[{HAN}]{{2,6}}[·•・][{HAN}]{{1,9}})$"
)


def find_names_before_same_word(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names that several clauses have before the same word."""
    text = search_text.text
    for sign, name_pattern, least in (
        (_HOUSEHOLD_WORD_RE, _NAME_BEFORE_HOUSEHOLD_RE, 3),
        (_LOST_WORD_RE, _NAME_BEFORE_LOST_RE, 2),
    ):
        group: list[tuple[int, int]] = []
        for word in sign.finditer(text):
            low = max(0, word.start() - 20)
            match = name_pattern.search(text[low : word.start()])
            is_complete = match and (has_clear_name_shape(match["name"]) or match["name"][-1] not in _HOUSEHOLD_KINDS)
            if match and is_complete and _is_plausible_name(match["name"]) and not (low and not match.start()):
                group.append((low + match.start("name"), word.start()))
        names = [text[start:end] for start, end in group]
        plausible_names = sum("·" in name or has_clear_name_shape(name) for name in names)
        if len(group) < least or 2 * plausible_names < len(group):
            continue
        for start, end in group:
            if not lines.is_public_line(get_line_around(search_text, start, 40)):
                yield start, end, "list", ""


def _is_plausible_name(name: str) -> bool:
    """Return true for a foreign name, or a surname with a possible given name."""
    size = shape.get_surname_size(name)
    return "·" in name or (0 < size < len(name) <= size + 2 and is_possible_name(name, NameEvidence.FACT))


_UNSEPARATED_RUN_RE = re.compile(rf"\n[ \t]*(?P<run>[{HAN}]{{12,90}})[ \t]*(?=\n|$)")
_LIST_HEADING_RE = re.compile(r"名单|名册|花名|轮候|公示|人员如下|分别是|接龙|签到")


def find_unseparated_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names of a row without separators under a list heading (赵红英零志刚…)."""
    for match in _UNSEPARATED_RUN_RE.finditer(search_text.text):
        start = match.start("run")
        heading = search_text.text[max(0, start - 60) : start]
        if not _LIST_HEADING_RE.search(heading) or lines.is_public_line(heading):
            continue
        names = _split_names(match["run"])
        if 3 * sum(has_clear_name_shape(name) for name in names) < 2 * len(names):
            continue
        for name in names:
            yield start, start + len(name), "list", ""
            start += len(name)


def _split_names(run: str) -> list[str]:
    """Return the names of a run without separators, split with the best total score."""
    best: list[tuple[float, list[str]] | None] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        best_here: tuple[float, list[str]] | None = None
        for size in (2, 3, 4):
            earlier = best[end - size] if end >= size else None
            name = run[max(0, end - size) : end]
            opens = shape.get_surname_size(name)
            if earlier is None or not opens or not 0 < len(name) - opens < 3:
                continue
            worth = earlier[0] + max(shape.score_name(name), -0.5) + (0.6 if len(name) - opens == 2 else 0.0)
            if best_here is None or worth > best_here[0]:
                best_here = (worth, [*earlier[1], name])
        best.append(best_here)
    best_whole = best[-1]
    return best_whole[1] if best_whole else []
