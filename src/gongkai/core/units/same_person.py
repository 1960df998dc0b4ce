"""Decide whether two accounts belong to the same person.

Every rule that needs another person calls `is_among`; every rule for oneself calls `is_self`.
Two registrations with one contact count as one person if one name contains the other.
`tests/architecture/test_humans.py` refuses other comparisons of person ids.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, Replace, Right, Substr

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person
from gongkai.core.widgets.once import ask_once

#: Digits of a mobile number; a prefix (+86, 0086) is the country code.
MOBILE_DIGITS = 11


class RegistrationMarks(NamedTuple):
    """Normalised name, mobile number and e-mail address of a registration."""

    name: str
    mobile: str
    email: str


#: Required format of a mobile number, in error messages.
MOBILE_FORMAT_ADVICE = "手机号码是11位数字，以1开头"


def registration_marks(name: str, mobile: str, email: str) -> RegistrationMarks:
    """Return the normalised marks of a registration, regardless of spaces, full-width digits or +86."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", mobile))[-MOBILE_DIGITS:]
    address = re.sub(r"\+[^@]*(?=@)", "", unicodedata.normalize("NFKC", email).strip().lower())
    return RegistrationMarks(_bare_name(name), digits, address)


def is_mobile(typed: str) -> bool:
    """Return true for a mobile number of the mainland in any usual spelling.

    >>> is_mobile("+86 138 0799 5001"), is_mobile("12")
    (True, False)
    """
    return bool(re.fullmatch(r"1\d{10}", registration_marks("", typed, "").mobile))


def _bare_name(name: str) -> str:
    """Return the letters of a name without what is added in brackets: 戴思源2, 戴思源【借调】."""
    bare = re.sub(r"[(\[【〔{<《].*?([)\]】〕}>》]|$)", "", unicodedata.normalize("NFKC", name))
    return "".join(sign for sign in bare if unicodedata.category(sign)[0] == "L")


def _load_marks(people: QuerySet[Person]) -> dict[int, RegistrationMarks]:
    rows = people.order_by().values_list("pk", "name", "mobile", "email")
    return {number: registration_marks(name, mobile, email) for number, name, mobile, email in rows}


def load_marks(people: Iterable[int | None]) -> dict[int, RegistrationMarks]:
    """Return the marks of these registrations; each is read once a page."""
    wanted = {number for number in people if number is not None}
    known: dict[int, RegistrationMarks] = ask_once(("registration marks",), dict)
    if missing := wanted - known.keys():
        known.update(_load_marks(Person.objects.filter(pk__in=missing)))
    return {number: known[number] for number in wanted if number in known}


def _filter_like(marks: Collection[RegistrationMarks]) -> QuerySet[Person]:
    """Return the registrations that begin with one of these names or seem to share a contact."""
    bare = Replace(Replace(F("name"), Value(" ")), Value("\u3000"))
    rows = Person.objects.annotate(first=Substr(bare, 1, 1), tail=Right("mobile", 4), mail=Lower("email"))
    return rows.filter(
        Q(first__in={mark.name[:1] for mark in marks})
        | Q(tail__in={mark.mobile[-4:] for mark in marks if mark.mobile})
        | Q(mail__in={mark.email for mark in marks if mark.email})
    )


def are_alike(one: RegistrationMarks, other: RegistrationMarks) -> bool:
    """Return true if two registrations share mobile number or e-mail address, and one name contains the other.

    A name alone does not identify a person: every government has two 张伟. Nor does a mailbox of an office.
    """
    reached = (one.mobile and one.mobile == other.mobile) or (one.email and one.email == other.email)
    shorter, longer = sorted((one.name, other.name), key=len)
    return bool(reached) and bool(shorter) and shorter in longer


def list_registrations(person_id: int) -> set[int]:
    """Return the ids of all registrations of the person behind a registration, itself included."""
    return registrations_of([person_id])[person_id]


def registrations_of(people: Iterable[int | None]) -> dict[int, set[int]]:
    """Return the ids of all registrations of each of these people, in two queries; once a page for the same people."""
    numbers = frozenset(number for number in people if number is not None)
    return ask_once(("registrations", numbers), lambda: _find_registrations(numbers)) if numbers else {}


def _find_registrations(numbers: Collection[int]) -> dict[int, set[int]]:
    own = load_marks(numbers)
    reached = {number: mark for number, mark in own.items() if mark.mobile or mark.email}
    shared: dict[str, list[tuple[int, RegistrationMarks]]] = {}
    for number, mark in _load_marks(_filter_like(reached.values())).items() if reached else ():
        for contact in filter(None, (mark.mobile, mark.email)):
            shared.setdefault(contact, []).append((number, mark))
    found = {number: {number} for number in numbers}
    for number, mark in reached.items():
        near = [*shared.get(mark.mobile, ()), *shared.get(mark.email, ())]
        found[number].update(other for other, its in near if are_alike(mark, its))
    return found


def is_among(by: Actor, people: Iterable[int | None], accounts: Iterable[int | None] = ()) -> bool:
    """Return true if the actor is one of these people, under any registration or login.

    A leave cover counts as the person in whose post the current action is done.

    Args:
        by: the actor.
        people: ids of people; None stands for nobody.
        accounts: ids of logins.
    """
    if by.user_id is not None and by.user_id in accounts:
        return True
    others = {number for number in people if number is not None}
    if by.person_id is None or not others:
        return False
    acting = {by.person_id, *by.acts_for}
    if acting & others:
        return True
    known = load_marks(acting | others)
    own = [known.pop(number) for number in acting & known.keys()]
    return any(are_alike(one, other) for one in own for other in known.values())


def is_address_of(address: str, bodies: QuerySet[Body]) -> bool:
    """Return true if an e-mail address is one of these units, or of anybody who is registered."""
    wanted = registration_marks("", "", address).email
    domain = wanted.rpartition("@")[2]
    known = [rows.filter(email__icontains=domain).values_list("email", flat=True) for rows in (Person.objects, bodies)]
    return any(registration_marks("", "", one).email == wanted for emails in known for one in emails)


def is_self(by: Actor, person: int | None) -> bool:
    """Return true if the actor is this very registration: for actions on oneself only."""
    return by.person_id is not None and by.person_id == person


def is_own_login(by: Actor, account: int | None) -> bool:
    """Return true if the actor uses this very login, for example to show a picture just uploaded."""
    return by.user_id is not None and by.user_id == account
