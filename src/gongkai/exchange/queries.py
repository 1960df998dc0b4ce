"""Reading imports: those of the kinds that somebody may import."""

from django.db.models import QuerySet

from gongkai.acts.chain import By
from gongkai.exchange.importers import IMPORTERS
from gongkai.exchange.models import ImportRun, RunState


def visible_to(by: By) -> QuerySet[ImportRun]:
    """Return the imports whose kind this person may import; trials only their own. The files' content is not read."""
    kinds = [name for name, importer in IMPORTERS.items() if not importer.why_not(by)]
    runs = ImportRun.objects.filter(importer__in=kinds).defer("content")
    return runs.exclude(state=RunState.DRAFT) | runs.filter(state=RunState.DRAFT, person_id=by.person_id)
