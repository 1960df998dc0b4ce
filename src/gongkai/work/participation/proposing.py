"""Which loose comments of a period belong together, and under which point: read and compared, nothing written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gongkai.lib import matching
from gongkai.work.participation.models import Consultation

# Like comments together: near-duplicates by `matching`, each group begun by its earliest comment. Pure.


#: Least share in common: people copy a text and change a sentence.
AT_LEAST = 0.6


def group(texts: Iterable[tuple[int, str]]) -> list[list[int]]:
    """Return the comments in groups of those that say nearly the same, the largest group first, alone ones last.

    Args:
        texts: (number, words) of each, in the order in which they came.
    """
    rows = list(texts)
    # Whoever copies a text copies it whole, most often: that is seen without comparing.
    first: dict[str, int] = {}
    head: dict[int, int] = {number: first.setdefault(words.strip(), number) for number, words in rows}
    distinct = ((str(number), words) for words, number in first.items())
    for pair in matching.near_duplicates(distinct, at_least=AT_LEAST):
        head[int(pair.id)] = head[int(pair.of)]  # an earlier one: its own head is known
    groups: dict[int, list[int]] = {}
    for number, _ in rows:
        groups.setdefault(head[head[number]], []).append(number)
    return sorted(groups.values(), key=lambda one: (-len(one), one[0]))


def joined(groups: Sequence[Sequence[int]], texts: dict[int, str], known: dict[str, int]) -> dict[int, int]:
    """Return which groups nearly repeat a point that is there: place of the group → number of the point."""
    pairs = [(f"p{number}", words) for words, number in known.items()]
    pairs += [(f"g{place}", texts[group[0]]) for place, group in enumerate(groups)]
    found = matching.near_duplicates(pairs, at_least=AT_LEAST)
    return {
        int(duplicate.id[1:]): int(duplicate.of[1:])
        for duplicate in found
        if duplicate.id[0] == "g" and duplicate.of[0] == "p"
    }


#: Most comments that are compared at once, and how many are opened between two words about it.
MOST = 20_000
STEP = 1000
#: Longest gist (characters) that is taken from a comment.
GIST = 300


@dataclass(frozen=True)
class Proposal:
    """Comments that say nearly the same: under the point that they repeat, or (None) a new one with this gist."""

    comments: list[int]
    gist: str
    point: int | None


def _silent(words: str, done: int = 0, total: int = 0) -> None:
    """Say nothing: nobody waits elsewhere."""


def proposals(consultation: Consultation, say: Callable[[str, int, int], None] = _silent) -> list[Proposal]:
    """Return what can be put together; comments that nothing resembles are left out, for a person.

    Args:
        consultation: the period.
        say: is told how far it is: words, how many of how many.
    """
    rows = consultation.comments.filter(point=None).order_by("number").values_list("pk", "masked")[:MOST]
    total, loose = min(rows.count(), MOST), []
    for place, (pk, words) in enumerate(rows.iterator(STEP)):
        if place % STEP == 0:
            say("读取意见", place, total)
        loose.append((pk, words.reveal()))
    say(f"比对{total}条意见", 0, 0)
    texts, groups = dict(loose), group(loose)
    known = {point.gist: point.pk for point in consultation.points.all()}
    with_point = joined(groups, texts, known)
    return [
        Proposal(numbers, texts[numbers[0]][:GIST], with_point.get(place))
        for place, numbers in enumerate(groups)
        if len(numbers) > 1 or place in with_point
    ]
