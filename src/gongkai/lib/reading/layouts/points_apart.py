"""Split a paragraph of (1)…(2)…(3)… in which each point has its own units."""

from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.layouts.named import Habits
from gongkai.lib.reading.layouts.owners import split_owners

#: A count in brackets where one may begin: behind a stop, a bracket or the heading's number and name.
_COUNT = re.compile(r"(?<=[。；;）)〕】：:])[ \t\u3000]*(?=[（(](?P<count>\d{1,2})[）)])")
#: A longer line is not searched.
_MOST = 6000


def points_apart(line: str) -> list[str]:
    """Split a paragraph before its counts; return it whole if they do not count up."""
    found = list(_COUNT.finditer(line)) if len(line) <= _MOST else []
    if len(found) < 2 or [int(match["count"]) for match in found] != list(range(1, len(found) + 1)):
        return [line]
    places = [0, *(match.end() for match in found), len(line)]
    heading, *points = [line[begin:end].strip() for begin, end in pairwise(places)]
    if not heading or not all(len(cuts := split_owners(x, Habits())) == 1 and cuts[0][1] for x in points[:-1]):
        return [line]
    return [heading, *points]
