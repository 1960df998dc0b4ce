"""Apply all proofreading rules to a text, with one finding for each place."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from gongkai.lib.privacy.frame import Frame, prepare_text
from gongkai.lib.privacy.model import Finding, PrivacyError
from gongkai.lib.privacy.proofreading import (
    attendance,
    characters,
    contexts,
    expressions,
    frames,
    full_lists,
    idioms,
    listing,
    marks,
    names,
    numbers,
    omissions,
    order,
    parts,
    phrases,
    plausible,
    renamed,
    repeats,
    shares,
    slips,
    spans,
    titles,
    totals,
    weighing,
)
from gongkai.lib.privacy.proofreading.around import formed
from gongkai.lib.privacy.proofreading.terms import TermList

_RULES: tuple[Callable[[Frame], Iterator[Finding]], ...] = (
    phrases.set_phrases,
    expressions.expressions,
    characters.confusions,
    contexts.contexts,
    characters.doubled,
    characters.stuttered,
    characters.echoed,
    characters.twos,
    repeats.repeats,
    repeats.said_again,
    repeats.auxiliaries,
    numbers.document_numbers,
    numbers.dates,
    numbers.periods,
    spans.spans,
    numbers.weekdays,
    numbers.until,
    totals.sums,
    attendance.attendance,
    shares.shares,
    parts.added,
    full_lists.slipped_totals,
    order.ordinals,
    listing.series,
    listing.articles,
    marks.brackets,
    marks.punctuation,
    phrases.adverts,
    slips.idioms,
    frames.frames,
    frames.both,
    titles.titles,
)
#: Rules that hold a table of strings, wrong wherever they stand: quick, and seldom wrong where many pages are read and nobody waits.
_CERTAIN: tuple[Callable[[Frame], Iterator[Finding]], ...] = (
    phrases.set_phrases,
    characters.confusions,
    characters.doubled,
    characters.stuttered,
    characters.twos,
)
#: What the counts lead to doubt.
_GUESSES: tuple[Callable[[Frame], Iterator[Finding]], ...] = (
    weighing.improbable,
    omissions.omissions,
)


def proofread(
    text: str,
    *,
    units: Iterable[str] = (),
    short: Iterable[str] = (),
    leaders: Sequence[tuple[str, str]] = (),
    terms: TermList | None = None,
) -> list[Finding]:
    """Return probable mistakes in an official text, with place, reason and suggestion.

    Args:
        text: any text; offsets of the findings are offsets in it.
        units: official names of units; near misses are reported.
        short: their registered short names, which are right as they stand and may look like near misses.
        leaders: name and post of the leaders; another post beside a name is reported. Rows without a name or a post say nothing.
        terms: the office's own terms.

    Returns:
        Findings in order. The kinds are listed in `docs/privacy.md`.

    Raises:
        PrivacyError: no text, or lists of another shape.
    """
    view = prepare_text(text)
    official = checked_units(units)
    found: list[Finding] = list(names.unit_names(view, official, checked_units(short)))
    found += names.leaders(view, checked_leaders(leaders))
    if terms is not None:
        found += terms.find(view)
    found += renamed.old_names(view, official)
    for rule in _RULES:
        found += rule(view)
    for guess in _GUESSES:
        found += (finding for finding in guess(view) if not _settled(text, finding))
    return _once(found)


def certain(text: str) -> list[Finding]:
    """Return certain mistakes only, in a fifth of the time of `proofread`."""
    view = prepare_text(text, seldom=True)
    found: list[Finding] = list(renamed.old_names(view, ()))
    for rule in _CERTAIN:
        found += rule(view)
    return _once(found)


def checked_units(units: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty names of a list."""
    names_given: tuple[object, ...] = (None,) if isinstance(units, str) else tuple(units)
    if not all(isinstance(name, str) for name in names_given):
        raise PrivacyError("单位名称应为一组文字")
    return tuple(name for name in map(str, names_given) if name.strip())


def checked_leaders(leaders: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the rows of a list that have a name and a post."""
    rows: list[object] = [None] if isinstance(leaders, str) else list(leaders)
    pairs: list[tuple[str, str]] = []
    for row in rows:
        if not isinstance(row, tuple | list) or [type(cell) for cell in row] != [str, str]:
            raise PrivacyError("领导名单的每一项应为“姓名、职务”两项文字")
        if row[0].strip() and row[1].strip():
            pairs.append((row[0], row[1]))
    return pairs


def _settled(text: str, one: Finding) -> bool:
    if plausible.explained(text, one):
        return True
    if one.kind == "typo" and formed(text, one.start, one.end):
        return True
    return idioms.settled(text, one.start, one.end) or expressions.settled(text, one.start, one.end)


#: Kinds whose places are long and may hold mistakes of other kinds.
_WIDE = frozenset({"sum", "bracket"})


def _once(found: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    taken: dict[str, set[int]] = {}
    for finding in found:
        span = range(finding.start, finding.end)
        places = taken.setdefault(finding.kind if finding.kind in _WIDE else "", set())
        if places.isdisjoint(span):
            places.update(span)
            kept.append(finding)
    return sorted(kept, key=lambda finding: finding.start)
