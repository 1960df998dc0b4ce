"""Apply all proofreading rules to a text, and find misspelt idioms."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_rows, read_word_file
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading import (
    characters,
    expressions,
    names,
    numbering,
    numbers,
    omissions,
    part_sums,
    phrases,
    plausible,
    proper_names,
    punctuation,
    repeats,
    shares,
    totals,
    weighted_clues,
)
from gongkai.lib.privacy.proofreading.candidate_places import is_free_compound
from gongkai.lib.privacy.proofreading.repeats import count_sequence
from gongkai.lib.privacy.proofreading.suspects import list_similar_characters
from gongkai.lib.privacy.proofreading.terms import TermList, check_leaders, check_units
from gongkai.lib.privacy.search_text import SearchText, prepare_text


@cache
def _load_idioms() -> frozenset[str]:
    return frozenset(row[0] for row in read_rows("idioms_open"))


def _is_productive_pattern(word: str) -> bool:
    """Return true for a pattern into which many words fit (AABB, 有所, 无所)."""
    turned = word[0] == word[2] or word[1] == word[3]
    return turned or word[1:3] in ("有所", "无所") or word[0] + word[2] in _OPEN_PATTERNS


#: First and third characters of such patterns.
_OPEN_PATTERN_LIST = (
    "一二 不没 无不 千万 百千 东西 左右 上下 前后 大小 天地 男女 有无 七八 三五 四八 半不 非即 连带 且且 自他"
)
_OPEN_PATTERNS = frozenset(_OPEN_PATTERN_LIST.split())


@cache
def list_fixed_idioms(place: int) -> frozenset[str]:
    """Return the idioms whose character at a place never varies."""
    return frozenset(
        row[0]
        for row in read_rows("idioms_open")
        if f"s{place}" not in (row[1].split() if len(row) > 1 else ()) and not _is_productive_pattern(row[0])
    )


def is_in_idiom(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a correct idiom."""
    known = _load_idioms()
    return any(at <= start and end <= at + 4 and text[at : at + 4] in known for at in range(max(0, end - 4), start + 1))


@cache
def _load_wildcards() -> tuple["array[int]", ...]:
    """Return for each place the words of `words4` in order, with the character at that place last.

    A word is an integer of its four characters: a dict takes 8 MB, this .2.
    """
    words = read_word_file("words4")
    return tuple(
        array("Q", sorted(_pack_word(word[:place] + word[place + 1 :] + word[place]) for word in words))
        for place in range(4)
    )


def _pack_word(word: str) -> int:
    return int.from_bytes(word.encode("utf-16-be"))


def _list_characters_at(text: str, place: int) -> Iterator[str]:
    """Yield the characters that make a word of `words4` at a place of a text of four characters."""
    words = _load_wildcards()[place]
    rest = _pack_word(text[:place] + text[place + 1 :])
    at = bisect_left(words, rest << 16)
    while at < len(words) and words[at] >> 16 == rest:
        yield chr(words[at] & 0xFFFF)
        at += 1


