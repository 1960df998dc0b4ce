"""State machines: tables of allowed moves. Nothing else sets or compares a state string."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Move:
    """An allowed move: from these states to this one (or to one of several, which the action chooses)."""

    sources: frozenset[str]
    to: tuple[str, ...]


def move(sources: set[str] | frozenset[str] | str, *to: str) -> Move:
    """Return a move; no `to` means that the state stays as it is."""
    return Move(frozenset({sources} if isinstance(sources, str) else sources), to)


@dataclass(frozen=True)
class Machine:
    """The states of one kind with their Chinese names, the moves by verb, and which states are closed.

    `initial` is the state of a new entry: the first of `labels` where none is named.
    """

    labels: Mapping[str, str]
    moves: Mapping[str, Move]
    closed: frozenset[str] = field(default_factory=frozenset)
    initial: str = ""

    @property
    def first(self) -> str:
        """The state of a new entry."""
        return self.initial or next(iter(self.labels))

    def why_not(self, verb: str, state: str, label: str) -> list[str]:
        """Return why a verb is not possible in a state: a sentence, or nothing."""
        if state in self.moves[verb].sources:
            return []
        return [f"当前状态为“{self.labels.get(state, state)}”，不能“{label}”。"]

    def target(self, verb: str, state: str, chosen: str = "") -> str:
        """Return the state after a move; `chosen` must be one that the move allows."""
        allowed = self.moves[verb].to or (state,)
        wanted = chosen or allowed[0]
        assert wanted in allowed, f"{verb} does not lead to {wanted}"
        return wanted

    def verbs(self, state: str) -> list[str]:
        """Return the verbs possible in a state."""
        return [verb for verb, move in self.moves.items() if state in move.sources]
