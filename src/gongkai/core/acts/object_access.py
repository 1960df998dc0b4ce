"""Read rows by primary key only through `visible_to` of their model.

Each app registers once which rows of its models a user sees (`units.object_access.register_visible_to`, or
`register_visible_rows` below `units`). A view that takes an id calls `get_visible_or_404`;
`tests/architecture/test_object_access.py` forbids other ways in office views.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from gongkai.core.widgets.query_parameters import MAX_ROW_ID, parse_whole_number

M = TypeVar("M", bound=Model)
#: Type of a `visible_to` function: takes a user or an actor, returns the rows that it may see.
VisibleRowsFunction = Callable[..., QuerySet[Model, Model]]
#: Model → function that returns the rows a user may see.
VISIBLE_ROWS_BY_MODEL: dict[type[Model], VisibleRowsFunction] = {}
#: Model → function that decides about one row, where no condition on columns can.
VISIBILITY_CHECKS_BY_MODEL: dict[type[Model], Callable[[object, Model], bool]] = {}


def register_visible_rows(model: type[M], rows: VisibleRowsFunction) -> None:
    """Register the `visible_to` function of a model; once per model.

    Args:
        model: the model.
        rows: takes a user or an actor, and returns the rows.
    """
    assert VISIBLE_ROWS_BY_MODEL.get(model, rows) is rows, model
    VISIBLE_ROWS_BY_MODEL[model] = rows


def register_visibility_check(model: type[M], sees: Callable[[object, Model], bool]) -> None:
    """Register a check of single rows in `get_visible_or_404`, after `register_visible_rows`; lists do not call it.

    Args:
        model: the model.
        sees: takes a user or an actor, and a row; returns true if the user may see it.
    """
    VISIBILITY_CHECKS_BY_MODEL[model] = sees


def visible_rows(model: type[M], user: object) -> QuerySet[M, M]:
    """Return the rows of a model that a user may see."""
    return cast("QuerySet[M, M]", VISIBLE_ROWS_BY_MODEL[model](user))


def get_visible_or_404(user: object, model: type[M], pk: int | str | None, **narrowed: object) -> M:
    """Return the row with a primary key if the user may see it; otherwise raise Http404.

    Args:
        user: the request's user, or the actor.
        model: a model with registered visible rows.
        pk: the primary key from the URL or a form.
        narrowed: further conditions for `filter`.

    Raises:
        Http404: there is no such row, or the user may not see it; the response does not tell which.
    """
    number = pk if isinstance(pk, int) else parse_whole_number(pk or "")
    if number is None or not 0 <= number <= MAX_ROW_ID:
        raise Http404
    row: M = get_object_or_404(visible_rows(model, user).filter(**narrowed), pk=number)
    if model in VISIBILITY_CHECKS_BY_MODEL and not VISIBILITY_CHECKS_BY_MODEL[model](user, row):
        raise Http404
    return row


def can_see(user: object, model: type[Model], pk: int | str | None) -> bool:
    """Return true if `get_visible_or_404` would return the row; used before linking to it."""
    try:
        get_visible_or_404(user, model, pk)
    except Http404:
        return False
    return True
