"""Decide whether a collected entry duplicates another, by text, title, day and the places that they concern.

Titles alone do not count; forms that are filled in differently are no duplicates.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.gathering.boilerplate import get_own_lines, is_signature_line, normalise_line
from gongkai.oversight.gathering.near_duplicates import (
    MIN_SENTENCE_CHARACTERS,
    are_near_duplicates,
    get_character_pairs,
    get_trigrams,
    has_changed,
    split_sentences,
    strip_punctuation,
    titles_agree,
)

if TYPE_CHECKING:
    from gongkai.oversight.gathering.models import Gathered

#: Minimum length of a title that identifies a text alone.
MIN_IDENTIFYING_TITLE_CHARACTERS = 12
#: Minimum share of trigrams that texts of one title and day have in common; one may be an excerpt.
MIN_EXCERPT_SHARE = 0.5
#: Place name in a title with the preceding text; equal if the last `_COMPARED_NAME_CHARACTERS` characters agree.
_PLACE_NAME_RE = re.compile(rf"[{HAN}]{{2,6}}?(?:自治县|县|区|市|旗|镇|乡|街道|社区|村)(?![{HAN}]?长)")
_COMPARED_NAME_CHARACTERS = 3
#: Words that end like a place name but are none.
_NON_PLACE_RE = re.compile(
    r"(?:全|本|各|我|辖)[县区市乡]$|(?:城|社|园|小|景|山|郊|灾|片|街|地)区$|(?:超|上|都|城)市$|城乡$"
)
#: Words before a place name that do not belong to it (转发市安委办…).
_WORDS_BEFORE_PLACE_RE = re.compile(r"转发|转载|印发|批转|关于")
_DIGIT_RUN_RE = re.compile(r"\d+")


@dataclass(frozen=True)
class ComparedEntry:
    """Comparison data of an entry: title, text, day, unit of the source, law library flag."""

    title: str
    text: str
    day: date | None
    unit: str
    laws: bool = False  # its source lists laws

    @classmethod
    def from_row(cls, row: "Gathered") -> "ComparedEntry":
        """Return the comparison data of a row."""
        day = timezone.localdate(row.written_at) if row.written_at else None
        return cls(row.title, row.text, day, row.source.unit_name, row.source.laws)


def find_places(text: str) -> set[str]:
    """Return the place names in a text, each with the preceding text."""
    return {
        name for name in _PLACE_NAME_RE.findall(_WORDS_BEFORE_PLACE_RE.sub(" ", text)) if not _NON_PLACE_RE.search(name)
    }


def _share_place(own: set[str], other: set[str]) -> bool:
    """Return True if a place name of each set ends with the same three characters."""
    return any(a[-_COMPARED_NAME_CHARACTERS:] == b[-_COMPARED_NAME_CHARACTERS:] for a in own for b in other)


def concerns_other_place(row: ComparedEntry, other: ComparedEntry) -> bool:
    """Return True if two entries concern different places by their titles or sources."""
    own, its = find_places(row.title), find_places(other.title)
    if own and its:
        return not _share_place(own, its)
    home, away = find_places(row.unit), find_places(other.unit)
    if not home or not away or _share_place(home, away):
        return False
    own_places, other_places = own | find_places(row.text), its | find_places(other.text)
    mine = _share_place(own_places, home) and not _share_place(own_places, away)
    return mine and _share_place(other_places, away) and not _share_place(other_places, home)


def is_duplicate(row: ComparedEntry, other: ComparedEntry) -> bool:
    """Return True if an entry duplicates another.

    Duplicates share most sentences literally, or nearly all text with a similar title, or a telling
    title and day with part of the text. Forms filled in for different places, names, numbers or
    years are no duplicates.
    """
    if _is_other_edition(row, other) or concerns_other_place(row, other):
        return False
    shared, varied, contrary = _compare_sentences(row, other)
    if contrary or _are_of_series(row.title, other.title):
        return False
    agree = titles_agree(row.title, other.title)
    if (shared >= MIN_EQUAL_SENTENCE_SHARE and varied <= MAX_VARIED_SENTENCE_SHARE) or (
        agree and _is_contained(row, other)
    ):
        return True
    if _have_other_numbers(row.title, other.title):
        return False
    if (
        strip_punctuation(row.title) == strip_punctuation(other.title)
        and len(strip_punctuation(row.title)) >= MIN_IDENTIFYING_TITLE_CHARACTERS
    ):
        return _is_same_text(row, other)
    return agree and are_near_duplicates(row.text, other.text) and varied <= MAX_VARIED_SENTENCE_SHARE


#: Minimum share of the shorter text's trigrams in a longer one that adds boilerplate.
MIN_CONTAINED_SHARE = 0.9


def _is_contained(row: ComparedEntry, other: ComparedEntry) -> bool:
    """Return whether the shorter text is mostly contained in the longer one."""
    shorter, longer = sorted(
        (get_trigrams("".join(get_own_lines(entry.text, entry.title))) for entry in (row, other)), key=len
    )
    return bool(shorter) and len(shorter & longer) >= MIN_CONTAINED_SHARE * len(shorter)


#: Minimum share of literally equal sentences with another lead or end, and the maximum share of varied ones.
MIN_EQUAL_SENTENCE_SHARE, MAX_VARIED_SENTENCE_SHARE = 0.7, 0.2
#: Minimum share of common character pairs of a sentence that is filled in differently.
MIN_VARIED_SENTENCE_SHARE = 0.5


def _compare_sentences(row: ComparedEntry, other: ComparedEntry) -> tuple[float, float, bool]:
    """Return (share of literally equal, of varied sentences of the shorter text, whether figures differ).

    The third value is true if both name different figures in one sentence or table cell.
    """
    own_text, its = ([entry.text, split_sentences(entry.text, entry.title)] for entry in (row, other))
    (text, sentences), (longer, there) = sorted((own_text, its), key=lambda one: sum(map(len, one[1])))
    remaining = [(piece, get_character_pairs(piece)) for piece in {*there} - {*sentences}]
    equal_length = varied_length = 0
    contrary = bool(_list_cell_figures(str(text)) - {*_DIGIT_RUN_RE.findall(str(longer))})
    for piece in sentences:
        if piece in there:
            equal_length += len(piece)
            continue
        pairs = get_character_pairs(piece)
        alike_to = [
            sentence
            for sentence, its in remaining
            if len(pairs & its) >= MIN_VARIED_SENTENCE_SHARE * min(len(pairs), len(its))
        ]
        varied_length += len(piece) if alike_to else 0
        figures = {*_DIGIT_RUN_RE.findall(piece)}
        contrary |= bool(alike_to) and all(
            figures - (other_figures := {*_DIGIT_RUN_RE.findall(value)}) and other_figures - figures
            for value in alike_to
        )
    total_length = sum(map(len, sentences)) or 1
    return equal_length / total_length, varied_length / total_length, contrary


def _list_cell_figures(text: str) -> set[str]:
    """Return the figures in a text's short lines, which are table cells."""
    lines = (
        line
        for line in text.splitlines()
        if len(strip_punctuation(line)) < MIN_SENTENCE_CHARACTERS and not is_signature_line(normalise_line(line))
    )
    return {figure for line in lines for figure in _DIGIT_RUN_RE.findall(line)}


