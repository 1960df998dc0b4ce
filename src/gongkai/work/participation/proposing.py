"""Which loose comments of a period belong together, and under which point: read and compared, nothing written."""

from collections.abc import Callable
from dataclasses import dataclass

from gongkai.work.participation.grouping import group, joined
from gongkai.work.participation.models import Consultation

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
