"""Decide which titles name an item of a catalogue. Pure.

A text in an item's column is not yet the item: the column may contain anything. `lib.matching.disclosures` decides by the title.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongkai.lib.matching.disclosures import Match, bare, is_yearly, match_title, name_of, years_that_count
from gongkai.work.directory.cells import is_blank

#: Names of fewer characters (其他, 预算) occur in titles by accident.
MIN_NAME_CHARS = 3


@dataclass(frozen=True)
class ItemName:
    """The words that name an item.

    Attributes:
        name: must occur in the title.
        contexts: where several items have this name, one of these must occur in the title or in the column's path; empty where the name is unique.
        parent: may occur beside the name.
    """

    name: str
    contexts: frozenset[str]
    parent: str

    def match(self, title: str, column: str, *, unit: Iterable[str] = (), day: date, yearly: bool = False) -> Match:
        """Decide if a text is this item on a day.

        Args:
            title: of the text.
            column: the path of the column that contains the text, from `bare`.
            unit: words that name the unit that publishes it.
            day: the day.
            yearly: the time limit says that the item returns every year.
        """
        return match_title(
            title,
            self.name,
            years=years_that_count(self.name, day),
            yearly=yearly or is_yearly(self.name, self.parent),
            beside=[*unit, self.parent],
            contexts=self.contexts,
            column=column,
        )


def item_names(items: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], ItemName]:
    """Return the words that name each item.

    >>> names = item_names([("救助", "低保", "机构职能"), ("救助", "特困", "机构职能"), ("救助", "综合", "救助电话")])
    >>> names["救助", "综合", "救助电话"].match("云岭市救助电话", "", unit=["云岭市"], day=date(2026, 11, 27))
    <Match.IS: 'is'>
    >>> [names["救助", "低保", "机构职能"].match(title, "", day=date(2026, 11, 27)).value for title in ("机构职能", "低保机构职能")]
    ['unsure', 'is']

    Args:
        items: (domain, first, second) of all items among which a name must be clear.
    """
    spelt = {
        item: (bare(item[0]), bare(item[1]), name_of(item[1] if is_blank(item[2]) else item[2])) for item in set(items)
    }
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for domain, first, name in spelt.values():
        places[name].add((domain, first))
    made = {}
    for item, (domain, first, name) in spelt.items():
        parent = domain if is_blank(item[2]) else first
        contexts = frozenset[str]()
        beside = any(where == domain and other != first for where, other in places[name])
        if beside or len(name) < MIN_NAME_CHARS or name.startswith(("其他", "其它")):
            contexts = frozenset({parent})
        elif len(places[name]) > 1:
            contexts = frozenset({domain, first})
        made[item] = ItemName(name, contexts, parent)
    return made
