"""All rules over one text, each place once."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from gongkai.privacy.frame import Frame, frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading import (
    characters,
    expressions,
    listing,
    marks,
    names,
    numbers,
    omissions,
    order,
    parts,
    phrases,
    repeats,
    shares,
    slips,
    spans,
    titles,
    totals,
    weighing,
    wholes,
)
from gongkai.privacy.proofreading.terms import TermList

_RULES: tuple[Callable[[Frame], Iterator[Finding]], ...] = (
    phrases.set_phrases,
    phrases.numerals,
    expressions.expressions,
    characters.confusions,
    characters.doubled,
    characters.stuttered,
    characters.echoed,
    characters.twos,
    repeats.repeats,
    numbers.document_numbers,
    numbers.dates,
    numbers.periods,
    spans.spans,
    numbers.weekdays,
    numbers.until,
    totals.sums,
    shares.shares,
    parts.added,
    wholes.wholes,
    order.ordinals,
    listing.series,
    listing.spoken,
    listing.announced,
    marks.brackets,
    marks.punctuation,
    phrases.adverts,
    slips.idioms,
    titles.titles,
    weighing.improbable,
    omissions.omissions,
)


def proofread(
    text: str,
    *,
    units: Iterable[str] = (),
    leaders: Sequence[tuple[str, str]] = (),
    terms: TermList | None = None,
) -> list[Finding]:
    """Return what is probably wrong in an official text, with place, reason and suggestion.

    Args:
        text: any text; offsets of the findings are offsets in it.
        units: official names of units; near misses are reported.
        leaders: name and post of the leaders; another post beside a name is reported.
        terms: the office's own terms.

    Returns:
        Findings in order. The kinds are listed in `docs/privacy.md`.
    """
    view = frame(text)
    official = tuple(units)
    found: list[Finding] = list(names.unit_names(view, official))
    found += names.leaders(view, leaders)
    if terms is not None:
        found += terms.find(view)
    found += names.old_names(view, official)
    for rule in _RULES:
        found += rule(view)
    return _once(found)


def _once(found: list[Finding]) -> list[Finding]:
    """Keep the first rule's finding where two rules find the same place."""
    kept: list[Finding] = []
    taken: set[int] = set()
    for finding in found:
        span = range(finding.start, finding.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(finding)
    return sorted(kept, key=lambda finding: finding.start)
