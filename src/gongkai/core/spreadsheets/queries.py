"""Queries on imports."""

from django.db.models import Q, QuerySet

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.importers import IMPORTER_FAMILIES, IMPORTERS_BY_NAME
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.people import own_and_supervised_work


def visible_to(by: Actor) -> QuerySet[ImportRun]:
    """Return the imports of the user and of supervised people; dry runs only of the user.

    The file content is not loaded, because it may be unpublished.
    """
    kinds = Q(importer__in=[name for name, importer in IMPORTERS_BY_NAME.items() if not importer.why_not(by)])
    for family in IMPORTER_FAMILIES:
        if not family.why_not(by):
            kinds |= Q(importer__startswith=family.prefix)
    runs = ImportRun.objects.filter(own_and_supervised_work(by), kinds).defer("content")
    return runs.filter(~Q(state=RunState.DRAFT) | Q(person_id=by.person_id))
