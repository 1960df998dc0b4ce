"""Whether an entry repeats another: the same text somewhere else, whatever its title, and no form that was filled in otherwise. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.gathering.around import alike, own_lines, signs
from gongkai.oversight.gathering.likeness import (
    SENTENCE,
    bare,
    differs,
    near,
    pairs_of,
    runs_of,
    sentences,
    titles_agree,
)

if TYPE_CHECKING:
    from gongkai.oversight.gathering.models import Gathered

#: A title of fewer characters says too little to be the same text by itself.
TELLING = 12
#: The part of the shorter text's runs that texts of one title and day share, at least: one of them may be an excerpt.
EXCERPT = 0.5
#: A place as titles name it, with what stands before it. Two names are of one place where their last `_NAME` signs agree.
_PLACE = re.compile(rf"[{HAN}]{{2,6}}?(?:自治县|县|区|市|旗|镇|乡|街道|社区|村)(?![{HAN}]?长)")
_NAME = 3
#: What ends like a place and is none.
_NO_PLACE = re.compile(
    r"(?:全|本|各|我|辖)[县区市乡]$|(?:城|社|园|小|景|山|郊|灾|片|街|地)区$|(?:超|上|都|城)市$|城乡$"
)
#: Words of a title that stand before a place and are no part of its name (转发市安委办…).
_BEFORE = re.compile(r"转发|转载|印发|批转|关于")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Told:
    """What is known of an entry when it is held against another: its title, words, day, the unit whose source brought it, and whether that is
    a library of laws."""

    title: str
    text: str
    day: date | None
    unit: str
    laws: bool = False

    @classmethod
    def of(cls, row: "Gathered") -> "Told":
        """Return what a row tells."""
        day = timezone.localdate(row.written_at) if row.written_at else None
        return cls(row.title, row.text, day, row.source.unit_name, row.source.laws)


def places_in(words: str) -> set[str]:
    """Return the places that words name, each with what stands before it."""
    return {name for name in _PLACE.findall(_BEFORE.sub(" ", words)) if not _NO_PLACE.search(name)}


def _share_place(own: set[str], other: set[str]) -> bool:
    return any(a[-_NAME:] == b[-_NAME:] for a in own for b in other)


def elsewhere(row: Told, other: Told) -> bool:
    """Whether two entries are about different places: their titles name different ones, or each names that of its own source only."""
    own, its = places_in(row.title), places_in(other.title)
    if own and its:
        return not _share_place(own, its)
    home, away = places_in(row.unit), places_in(other.unit)
    if not home or not away or _share_place(home, away):
        return False
    here, there = own | places_in(row.text), its | places_in(other.text)
    mine = _share_place(here, home) and not _share_place(here, away)
    return mine and _share_place(there, away) and not _share_place(there, home)


def repeats(row: Told, other: Told) -> bool:
    """Whether an entry repeats another: it says most of its sentences word for word, or the same text under nearly the same title, or has the same
    telling title on one day with a part of the text.

    Forms that are filled in for different places, names, numbers or years are no repeats, however alike they are.
    """
    if _other_edition(row, other) or elsewhere(row, other):
        return False
    shared, varied, contrary = _held_against(row, other)
    if contrary or _of_series(row.title, other.title):
        return False
    agree = titles_agree(row.title, other.title)
    if (shared >= MOST_SENTENCES and varied <= FEW_SENTENCES) or (agree and _within(row, other)):
        return True
    if _other_numbers(row.title, other.title):
        return False
    if bare(row.title) == bare(other.title) and len(bare(row.title)) >= TELLING:
        return _one_text(row, other)
    return agree and near(row.text, other.text) and varied <= FEW_SENTENCES


#: The part of the shorter text's runs that the longer one has, where it is the same text within what another site put around it.
WITHIN = 0.9


def _within(row: Told, other: Told) -> bool:
    """Whether a text stands within another."""
    shorter, longer = sorted(
        (runs_of("".join(own_lines(one.text, one.title))) for one in (row, other)), key=len
    )
    return bool(shorter) and len(shorter & longer) >= WITHIN * len(shorter)


#: The part of the shorter text that the longer one says word for word, where it is the same text with another lead or end; the part that it
#: says otherwise, at most (forms are alike, and vary in most sentences that tell a fact).
MOST_SENTENCES, FEW_SENTENCES = 0.7, 0.2
#: The part of a sentence's pairs of characters that the same sentence, filled in otherwise, has.
VARIED = 0.5


def _held_against(row: Told, other: Told) -> tuple[float, float, bool]:
    """Return which part of the shorter text's sentences the longer one says word for word, which it says otherwise, and whether both name different
    figures in one sentence, or the shorter one alone in a cell or line that is no sentence."""
    own, its = ([one.text, sentences(one.text, one.title)] for one in (row, other))
    (text, said), (longer, there) = sorted((own, its), key=lambda one: sum(map(len, one[1])))
    left = [(piece, pairs_of(piece)) for piece in {*there} - {*said}]
    same = varied = 0
    contrary = bool(_cells(str(text)) - {*_NUMBER.findall(str(longer))})
    for piece in said:
        if piece in there:
            same += len(piece)
            continue
        pairs = pairs_of(piece)
        alike_to = [one for one, its in left if len(pairs & its) >= VARIED * min(len(pairs), len(its))]
        varied += len(piece) if alike_to else 0
        figures = {*_NUMBER.findall(piece)}
        contrary |= bool(alike_to) and all(
            figures - (others := {*_NUMBER.findall(one)}) and others - figures for one in alike_to
        )
    whole = sum(map(len, said)) or 1
    return same / whole, varied / whole, contrary


def _cells(text: str) -> set[str]:
    """Return the figures of lines that are too short for a sentence: cells of a table."""
    lines = (line for line in text.splitlines() if len(bare(line)) < SENTENCE and not signs(alike(line)))
    return {figure for line in lines for figure in _NUMBER.findall(line)}


def _of_series(title: str, other: str) -> bool:
    """Whether two titles differ in their numbers alone: issues of a series."""
    same = bare(title) == bare(other)
    return not same and _NUMBER.sub("#", bare(title)) == _NUMBER.sub("#", bare(other))


def _other_edition(row: Told, other: Told) -> bool:
    """Whether two entries of libraries of laws are editions of one law, which share their title and nearly all words: they say something else,
    or, where the words of one are not known, are of different days."""
    if not (row.laws and other.laws):
        return False
    return differs(row.text, other.text) if row.text and other.text else row.day != other.day


def _one_text(row: Told, other: Told) -> bool:
    """Whether two entries of one telling title are one text: on one day, as far as it is known, where their words agree in part."""
    if row.day and other.day and row.day != other.day:
        return near(row.text, other.text)
    a, b = runs_of(row.text), runs_of(other.text)
    return not a or not b or len(a & b) >= EXCERPT * min(len(a), len(b))


def _other_numbers(title: str, other: str) -> bool:
    """Whether both titles have numbers (a year, an issue, a document's number) and not the same."""
    own, its = set(_NUMBER.findall(title)), set(_NUMBER.findall(other))
    return bool(own and its) and not (own <= its or its <= own)