def _are_of_series(title: str, other: str) -> bool:
    """Return True if two titles are alike but for their numbers, as 第1期 and 第2期."""
    is_equal = strip_punctuation(title) == strip_punctuation(other)
    return not is_equal and _DIGIT_RUN_RE.sub("#", strip_punctuation(title)) == _DIGIT_RUN_RE.sub(
        "#", strip_punctuation(other)
    )


def _is_other_edition(row: ComparedEntry, other: ComparedEntry) -> bool:
    """Return True if two law library entries are different editions of one law."""
    if not (row.laws and other.laws):
        return False
    return has_changed(row.text, other.text) if row.text and other.text else row.day != other.day


def _is_same_text(row: ComparedEntry, other: ComparedEntry) -> bool:
    """Return true if the texts are near, or one is an excerpt of the same day."""
    if row.day and other.day and row.day != other.day:
        return are_near_duplicates(row.text, other.text)
    a, b = get_trigrams(row.text), get_trigrams(other.text)
    return not a or not b or len(a & b) >= MIN_EXCERPT_SHARE * min(len(a), len(b))


def _have_other_numbers(title: str, other: str) -> bool:
    """Return True if both titles contain numbers and neither has all of the other's."""
    own, its = set(_DIGIT_RUN_RE.findall(title)), set(_DIGIT_RUN_RE.findall(other))
    return bool(own and its) and not (own <= its or its <= own)
