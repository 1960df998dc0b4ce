"""Reading parties and files: only what somebody handles."""

from collections.abc import Iterable

from gongkai.intake.matters import why_not_read
from gongkai.intake.models import Party, Upload
from gongkai.intake.particulars import find_by
from gongkai.units.actors import actor_of

#: Most matters that one search by a number looks at.
MOST = 200


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


def find_parties(user: object, what: str, value: str) -> list[Party]:
    """Return the parties with a `phone`, `email` or `document`, of those matters that somebody handles. Others are as if they were not there."""
    digest = find_by(what, value)
    if not digest:
        return []
    column = {"phone": "phone_digest", "email": "email_digest", "document": "id_digest"}[what]
    return _handled(user, Party.objects.filter(**{column: digest}).order_by("-pk")[:MOST])


def _handled(user: object, parties: Iterable[Party]) -> list[Party]:
    by = actor_of(user)
    return [party for party in parties if not why_not_read(by, party.matter)]