def find_idiom_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield set phrases of four characters with one wrong or all homophone characters."""
    text, starts = search_text.text, search_text.starts
    heads, tails = _load_halves()
    begun = _load_by_first_three()
    last_end = -1
    for start in range(len(text) - 3):
        if not starts[start] or start < last_end:
            continue
        head, tail = text[start : start + 3], text[start + 1 : start + 4]
        correct = ""
        if head[:2] in heads or tail[1:] in tails:
            correct = _find_similar_idiom(search_text, start)
        if not correct and head in begun:
            correct = _find_idiom_by_start(search_text, start)
        if correct:
            last_end = start + 4
            written = text[start:last_end]
            yield Finding(
                "typo", start, last_end, search_text.source[start:last_end], f"“{written}”疑为“{correct}”之误", correct
            )


@cache
def _load_halves() -> tuple[frozenset[str], frozenset[str]]:
    """Return the first and the last two characters of all four-character words."""
    words = read_word_file("idioms") | read_word_file("words4")
    return frozenset(word[:2] for word in words), frozenset(word[2:] for word in words)


def _find_similar_idiom(search_text: SearchText, start: int) -> str:
    """Return the idiom that differs in one similar character, or an empty string."""
    text = search_text.text[start : start + 4]
    if (
        shape.is_dictionary_word(text)
        or text in read_word_file("words4")
        or not _has_word_borders(search_text, start, 4)
    ):
        return ""
    for place in range(4):
        for char in _list_characters_at(text, place):
            if char in list_similar_characters(text[place]) and _is_unknown_sequence(text, place):
                return text[:place] + char + text[place + 1 :]
    return ""


@cache
def _load_by_first_three() -> dict[str, str]:
    """Return the idioms by their first three characters, "" where several share them."""
    by_first_three: dict[str, str] = {}
    for word in sorted(read_word_file("idioms") | list_fixed_idioms(3)):
        by_first_three[word[:3]] = "" if word[:3] in by_first_three else word
    return by_first_three


def _find_idiom_by_start(search_text: SearchText, start: int) -> str:
    """Return the idiom that begins with the three characters at `start`, or ""."""
    text = search_text.text[start : start + 4]
    idiom = _load_by_first_three().get(text[:3], "")
    if (
        not idiom
        or idiom == text
        or len(text) < 4
        or count_sequence(text)
        or count_sequence(text[:3]) > 1.2 * count_sequence(idiom)
    ):
        return ""
    # 在此一并致谢: the last two are a word that good texts have more than those of the idiom.
    is_other_word = count_sequence(text[2:]) > count_sequence(idiom[2:]) and idiom[3] not in list_similar_characters(
        text[3]
    )
    return "" if is_other_word and not count_sequence(idiom) else idiom


def _is_unknown_sequence(text: str, place: int) -> bool:
    """Return whether neither the text nor its three characters around `place` were ever counted."""
    return not count_sequence(text) and not any(
        count_sequence(text[at : at + 3]) > 0 for at in (0, 1) if at <= place < at + 3
    )


def _has_word_borders(search_text: SearchText, start: int, size: int) -> bool:
    """Return whether a span begins and ends at borders of words."""
    left = start == 0 or search_text.starts[start] > 0
    end = start + size
    return left and (
        end >= len(search_text.text)
        or search_text.starts[end] > 0
        or not shape.HAN_CHARACTER_PATTERN.match(search_text.text[end])
    )


@cache
def _load_titles() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row[0]), row[1], row[2]) for row in read_rows("titles"))


def find_wrong_titles(search_text: SearchText) -> Iterator[Finding]:
    """Yield official posts that the body next to them does not have (`data/titles.tsv`)."""
    for pattern, correct, reason in _load_titles():
        for match in pattern.finditer(search_text.text):
            start, end = next(
                (match.span(name) for name in pattern.groupindex if match[name] is not None), match.span()
            )
            text = search_text.source[start:end]
            meant = f"副{correct}" if text.startswith("副") and not correct.startswith("副") else correct
            yield Finding("title", start, end, text, f"职务或会议称谓有误：{reason}", meant)


_START_WORDS = "开工|动工|启动|开始|开建|始建|立项|生效|施行|实施|起|成立|受理"
_END_WORDS = "完工|竣工|建成|验收|结束|终止|届满|失效|投用|投入使用|交付|通车|办结|止"
_DATE_TEMPLATE = r"(?P<y{0}>(?:19|20)[0-9]{{2}})年(?P<m{0}>[0-9]{{1,2}})月(?:(?P<d{0}>[0-9]{{1,2}})日)?"
_START_AND_END_DATE_RE = re.compile(
    _DATE_TEMPLATE.format(1)
    + rf"[{HAN}]{{0,6}}?(?:{_START_WORDS})[^0-9。；;\n]{{0,16}}[，,、]?(?:有效期)?(?:计划于|预计于|预计|于|至|到)?"
    + _DATE_TEMPLATE.format(2)
    + rf"(?:前|底|份)?(?:[{HAN}]{{0,6}}?(?:{_END_WORDS})|(?=[。；;，,]))"
)


def find_time_contradictions(search_text: SearchText) -> Iterator[Finding]:
    """Yield an end date before its start date."""
    text = search_text.text
    for match in _START_AND_END_DATE_RE.finditer(text):
        if _is_later(match, 1, match, 2):
            yield _make_finding(
                search_text, match.start("y2"), match.end("d2" if match["d2"] else "m2") + 1, "结束早于开始"
            )


def _is_later(match: re.Match[str], first: int, other: re.Match[str], second: int) -> bool:
    """Return true if the date in group `first` is later than the other."""
    days = match[f"d{first}"] and other[f"d{second}"]
    units = "ymd" if days else "ym"
    return [int(match[f"{unit}{first}"]) for unit in units] > [int(other[f"{unit}{second}"]) for unit in units]


def _make_finding(search_text: SearchText, start: int, end: int, reason: str) -> Finding:
    return Finding("date", start, end, search_text.source[start:end], f"日期有误：{reason}")


_PROOFREADING_RULES: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (
    phrases.find_known_phrase_errors,
    expressions.find_phrase_errors,
    characters.find_confusions,
    phrases.find_wrong_words,
    characters.find_doubled_words,
    characters.find_repeated_last_characters,
    characters.find_repeated_word_parts,
    characters.find_wrong_twos,
    repeats.find_repeated_characters,
    repeats.find_repeated_clauses,
    repeats.find_repeated_auxiliaries,
    numbers.find_document_number_errors,
    numbers.find_date_errors,
    numbers.find_period_errors,
    find_time_contradictions,
    numbers.find_weekday_errors,
    numbers.find_until_errors,
    totals.find_sum_errors,
    totals.find_attendance_errors,
    shares.find_share_errors,
    part_sums.find_addition_errors,
    shares.find_slipped_totals,
    numbering.find_heading_errors,
    numbering.find_item_number_errors,
    numbering.find_article_errors,
    punctuation.find_unpaired_brackets,
    punctuation.find_punctuation_errors,
    phrases.find_advertising_words,
    find_idiom_errors,
    phrases.find_incomplete_patterns,
    phrases.find_wrong_conjunctions,
    find_wrong_titles,
)
#: Rules with tables of strings that are wrong in any context: quick, few false findings, for checks of many pages.
_CERTAIN_RULES: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (
    phrases.find_known_phrase_errors,
    characters.find_confusions,
    characters.find_doubled_words,
    characters.find_repeated_last_characters,
    characters.find_wrong_twos,
)
#: Rules based on counts of characters and words.
_STATISTICAL_RULES: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (
    weighted_clues.find_improbable_characters,
    omissions.find_omissions,
)


def proofread(
    text: str,
    *,
    units: Iterable[str] = (),
    short_names: Iterable[str] = (),
    leaders: Sequence[tuple[str, str]] = (),
    terms: TermList | None = None,
) -> list[Finding]:
    """Return probable mistakes in an official text, with place, reason and suggestion.

    Args:
        text: any text; offsets of the findings are offsets in it.
        units: official names of units; near misses are reported.
        short_names: their registered short names, which are never reported.
        leaders: name and post of the leaders; another post beside a name is reported. Pairs without a name or a post are ignored.
        terms: the office's own terms.

    Returns:
        Findings in order. The kinds are listed in `docs/privacy.md`.

    Raises:
        PrivacyError: no text, or lists of another shape.
    """
    search_text = prepare_text(text)
    official = check_units(units)
    findings: list[Finding] = list(names.find_unit_name_errors(search_text, official, check_units(short_names)))
    findings += names.find_leader_errors(search_text, check_leaders(leaders))
    if terms is not None:
        findings += terms.find(search_text)
    findings += names.find_former_names(search_text, official)
    for rule in _PROOFREADING_RULES:
        findings += rule(search_text)
    for guess in _STATISTICAL_RULES:
        findings += (
            finding
            for finding in guess(search_text)
            if not (
                _is_settled(text, finding) or proper_names.is_part_of_proper_name(search_text, finding, guessed=True)
            )
        )
    kept = [one for one in _drop_overlaps(findings) if not proper_names.is_part_of_proper_name(search_text, one)]
    return [_quote(text, one) for one in kept]


def find_certain_errors(search_text: SearchText) -> list[Finding]:
    """Return certain mistakes only, in a fifth of the time of `proofread`."""
    findings: list[Finding] = list(names.find_former_names(search_text, ()))
    for rule in _CERTAIN_RULES:
        findings += rule(search_text)
    return [_quote(search_text.source, one) for one in _drop_overlaps(findings)]


def _quote(source: str, finding: Finding) -> Finding:
    """Return a finding with the words as given, which the rules have in half width and simplified."""
    words = source[finding.start : finding.end]
    return finding if words == finding.text else replace(finding, text=words)


def _is_settled(text: str, finding: Finding) -> bool:
    """Return whether the sentence, a free compound, an idiom or a set phrase explains a finding."""
    if plausible.is_explained_by_sentence(text, finding):
        return True
    if finding.kind == "typo" and is_free_compound(text, finding.start, finding.end):
        return True
    return is_in_idiom(text, finding.start, finding.end) or expressions.is_in_set_phrase(
        text, finding.start, finding.end
    )


#: Kinds whose places are long and may hold mistakes of other kinds.
_WIDE_KINDS = frozenset({"sum", "bracket"})


def _drop_overlaps(found: list[Finding]) -> list[Finding]:
    """Return the findings in text order; of overlapping ones, that which comes first in `found`.

    Findings of a wide kind only count as overlapping others of the same kind.
    """
    kept_findings: list[Finding] = []
    occupied: dict[str, set[int]] = {}
    for finding in found:
        span = range(finding.start, finding.end)
        places = occupied.setdefault(finding.kind if finding.kind in _WIDE_KINDS else "", set())
        if places.isdisjoint(span):
            places.update(span)
            kept_findings.append(finding)
    return sorted(kept_findings, key=lambda finding: finding.start)
