"""Rules for pairs of actions that two different people must perform.

Examples: propose and decide, write and review, file and accept, import and confirm. An action
declares such a pair in its rule:

    decides = AnotherPerson(_decides, ("request.propose",), words="拟办和作出答复须由两人分别办理。")

The rule compares persons: neither a second post nor a leave cover lets one person do both. A cover
who acts in the post of a colleague counts as that colleague, too (`Actor.acts_for`).
`tests/architecture/test_another_person.py` lists all pairs.

Whether two accounts belong to one person is decided here, too: every rule that needs another person calls
`is_among`; every rule for oneself calls `is_self`.
Two registrations with one contact count as one person if one name contains the other.
`tests/architecture/test_person_comparisons.py` refuses other comparisons of person ids.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, Replace, Right, Substr

from gongkai.core.acts.action import ACTIONS_BY_NAME, get_log_stream
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import Actor, get_reach, in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.widgets.request_cache import ask_listed, ask_once
from gongkai.lib.typed_json import read_numbers

#: Digits of a mobile number; a prefix (+86, 0086) is the country code.
MOBILE_DIGITS = 11


class RegistrationMarks(NamedTuple):
    """Normalised name, mobile number and e-mail address, to find two registrations of one person."""

    name: str
    mobile: str
    email: str


#: Required format of a mobile number, in error messages.
MOBILE_FORMAT_ADVICE = "手机号码是11位数字，以1开头"


def make_registration_marks(name: str, mobile: str, email: str) -> RegistrationMarks:
    """Return the marks of a registration: letters of the name without bracketed additions, last 11 digits of the
    number, e-mail address in lower case without +tag."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", mobile))[-MOBILE_DIGITS:]
    address = re.sub(r"\+[^@]*(?=@)", "", unicodedata.normalize("NFKC", email).strip().lower())
    return RegistrationMarks(_strip_name_additions(name), digits, address)


def is_mobile(typed: str) -> bool:
    """Return true for a mobile number of the mainland in any usual spelling.

    >>> is_mobile("+86 138 0799 5001"), is_mobile("12")
    (True, False)
    """
    return bool(re.fullmatch(r"1\d{10}", make_registration_marks("", typed, "").mobile))


def _strip_name_additions(name: str) -> str:
    """Return the letters of a name without additions: 戴思源2 and 戴思源【借调】 become 戴思源."""
    bare_name = re.sub(r"[(\[【〔{<《].*?([)\]】〕}>》]|$)", "", unicodedata.normalize("NFKC", name))
    return "".join(sign for sign in bare_name if unicodedata.category(sign)[0] == "L")


def _load_registration_marks(people: QuerySet[Person]) -> dict[int, RegistrationMarks]:
    rows = people.order_by().values_list("pk", "name", "mobile", "email")
    return {number: make_registration_marks(name, mobile, email) for number, name, mobile, email in rows}


def load_registration_marks(people: Iterable[int | None]) -> dict[int, RegistrationMarks]:
    """Return person id → marks for those of these ids that exist; each is read once a page."""
    ids = {number for number in people if number is not None}
    cached: dict[int, RegistrationMarks] = ask_once(("registration marks",), dict)
    if missing := ids - cached.keys():
        cached.update(_load_registration_marks(Person.objects.filter(pk__in=missing)))
    return {number: cached[number] for number in ids if number in cached}


def _filter_similar(registrations: Collection[RegistrationMarks]) -> QuerySet[Person]:
    """Return the people that share with one of these the first character of the name, the last four digits of the
    mobile number, or the e-mail address."""
    name_without_spaces = Replace(Replace(F("name"), Value(" ")), Value("\u3000"))
    rows = Person.objects.annotate(
        first=Substr(name_without_spaces, 1, 1), tail=Right("mobile", 4), mail=Lower("email")
    )
    return rows.filter(
        Q(first__in={sought.name[:1] for sought in registrations})
        | Q(tail__in={sought.mobile[-4:] for sought in registrations if sought.mobile})
        | Q(mail__in={sought.email for sought in registrations if sought.email})
    )


def are_alike(first: RegistrationMarks, second: RegistrationMarks) -> bool:
    """Return true if two registrations share mobile number or e-mail address, and one name contains the other.

    A name alone does not identify a person: every government has two 张伟. Nor does a mailbox of an office.
    """
    shares_address = (first.mobile and first.mobile == second.mobile) or (first.email and first.email == second.email)
    shorter, longer = sorted((first.name, second.name), key=len)
    return bool(shares_address) and bool(shorter) and shorter in longer


def list_registrations(person_id: int) -> set[int]:
    """Return the ids of all registrations of the person with this id, itself included."""
    return map_registrations([person_id])[person_id]


def map_registrations(people: Iterable[int | None]) -> dict[int, set[int]]:
    """Return person id → ids of all registrations of the same person, itself included; read once a page."""
    numbers = frozenset(number for number in people if number is not None)
    return ask_once(("registrations", numbers), lambda: _find_registrations(numbers)) if numbers else {}


