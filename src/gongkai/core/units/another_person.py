"""Pairs of acts that two persons must do: propose and decide, write and review, file and accept, import and confirm.

An action declares such a pair in its rule:

    decides = AnotherPerson(_decides, ("request.propose",), words="拟办和作出答复须由两人分别办理。")

Posts do not count here, only persons: neither a second post nor a leave cover lets one person do both.
`tests/architecture/test_another_person.py` lists all pairs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gongkai.core.acts.action import REGISTRY, stream_of
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.units.same_person import is_among

T = TypeVar("T")


@dataclass(frozen=True)
class AnotherPerson(Generic[T]):
    """A rule that adds to `rule`: another person than the one who took the first step on the same target.

    Attributes:
        rule: which posts allow the act.
        first: names of the actions that are the first step.
        words: the reason for the person who took it, with the way out.
        people: the numbers of the persons who took it, where the last movement of each action in `first` does not tell them.
    """

    rule: Callable[[Actor, T], list[str]]
    first: tuple[str, ...]
    words: str
    people: Callable[[T], Iterable[int | None]] | None = None

    def __call__(self, by: Actor, target: T) -> list[str]:
        """Return what speaks against the act: the reasons of `rule`, else that the same person took the first step."""
        reasons = self.rule(by, target)
        if reasons or by.system:
            return reasons
        people = list(self.people(target) if self.people else last_actors(stream_of(target), self.first))
        if is_among(by, people):
            return [self.words]
        return [] if people else self._alone_under_cover(by, target)

    def _alone_under_cover(self, by: Actor, target: T) -> list[str]:
        """Return that nobody took the first step yet, where only a leave cover lets this person take the second instead."""
        covered = by.covering(lambda actor: not self.rule(actor, target))
        own = by.in_own_posts()
        if not covered or all(REGISTRY[name].rule(own, target) for name in self.first):
            return []
        label = REGISTRY[self.first[0]].label
        return [f"您代理{'、'.join(covered)}期间，须由另一人先“{label}”，再由您办理这一步。"]


def last_actors(stream: str, names: Iterable[str]) -> set[int | None]:
    """Return the numbers of the persons who did each of these actions last in a stream."""
    moved = Movement.objects.filter(stream=stream, action__in=list(names)).order_by("seq")
    return set(dict(moved.values_list("action", "person_id")).values())
