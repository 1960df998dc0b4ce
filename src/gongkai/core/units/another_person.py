"""Rules for pairs of actions that two different people must perform.

Examples: propose and decide, write and review, file and accept, import and confirm. An action
declares such a pair in its rule:

    decides = AnotherPerson(_decides, ("request.propose",), words="拟办和作出答复须由两人分别办理。")

The rule compares persons: neither a second post nor a leave cover lets one person do both. A cover
who acts in the post of a colleague counts as that colleague, too (`Actor.acts_for`). `tests/architecture/test_another_person.py` lists all pairs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from gongkai.core.acts.action import ACTIONS_BY_NAME, log_stream_of
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import Actor, in_force, reach_of
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.same_person import is_among, list_registrations, load_marks, registrations_of
from gongkai.core.widgets.once import ask_listed, ask_once
from gongkai.lib.typed_json import numbers

T = TypeVar("T")
#: Action, person and facts of a movement.
_Moved = tuple[str, int | None, dict[str, object]]


def works_in(by: Actor, body: Body) -> bool:
    """Return true if a person has or covers a post in a unit, under any registration."""
    if by.system or any(post.body_id == body.pk for post in by.posts):
        return not by.system
    return body.pk in ask_once(("works in", by), lambda: _find_bodies(by))


def _find_bodies(by: Actor) -> frozenset[int]:
    people = list_registrations(by.person_id) if by.person_id else set()
    return frozenset(Appointment.objects.filter(in_force(), person__in=people).values_list("body_id", flat=True))


def check_clears_other_unit(
    by: Actor, body: Body, what: str, *, strict: bool = True, leads: Collection[int] = ()
) -> list[str]:
    """Return a reason against a decision (`what`) that clears the unit in which the person works.

    Args:
        by: who decides.
        body: the unit that the decision clears of a fault or a duty.
        what: the decision, as the sentence continues after 不能.
        strict: whether it is refused, too, where all who could decide work in the unit: then it waits for the level above.
        leads: the lead units whose staff decide, by primary key; none where the 政务公开办 over the unit decides.
    """
    if not works_in(by, body) or not (strict or _has_outsider(body, _posts_of(leads) if leads else _posts_over(body))):
        return []
    others = "牵头单位" if leads else "政务公开办"
    above = "" if leads else "，或者上级政务公开办"
    return [f"您在{body.label}工作，不能{what}：请由{others}中不在{body.label}工作的人{above}决定。"]


def _posts_of(leads: Collection[int]) -> list[Appointment]:
    roles = (Role.CLERK, Role.LEAD, Role.CHIEF)
    return list(Appointment.objects.filter(in_force(), role__in=roles, body__in=leads))


def _posts_over(body: Body) -> list[Appointment]:
    posts = Appointment.objects.filter(in_force(), role=Role.CHIEF).select_related("body__parent")
    return [post for post in posts if body.path.startswith(reach_of(post.role, post.body))]


def _has_outsider(body: Body, posts: list[Appointment]) -> bool:
    """Return whether the holder of one of these posts does not work in a unit."""
    inside = set(Appointment.objects.filter(in_force(), body=body).values_list("person_id", flat=True))
    return any(not people & inside for people in registrations_of(post.person_id for post in posts).values())


@dataclass(frozen=True)
class AnotherPerson(Generic[T]):
    """A rule that also requires another person than the one who took the first step on the same target.

    Attributes:
        rule: which posts allow the act.
        first: names of the actions that are the first step.
        words: the reason for the person who took it, with the way out; a function of the target where it names persons.
        people: the numbers of the persons who took it, where the movements of the actions in `first` do not tell them.
        returned: names of the actions that send the target back, so that the first step is taken anew.
    """

    rule: Callable[[Actor, T], list[str]]
    first: tuple[str, ...]
    words: str | Callable[[T], str]
    people: Callable[[T], Iterable[int | None]] | None = None
    returned: tuple[str, ...] = ()

    def __call__(self, by: Actor, target: T) -> list[str]:
        """Return the reasons of `rule`, else a reason if the same person took the first step."""
        reasons = self.rule(by, target)
        if reasons or by.system:
            return reasons
        people = list(self.people(target) if self.people else self._took_first_step(target))
        if is_among(by, people):
            return [self.words(target) if callable(self.words) else self.words]
        return [] if people else self._alone_under_cover(by, target)

    def _took_first_step(self, target: T) -> set[int | None]:
        return actors_of(log_stream_of(target), self.first, self.returned)

    def _alone_under_cover(self, by: Actor, target: T) -> list[str]:
        covered = by.covering(lambda actor: not self.rule(actor, target))
        own = by.in_own_posts()
        if not covered or all(ACTIONS_BY_NAME[name].rule(own, target) for name in self.first):
            return []
        label = ACTIONS_BY_NAME[self.first[0]].label
        return [f"您代理{'、'.join(covered)}期间，须由另一人先“{label}”，再由您办理这一步。"]


def people_of_action(person: int | None, facts: Mapping[str, object]) -> set[int | None]:
    """Return the ids of who took an action and in whose posts, from its log record."""
    return {person, *numbers(facts, "acts_for")}


def with_covered(
    people: Iterable[int | None], stream: str, names: Iterable[str] = (), **facts: object
) -> set[int | None]:
    """Return people who took one of these actions, and those in whose posts they acted.

    For rows that keep one person.

    Args:
        people: who took the actions, by primary key.
        stream: of the actions.
        names: of the actions; none where `facts` tell them.
        facts: what the movements say, where the stream has more than one such row.
    """
    took = set(people)
    moved = Movement.objects.filter(stream=stream, person_id__in=took - {None})
    moved = moved.filter(**{f"facts__{name}": value for name, value in facts.items()})
    moved = moved.filter(action__in=names) if (names := [*names]) else moved
    return took.union(*(numbers(said, "acts_for") for said in moved.values_list("facts", flat=True)))


def actors_of(stream: str, names: Iterable[str], returned: Iterable[str] = ()) -> set[int | None]:
    """Return the ids of all who took one of these actions since the target was last returned, and of those in whose
    posts they did.

    All of them count, not only the last one, so that a small edit by a second person does not
    replace the author.
    """
    found: set[int | None] = set()
    back = frozenset(returned)
    wanted = frozenset(names) | back
    load = partial(_load_movements, wanted)
    for action, person, facts in ask_listed("stream", ("movements", wanted), stream, load) or ():
        if action in back:
            found.clear()
        else:
            found |= people_of_action(person, facts)
    return found


def _load_movements(names: Collection[str], streams: Collection[str]) -> dict[str, list[_Moved]]:
    found: dict[str, list[_Moved]] = defaultdict(list)
    rows = Movement.objects.filter(stream__in=streams, action__in=names).order_by("seq")
    for stream, action, person, facts in rows.values_list("stream", "action", "person_id", "facts"):
        found[stream].append((action, person, facts))
    if len(streams) > 1:
        load_marks(person for moved in found.values() for _, person, _ in moved)
    return found
