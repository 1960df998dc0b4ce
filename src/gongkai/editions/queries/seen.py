"""Rows that somebody may see, asked by every search: compiled once for the public, put together for whoever signed in.

    PATHS = Seen(lambda user, now, numbers: among(shelf_visible_to(user, now), "document", numbers).values_list("document", "path"), Shelf)
    PATHS(user, numbers=as_one(documents))

Django takes several times as long to put such a query together as a database to answer it. Who may see what is said in one place, as everywhere
(`visible_to`); only its words are kept, and the moment is handed over each time.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.acts.prepared import Prepared
from gongkai.units.actors import ANONYMOUS

Row = TypeVar("Row")


class Seen(Generic[Row]):
    """A query of one shape that depends on who reads.

    Args:
        ask: makes the queryset for a reader (`user`), a moment (`now`) and further arguments by their names: numbers, texts, or several.
        model: whose database is asked.
    """

    def __init__(self, ask: Callable[..., QuerySet[Model, Row]], model: type[Model]) -> None:
        self.ask = ask
        self.public = Prepared(partial(ask, ANONYMOUS), model)

    def __call__(self, user: object, **given: int | str | Collection[int] | Collection[str]) -> list[Row]:
        """Return the rows that somebody may see now."""
        now = timezone.now()
        if user is ANONYMOUS:
            return self.public(now=now, **given)
        return list(self.ask(user, now=now, **given))
