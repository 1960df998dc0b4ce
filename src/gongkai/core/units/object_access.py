"""Register the functions that decide which rows of a model a user sees (object access)."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.db.models import Model

from gongkai.core.acts.object_access import VisibleRowsFunction, register_visibility_check, register_visible_rows
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.unit_filters import with_drafting_posts, without_technical_posts

F = TypeVar("F", bound=Callable[..., object])


def register_visible_to(
    *models: type[Model],
    technical: bool = False,
    drafts: bool = False,
    judge: Callable[[Actor, Model], bool] | None = None,
) -> Callable[[F], F]:
    """Register a function as the object access of models: it returns the rows that a user sees.

    The function gets the actor without technical posts: administrators and security officers read
    no business data (三员分立; GB/T 22239-2019, 8.1.5).

    Args:
        models: the models whose rows it returns; none for a further question about a model that has one.
        technical: true for rows that technical posts manage (people, logins, settings): all posts count.
        judge: decides about a single row, where a condition on columns cannot; for access by primary key only.
        drafts: true for drafts, which overseers who do not work on them (监督员) do not see.
    """

    def declare(rows: F) -> F:
        """Register the function as the models' visible rows; it gets an Actor."""
        reader = with_drafting_posts if drafts else without_technical_posts

        @wraps(rows)
        def asked(user: object, *args: object, **kwargs: object) -> object:
            actor = get_actor(user)
            return rows(actor if technical else reader(actor), *args, **kwargs)

        for model in models:
            register_visible_rows(model, cast("VisibleRowsFunction", asked))
            if judge is not None:
                register_visibility_check(model, _build_row_check(judge, reader))
        return cast("F", asked)

    return declare


def _build_row_check(
    judge: Callable[[Actor, Model], bool], reader: Callable[[Actor], Actor]
) -> Callable[[object, Model], bool]:
    """Return the check of a single row, by the posts that count for reading."""
    return lambda user, row: judge(reader(get_actor(user)), row)
