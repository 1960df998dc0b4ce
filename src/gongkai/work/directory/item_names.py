"""Decide which titles and texts name an item of a catalogue. Pure.

A text in an item's column is not yet the item: the column may contain anything. A text counts when its title or its opening names the item.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold

#: Names of fewer characters (其他, 预算) occur in titles by accident.
MIN_NAME_CHARS = 3
#: Characters of a text's opening in which it may name an item; further down, a text mentions much that it is not about.
OPENING_CHARS = 300

_MARKS = re.compile(r"[\W_]+")
_TAIL = re.compile(r"(?<=.{4})(?:公开|公示|信息|情况)$")
#: Titles of lists of items; such a text names every item and is none of them.
_LISTS = re.compile(r"(?:标准|事项|公开)(?:目录|指引|指南)")


@dataclass(frozen=True)
class Wording:
    """What a reader sees of a public text, folded: its title and its opening."""

    title: str
    opening: str = ""


def wording(title: str, opening: str = "") -> Wording:
    """Return title and opening in the spelling that is compared; the opening of a list of items is left out."""
    return Wording(bare(title), "" if _LISTS.search(title) else bare(opening[:OPENING_CHARS]))


def bare(text: str) -> str:
    """Return a text in one spelling, without blanks and marks."""
    return _MARKS.sub("", fold(text))


@dataclass(frozen=True)
class ItemName:
    """The words that name an item.

    Attributes:
        name: must occur in the title.
        contexts: where several items have this name, one of these must occur in the title or in the column's path; empty where the name is unique.
        parent: must occur beside the name where only the opening names the item.
    """

    name: str
    contexts: frozenset[str]
    parent: str

    def is_named_by(self, text: Wording, column: str) -> bool:
        """Whether a text names this item.

        Args:
            text: the text.
            column: the path of the column that contains the text, folded.
        """
        if self.name in text.title:
            where = f"{text.title}\n{column}"
            if not self.contexts or any(context in where for context in self.contexts):
                return True
        return self.name in text.opening and self.parent in text.opening


def item_names(items: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], ItemName]:
    """Return the words that name each item.

    >>> names = item_names([("救助", "低保", "机构职能"), ("救助", "特困", "机构职能"), ("救助", "综合", "救助电话")])
    >>> names["救助", "综合", "救助电话"].is_named_by(wording("云岭市救助电话"), "")
    True
    >>> [names["救助", "低保", "机构职能"].is_named_by(wording(title), "") for title in ("机构职能", "低保机构职能")]
    [False, True]

    Args:
        items: (domain, first, second) of all items among which a name must be clear.
    """
    spelt = {
        item: (bare(item[0]), bare(item[1]), _TAIL.sub("", bare(item[2] or item[1]))) for item in set(items)
    }
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for domain, first, name in spelt.values():
        places[name].add((domain, first))
    made = {}
    for item, (domain, first, name) in spelt.items():
        parent = first if item[2] else domain
        contexts = frozenset[str]()
        beside = any(where == domain and other != first for where, other in places[name])
        if beside or len(name) < MIN_NAME_CHARS or name.startswith(("其他", "其它")):
            contexts = frozenset({parent})
        elif len(places[name]) > 1:
            contexts = frozenset({domain, first})
        made[item] = ItemName(name, contexts, parent)
    return made
