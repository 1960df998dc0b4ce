"""Queries on imports, and hooks with which `units` provides actors and supervised people."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.importers import IMPORTER_FAMILIES, IMPORTERS_BY_NAME
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.widgets.request_cache import ask_once

#: Set by `units`: user to actor.
_ACTOR_READERS: list[Callable[[object], Actor]] = []


#: Set by `units`: actor to the filter on `person_id` of supervised people.
_SUPERVISION_FILTERS: list[Callable[[Actor], Q]] = []


def set_actor_reader(read: Callable[[object], Actor]) -> None:
    """Set the function that turns a user into an actor."""
    _ACTOR_READERS[:] = [read]


def set_supervision_filter(supervised: Callable[[Actor], Q]) -> None:
    """Set the function that returns the filter for supervised people."""
    _SUPERVISION_FILTERS[:] = [supervised]


def own_and_supervised_work(by: Actor) -> Q:
    """Return the filter for rows whose `person_id` is the actor or a supervised person; for jobs also rows without
    person."""
    query = Q(person_id__isnull=True) if by.person_id is None else Q(person_id=by.person_id)
    if by.person_id is None and not getattr(by, "system", False):
        query = Q(pk__in=[])
    for supervised in _SUPERVISION_FILTERS:
        query |= supervised(by)
    return query


def actor_of_request(request: HttpRequest) -> Actor:
    """Return the actor of a request."""
    return _ACTOR_READERS[0](request.user)


def visible_to(by: Actor) -> QuerySet[ImportRun]:
    """Return imports of the user and of supervised people by importers that the user may use; dry runs only of the user.

    The file content is not loaded, because it may be unpublished.
    """
    kinds = ask_once(("importers", by), lambda: _filter_importers(by))
    runs = ImportRun.objects.filter(own_and_supervised_work(by), kinds).defer("content")
    return runs.filter(~Q(state=RunState.DRAFT) | Q(person_id=by.person_id))


def _filter_importers(by: Actor) -> Q:
    """Return the filter for the importers that the actor may use."""
    kinds = Q(importer__in=[name for name, importer in IMPORTERS_BY_NAME.items() if not importer.why_not(by)])
    for family in IMPORTER_FAMILIES:
        if not family.why_not(by):
            kinds |= Q(importer__startswith=family.prefix)
    return kinds
