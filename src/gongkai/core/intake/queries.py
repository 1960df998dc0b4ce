"""Reading parties and files: only what somebody handles."""

from itertools import islice

from django.db.models import QuerySet

from gongkai.core.intake.matters import why_not_read
from gongkai.core.intake.models import Party, Upload
from gongkai.core.intake.particulars import DIGESTS, find_by
from gongkai.core.units.actors import actor_of
from gongkai.core.units.door import visible

#: Most matters that one search finds, and looks at: many share a name.
MOST, LOOKED_AT = 200, 2000


def visible_to(user: object, matter: str) -> Party | None:
    """Return the party of a matter to whoever handles that; its secrets stay closed until `reveal_party`."""
    if why_not_read(actor_of(user), matter):
        return None
    return Party.objects.filter(matter=matter).order_by("pk").first()


def files_visible_to(user: object, matter: str) -> list[Upload]:
    """Return the files of a matter to whoever handles that."""
    if why_not_read(actor_of(user), matter):
        return []
    return list(Upload.objects.filter(matter=matter))


def handles(user: object, row: object) -> bool:
    """Whether somebody handles the matter that a party or a file belongs to."""
    assert isinstance(row, Party | Upload)
    return bool(row.matter) and not why_not_read(actor_of(user), row.matter)


@visible(Party, judge=handles)
def _parties(user: object) -> QuerySet[Party]:
    """Return the parties among which `handles` says whose matter somebody handles: for the door alone."""
    return Party.objects.all() if actor_of(user).known else Party.objects.none()


@visible(Upload, judge=handles)
def _uploads(user: object) -> QuerySet[Upload]:
    """Return the files among which `handles` says whose matter somebody handles: for the door alone."""
    return Upload.objects.all() if actor_of(user).known else Upload.objects.none()


def find_parties(user: object, what: str, value: str) -> tuple[list[Party], bool]:
    """Return the parties with a name, `phone`, `email` or `document` (`DIGESTS`), of those matters that somebody handles, the newest first.

    Others are as if they were not there. A name is found whole, as it was written down, however it was spaced. Beside them, whether there may
    be more: `MOST` were found, or `LOOKED_AT` looked at.
    """
    digest = find_by(what, value)
    if not digest:
        return [], False
    rows = Party.objects.filter(**{DIGESTS[what][0]: digest}).order_by("-pk")[: LOOKED_AT + 1]
    by = actor_of(user)
    found = list(islice((row for row in rows[:LOOKED_AT] if not why_not_read(by, row.matter)), MOST))
    return found, len(found) == MOST or rows.count() > LOOKED_AT