def match_registrations(people: Iterable[int | None]) -> dict[int, set[int]]:
    """Return each of these ids → those of them that belong to the same person, itself included."""
    marks = load_registration_marks(numbers := {number for number in people if number is not None})
    return {
        number: {number, *(other for other in marks if number in marks and are_alike(marks[number], marks[other]))}
        for number in numbers
    }


def _find_registrations(numbers: Collection[int]) -> dict[int, set[int]]:
    """Return id → ids of all registrations of the same person, itself included."""
    own_marks = load_registration_marks(numbers)
    marks_with_address = {number: marks for number, marks in own_marks.items() if marks.mobile or marks.email}
    shared: dict[str, list[tuple[int, RegistrationMarks]]] = {}
    for number, marks in (
        _load_registration_marks(_filter_similar(marks_with_address.values())).items() if marks_with_address else ()
    ):
        for contact in filter(None, (marks.mobile, marks.email)):
            shared.setdefault(contact, []).append((number, marks))
    same_person_ids = {number: {number} for number in numbers}
    for number, marks in marks_with_address.items():
        candidates = [*shared.get(marks.mobile, ()), *shared.get(marks.email, ())]
        same_person_ids[number].update(
            candidate for candidate, candidate_marks in candidates if are_alike(marks, candidate_marks)
        )
    return same_person_ids


def is_among(by: Actor, people: Iterable[int | None], accounts: Iterable[int | None] = ()) -> bool:
    """Return true if the actor is one of these people, under any registration or login.

    A leave cover is compared as the person in whose post the current action is done.

    Args:
        by: the actor.
        people: ids of people; None matches nobody.
        accounts: ids of logins.
    """
    if by.user_id is not None and by.user_id in accounts:
        return True
    other_ids = {number for number in people if number is not None}
    if by.person_id is None or not other_ids:
        return False
    acting_ids = {by.person_id, *by.acts_for}
    if acting_ids & other_ids:
        return True
    marks_by_id = load_registration_marks(acting_ids | other_ids)
    own_marks = [marks_by_id.pop(number) for number in acting_ids & marks_by_id.keys()]
    return any(are_alike(own_mark, other_marks) for own_mark in own_marks for other_marks in marks_by_id.values())


def is_address_of(address: str, bodies: QuerySet[Body]) -> bool:
    """Return true if an e-mail address (without +tag) is that of one of these units or of any registered person."""
    typed_email = make_registration_marks("", "", address).email
    domain = typed_email.rpartition("@")[2]
    registered_addresses = [
        rows.filter(email__icontains=domain).values_list("email", flat=True) for rows in (Person.objects, bodies)
    ]
    return any(
        make_registration_marks("", "", email).email == typed_email
        for emails in registered_addresses
        for email in emails
    )


def is_self(by: Actor, person: int | None) -> bool:
    """Return true if the actor is the person with this id; another registration of the same person does not count."""
    return by.person_id is not None and by.person_id == person


def is_own_login(by: Actor, account: int | None) -> bool:
    """Return true if the actor's login has this user id, for example to show a picture just uploaded."""
    return by.user_id is not None and by.user_id == account


T = TypeVar("T")
#: Action, person id and facts of a log record.
_LoggedAction = tuple[str, int | None, dict[str, object]]


def works_in(by: Actor, body: Body) -> bool:
    """Return true if the actor has or covers a post in a unit, under any registration of the person; false for jobs."""
    if by.system or any(post.body_id == body.pk for post in by.posts):
        return not by.system
    return body.pk in ask_once(("works in", by), lambda: _find_bodies(by))


def _find_bodies(by: Actor) -> frozenset[int]:
    """Return the ids of the units in which the actor has posts, under any registration."""
    people = list_registrations(by.person_id) if by.person_id else set()
    return frozenset(Appointment.objects.filter(in_force_q(), person__in=people).values_list("body_id", flat=True))


def check_clears_other_unit(
    by: Actor, body: Body, decision: str, *, strict: bool = True, lead_units: Collection[int] = ()
) -> list[str]:
    """Return, as a list of at most one, the reason against a decision that excuses the unit in which the actor works.

    Args:
        by: who decides.
        body: the unit that the decision clears of a fault or a duty.
        decision: the decision in Chinese, as it follows 不能 in the sentence.
        strict: refuse even if all who could decide work in the unit; if false, they may then decide.
        lead_units: the lead units whose staff decide, by primary key; none where the 政务公开办 over the unit decides.
    """
    if not works_in(by, body) or not (
        strict or _has_outsider(body, _list_posts_of_leads(lead_units) if lead_units else _list_posts_over(body))
    ):
        return []
    deciders = "牵头单位" if lead_units else "政务公开办"
    higher_level = "" if lead_units else "，或者上级政务公开办"
    return [f"您在{body.label}工作，不能{decision}：请由{deciders}中不在{body.label}工作的人{higher_level}决定。"]


def _list_posts_of_leads(leads: Collection[int]) -> list[Appointment]:
    """Return the posts at the lead units whose roles work on entries."""
    roles = (Role.CLERK, Role.LEAD, Role.CHIEF)
    return list(Appointment.objects.filter(in_force_q(), role__in=roles, body__in=leads))


