"""Like comments together: near-duplicates by `matching`, each group begun by its earliest comment. Pure."""

from collections.abc import Iterable, Sequence

from gongkai.lib import matching

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
