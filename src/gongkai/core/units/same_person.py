"""One human, registered once or twice: the one place where who acts is compared with who acted before.

Every rule that wants “another person” asks `is_among`; every rule for oneself asks `is_self`. A second registration of the same human (a second
login for the same hand) is the same human. `tests/architecture/test_humans.py` refuses comparisons of numbers of persons anywhere else.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Person

#: Digits of a mobile number; what stands before them (+86, 0086) says the country only.
MOBILE_DIGITS = 11


class Marks(NamedTuple):
    """What a registration says of the human behind it, in one spelling: name, mobile, mail address."""

    name: str
    mobile: str
    email: str


def marks(name: str, mobile: str, email: str) -> Marks:
    """Return the marks of a registration, whatever spaces, full-width digits or +86 it was typed with."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", mobile))[-MOBILE_DIGITS:]
    return Marks(_bare(name), digits, unicodedata.normalize("NFKC", email).strip().lower())


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _marks_of(people: QuerySet[Person]) -> dict[int, Marks]:
    """Return the marks of some registrations by their numbers."""
    rows = people.order_by().values_list("pk", "name", "mobile", "email")
    return {number: marks(name, mobile, email) for number, name, mobile, email in rows}


def _of_these_names(names: Collection[str]) -> QuerySet[Person]:
    """Return the registrations of these names, whatever spaces they were typed with."""
    bare = Replace(Replace(F("name"), Value(" ")), Value("\u3000"))
    return Person.objects.annotate(bare=bare).filter(bare__in=names)


def alike(one: Marks, other: Marks) -> bool:
    """Whether two registrations are one human's: the same name, and the same mobile or mail address. Pure.

    A name alone says nothing: two 张伟 work in every government.
    """
    reached = (one.mobile and one.mobile == other.mobile) or (one.email and one.email == other.email)
    return one.name == other.name and bool(reached)


def registrations(person_id: int) -> set[int]:
    """Return the numbers under which the human behind a registration is known, that one included."""
    return registrations_of([person_id])[person_id]


def registrations_of(people: Iterable[int | None]) -> dict[int, set[int]]:
    """Return the same for each of these people, in two queries."""
    numbers = {number for number in people if number is not None}
    own = _marks_of(Person.objects.filter(pk__in=numbers))
    reached = {number: mark for number, mark in own.items() if mark.mobile or mark.email}
    named = _marks_of(_of_these_names({mark.name for mark in reached.values()}))
    return {
        number: {
            number,
            *(n for n, mark in named.items() if number in reached and alike(reached[number], mark)),
        }
        for number in numbers
    }


def is_among(by: Actor, people: Iterable[int | None], accounts: Iterable[int | None] = ()) -> bool:
    """Whether the human who acts is one of these, under whatever registration or login.

    Args:
        by: who acts.
        people: numbers of persons; None stands for nobody.
        accounts: numbers of logins.
    """
    if by.user_id is not None and by.user_id in accounts:
        return True
    others = {number for number in people if number is not None}
    if by.person_id is None or not others or by.person_id in others:
        return by.person_id in others
    known = _marks_of(Person.objects.filter(pk__in={by.person_id, *others}))
    own = known.pop(by.person_id, None)
    return own is not None and any(alike(own, other) for other in known.values())


def is_self(by: Actor, person: int | None) -> bool:
    """Whether somebody acts for himself, under this very registration: for what is allowed to oneself only."""
    return by.person_id is not None and by.person_id == person


def is_own_login(by: Actor, account: int | None) -> bool:
    """Whether somebody acts with this very login: for what a login alone owns, such as a picture just uploaded."""
    return by.user_id is not None and by.user_id == account
