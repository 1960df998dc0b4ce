"""Shared parts of both importers."""

from collections.abc import Iterable, Sequence

from django.db.models import Model, Q, QuerySet

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.making import remove_entries
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.models import Body, Role
from gongkai.work.opinion import rules
from gongkai.work.opinion.forms.fields import units_beside
from gongkai.work.opinion.models import OpinionDuty


def own_body(by: Actor) -> Body | None:
    """Return the user's unit, used for rows that name none."""
    if by.system:
        return Body.objects.filter(parent=None, active_to=None).order_by("pk").first()
    numbers = [post.body_id for post in by.posts if post.role in {*rules.WORKING, Role.CHIEF}]
    return Body.objects.filter(pk__in=numbers).order_by("pk").first()


def nameable(by: Actor) -> QuerySet[Body]:
    """Return the units that the user may name as responsible, as in the form."""
    if by.system:
        return Body.objects.filter(active_to=None, merged_into=None)
    home = own_body(by)
    return units_beside(home) if home else Body.objects.none()


def rows_of(entry: Entry) -> Iterable[Model]:
    """Return an entry with all rows created with it."""
    yield entry
    yield from entry.clock_events.all()
    yield from Evidence.objects.filter(entry=entry)
    promise, case = getattr(entry, "promise", None), getattr(entry, "opinion_case", None)
    if promise:
        yield promise
        yield from promise.revisions.all()
    if case:
        yield case
        for duty in case.duties.select_related("entry"):
            yield from (duty.entry, *duty.entry.clock_events.all(), duty)


def remove(model: str, keys: Sequence[int], *, by: Actor) -> bool:
    """Remove imported rows by the ledger's own function, with all dependent rows."""
    if model == "ledger.entry":
        duties = OpinionDuty.objects.filter(case__in=keys).values_list("entry", flat=True)
        entries = Entry.objects.filter(Q(pk__in=keys) | Q(pk__in=list(duties)))
        Evidence.objects.filter(entry__in=entries).delete()
        remove_entries(entries, by=by)
    return model.startswith(("opinion.", "ledger."))


def entry_of(row: object) -> Entry | None:
    """Return the entry of an imported row."""
    if isinstance(row, Entry):
        return row
    return getattr(row, "entry", None) or getattr(getattr(row, "promise", None), "entry", None)
