"""Propose groups of similar comments and matching points, without writing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gongkai.lib import matching
from gongkai.work.participation.models import Consultation

# Minimum similarity: people copy a text and change a sentence.
SIMILARITY_THRESHOLD = 0.6


def group_similar_texts(texts: Iterable[tuple[int, str]]) -> list[list[int]]:
    """Return groups of similar comments, the largest first, single ones last.

    Args:
        texts: (number, text) in the order of receipt.
    """
    rows = list(texts)
    # Most copies are identical and need no comparison.
    first: dict[str, int] = {}
    head: dict[int, int] = {number: first.setdefault(words.strip(), number) for number, words in rows}
    distinct = ((str(number), words) for words, number in first.items())
    for pair in matching.find_near_duplicates(distinct, at_least=SIMILARITY_THRESHOLD):
        head[int(pair.id)] = head[int(pair.of)]  # an earlier comment, whose head is known
    groups: dict[int, list[int]] = {}
    for number, _ in rows:
        groups.setdefault(head[head[number]], []).append(number)
    return sorted(groups.values(), key=lambda one: (-len(one), one[0]))


def match_groups_to_points(
    groups: Sequence[Sequence[int]], texts: dict[int, str], known: dict[str, int]
) -> dict[int, int]:
    """Return group position → point, for groups that resemble an existing point."""
    pairs = [(f"p{number}", words) for words, number in known.items()]
    pairs += [(f"g{place}", texts[group[0]]) for place, group in enumerate(groups)]
    found = matching.find_near_duplicates(pairs, at_least=SIMILARITY_THRESHOLD)
    return {
        int(duplicate.id[1:]): int(duplicate.of[1:])
        for duplicate in found
        if duplicate.id[0] == "g" and duplicate.of[0] == "p"
    }


# Maximum comments compared at once, and comments read between two progress messages.
MAX_COMPARED_COMMENTS = 20_000
PROGRESS_STEP = 1000
# Maximum characters of a gist taken from a comment.
MAX_GIST_CHARACTERS = 300


@dataclass(frozen=True)
class GroupingProposal:
    """A group of similar comments with an existing point, or None and a new gist."""

    comments: list[int]
    gist: str
    point: int | None


def _ignore_progress(words: str, done: int = 0, total: int = 0) -> None:
    pass


def propose_groups(
    consultation: Consultation, say: Callable[[str, int, int], None] = _ignore_progress
) -> list[GroupingProposal]:
    """Return the proposed groups; comments without a similar one are left out.

    Args:
        consultation: the period.
        say: the progress callback (words, done, total).
    """
    rows = (
        consultation.comments.filter(point=None).order_by("number").values_list("pk", "masked")[:MAX_COMPARED_COMMENTS]
    )
    total, loose = min(rows.count(), MAX_COMPARED_COMMENTS), []
    for place, (pk, words) in enumerate(rows.iterator(PROGRESS_STEP)):
        if place % PROGRESS_STEP == 0:
            say("读取意见", place, total)
        loose.append((pk, words.reveal()))
    say(f"比对{total}条意见", 0, 0)
    texts, groups = dict(loose), group_similar_texts(loose)
    known = {point.gist: point.pk for point in consultation.points.all()}
    with_point = match_groups_to_points(groups, texts, known)
    return [
        GroupingProposal(numbers, texts[numbers[0]][:MAX_GIST_CHARACTERS], with_point.get(place))
        for place, numbers in enumerate(groups)
        if len(numbers) > 1 or place in with_point
    ]
