"""Points whose first line names the units, and whose text stands below it."""

from gongkai.lib.reading.layouts.named import Habits
from gongkai.lib.reading.layouts.owners import names_units, split_owners
from gongkai.lib.reading.words.numbering import number_of


def texts_below(texts: list[str], start: int, end: int, habits: Habits) -> int:
    """Where the last point's text ends, if the points of a notice are followed by their text; 0 where they are not.

    So it is where two or more numbered points name units and all but one of them are followed by a paragraph without a number and
    without units; the last point must be, else the text belongs to the points below it.
    """
    points = [n for n in range(start, end) if number_of(texts[n]) and split_owners(texts[n], habits)[-1][1]]
    followed = [n for n in points if n + 1 < len(texts) and _is_plain(texts[n + 1], habits)]
    if len(followed) < 2 or len(followed) < len(points) - 1 or followed[-1] != points[-1]:
        return 0
    last = points[-1] + 1
    own = max(_length(texts, n + 1, habits) for n in followed[:-1])
    return min(last + own, last + _length(texts, last, habits))


def _length(texts: list[str], start: int, habits: Habits) -> int:
    """How many plain paragraphs stand from a place on."""
    end = start
    while end < len(texts) and _is_plain(texts[end], habits):
        end += 1
    return end - start


def _is_plain(text: str, habits: Habits) -> bool:
    return number_of(text) is None and not names_units(text) and not split_owners(text, habits)[-1][1]