def _list_posts_over(body: Body) -> list[Appointment]:
    """Return the posts of the 政务公开办 that reach the unit."""
    posts = Appointment.objects.filter(in_force_q(), role=Role.CHIEF).select_related("body__parent")
    return [post for post in posts if body.path.startswith(get_reach(post.role, post.body))]


def _has_outsider(body: Body, posts: list[Appointment]) -> bool:
    """Return true if one of these posts is held by a person who has no appointment in the unit."""
    insider_ids = set(Appointment.objects.filter(in_force_q(), body=body).values_list("person_id", flat=True))
    return any(not people & insider_ids for people in map_registrations(post.person_id for post in posts).values())


@dataclass(frozen=True)
class AnotherPerson(Generic[T]):
    """A rule that also requires another person than the author of the first step on the same target.

    Attributes:
        rule: returns the reasons against an actor because of its posts.
        first: names of the actions that are the first step.
        words: the reason shown to the author of the first step, with the way out; a function of the target if it
            names persons.
        people: returns the ids of the authors, if the log records of `first` do not name them.
        returned: names of the actions that send the target back, so that the first step is taken anew.
    """

    rule: Callable[[Actor, T], list[str]]
    first: tuple[str, ...]
    words: str | Callable[[T], str]
    people: Callable[[T], Iterable[int | None]] | None = None
    returned: tuple[str, ...] = ()

    def __call__(self, by: Actor, target: T) -> list[str]:
        """Return the reasons of `rule`, else a reason if the same person took the first step or, as leave cover,
        would take both; none for jobs."""
        reasons = self.rule(by, target)
        if reasons or by.system:
            return reasons
        people = list(self.people(target) if self.people else self._find_first_actors(target))
        if is_among(by, people):
            return [self.words(target) if callable(self.words) else self.words]
        return [] if people else self._explain_lone_cover(by, target)

    def _find_first_actors(self, target: T) -> set[int | None]:
        """Return the ids of those who took the first step since the target was last returned."""
        return list_actors(get_log_stream(target), self.first, self.returned)

    def _explain_lone_cover(self, by: Actor, target: T) -> list[str]:
        """Return the Chinese reason if the actor, as leave cover, would do both steps alone; else empty."""
        covered_names = by.covering(lambda actor: not self.rule(actor, target))
        own_actor = by.without_covers()
        if not covered_names or all(ACTIONS_BY_NAME[name].rule(own_actor, target) for name in self.first):
            return []
        label = ACTIONS_BY_NAME[self.first[0]].label
        return [f"您代理{'、'.join(covered_names)}期间，须由另一人先“{label}”，再由您办理这一步。"]


def list_action_people(person: int | None, facts: Mapping[str, object]) -> set[int | None]:
    """Return the ids of `person`, who took an action, and of those in whose posts (from the log record's `facts`)."""
    return {person, *read_numbers(facts, "acts_for")}


def with_covered_people(
    people: Iterable[int | None], stream: str, names: Iterable[str] = (), **facts: object
) -> set[int | None]:
    """Return the ids in `people`, and of those in whose posts they took the given actions.

    For rows that store only one person.

    Args:
        people: who took the actions, by primary key.
        stream: of the actions.
        names: of the actions; empty if `facts` identify them.
        facts: required facts of the log records, if the stream has several such rows.
    """
    actor_ids = set(people)
    records = Movement.objects.filter(stream=stream, person_id__in=actor_ids - {None})
    records = records.filter(**{f"facts__{name}": value for name, value in facts.items()})
    records = records.filter(action__in=names) if (names := [*names]) else records
    return actor_ids.union(
        *(read_numbers(record_facts, "acts_for") for record_facts in records.values_list("facts", flat=True))
    )


def list_actors(stream: str, names: Iterable[str], returned: Iterable[str] = ()) -> set[int | None]:
    """Return the ids of all persons who took one of these actions since the target was last returned.

    All of them count, not only the last one, so that a small edit by a second person does not
    replace the author.
    """
    actors: set[int | None] = set()
    return_names = frozenset(returned)
    all_names = frozenset(names) | return_names
    load = partial(_load_movements, all_names)
    for action, person, facts in ask_listed("stream", ("movements", all_names), stream, load) or ():
        if action in return_names:
            actors.clear()
        else:
            actors |= list_action_people(person, facts)
    return actors


def _load_movements(names: Collection[str], streams: Collection[str]) -> dict[str, list[_LoggedAction]]:
    """Return the log records of these actions by stream, oldest first."""
    movements: dict[str, list[_LoggedAction]] = defaultdict(list)
    rows = Movement.objects.filter(stream__in=streams, action__in=names).order_by("seq")
    for stream, action, person, facts in rows.values_list("stream", "action", "person_id", "facts"):
        movements[stream].append((action, person, facts))
    if len(streams) > 1:
        load_registration_marks(person for moved in movements.values() for _, person, _ in moved)
    return movements
