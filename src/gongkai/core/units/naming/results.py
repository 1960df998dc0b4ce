"""What resolving a name gives."""

from dataclasses import dataclass
from enum import StrEnum

from gongkai.core.units.models import Body, Office


class Kind(StrEnum):
    """How a name was understood."""

    EXACT = "exact"  # a full or short name as it stands
    ALIAS = "alias"  # another name, or another spelling of one
    GROUP = "group"  # a plural name, all of whose members are known
    OPEN = "open"  # it leaves open whom it means, wholly or in part: a person must say
    UNKNOWN = "unknown"  # nobody of that name, or more than one


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a printed name means. `words` says in Chinese what a person has to look at; "" where nothing.

    `bodies` of an open name are those that it does name (区交通局等 names one). `offices` stand where the name was an
    office's (处室); their bodies are then in `bodies`. `suggestions` are bodies to choose from, `slip`
    which characters are wrong where the name is all but one of theirs.
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
        """Whether nobody needs to look at it."""
        return self.kind in {Kind.EXACT, Kind.ALIAS, Kind.GROUP} and not self.words


#: Kind, bodies, offices, words, suggestions.
Found = tuple[Kind, tuple[Body, ...], tuple[Office, ...], str, tuple[Body, ...]]
