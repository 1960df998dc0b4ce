"""Whoever counts numbers up in addresses gets nothing but what is theirs: each address asks the door before it does anything else."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, resolve

from factories.units import BodyFactory, signed_in
from gongkai.units.models import BodyKind, Person, Role
from office.addresses import NOBODY, door_watched, numbers_in, paths_of, routes

#: Addresses whose number names no row, or whose row is asked for beside the door: why.
OTHERWISE = {
    "admin/ledger/<int:pk>/": "one_visible_to: visible_to for the kind that an entry is of, asked first",
    "admin/ledger/<int:pk>/beside/": "one_visible_to",
    "admin/ledger/<int:pk>/act/<str:name>/": "one_visible_to",
    "admin/newmedia/documents/<number:number>/": "no row: the posts of a document that somebody sees",
    "admin/packages/<int:number>/": "the number that a package carries; the door is asked for its row",
    "admin/publishing/new/<int:body>/": "one of the units that somebody writes for, else back to the list",
    "admin/publishing/sources/<slug:name>/<int:number>/": "the door is asked for the model of the source that is there",
}


def answered(user: AbstractBaseUser, path: str, method: str) -> int:
    """Call the view behind an address, without what stands before and after all of them."""
    request = getattr(RequestFactory(), method)(path)
    request.user, request.session = user, {}
    request._messages = FallbackStorage(request)
    match = resolve(path)
    try:
        return int(match.func(request, *match.args, **match.kwargs).status_code)
    except Http404:
        return 404
    except PermissionDenied:
        return 403


def asked_by(user: AbstractBaseUser, route: str, pattern: URLPattern) -> Iterator[tuple[str, int, int]]:
    """Yield address, status and how often the door was asked, until it was."""
    asked = 0
    for path in paths_of(route, pattern, dict.fromkeys(numbers_in(route), NOBODY)):
        for method in ("get", "post"):
            with door_watched() as models:
                status = answered(user, path, method)
            asked += len(models)
            yield f"{method} {path}", status, len(models)
        if asked:
            return


@pytest.mark.django_db
def test_each_address_with_a_number_asks_the_door() -> None:
    government = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    signed_in(Role.CHIEF, BodyFactory(name="云岭市人民政府办公室", parent=government))
    user = Person.objects.get().user
    assert user is not None
    addresses, wrong = list(routes()), []
    for route, pattern in addresses:
        answers = list(asked_by(user, route, pattern))
        if route not in OTHERWISE and not any(asked for _, _, asked in answers):
            wrong.append(f"{route} asks for no row: {sorted({status for _, status, _ in answers})}")
        wrong += [f"{path}: {status}" for path, status, _ in answers if status not in {302, 403, 404, 405}]
    assert not wrong, "\n".join(wrong)
    assert len(addresses) > 200
