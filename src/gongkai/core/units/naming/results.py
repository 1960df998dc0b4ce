"""Result of resolving a name."""

from dataclasses import dataclass
from enum import StrEnum

from gongkai.core.units.models import Body, Office


class Kind(StrEnum):
    """How a name was resolved."""

    EXACT = "exact"  # a full or short name as it stands
    ALIAS = "alias"  # another name, or another spelling of one
    GROUP = "group"  # a plural name, all of whose members are known
    OPEN = "open"  # it leaves open whom it means, wholly or in part: a person must say
    UNKNOWN = "unknown"  # nobody of that name, or more than one


@dataclass(frozen=True, slots=True)
class Resolution:
    """The meaning of a printed name. `words` tells in Chinese what a clerk must check, or "".

    `bodies` of an open name are those it names explicitly (区交通局等 names one). `offices` is set if
    the name was an office's (处室); `bodies` then contains their bodies. `suggestions` are candidate
    bodies. `slip` lists the wrong characters if the name is a misspelling of one of them.
    """

    name: str
    kind: Kind
    bodies: tuple[Body, ...] = ()
    offices: tuple[Office, ...] = ()
    words: str = ""
    suggestions: tuple[Body, ...] = ()
    slip: str = ""

    @property
    def sure(self) -> bool:
        """Return true if no clerk needs to check the name."""
        return self.kind in {Kind.EXACT, Kind.ALIAS, Kind.GROUP} and not self.words


#: Kind, bodies, offices, words, suggestions.
Found = tuple[Kind, tuple[Body, ...], tuple[Office, ...], str, tuple[Body, ...]]
