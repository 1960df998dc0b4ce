"""What this room puts on the first page: documents of one's own units that wait for the receipt of the library above (先入库，后公开; L-08)."""

from django.urls import reverse

from gongkai.policies.queries.uploading import Place, libraries_visible_to, placed
from gongkai.policies.rules import keeps
from gongkai.units.actors import Actor
from gongkai.units.reach import working_bodies

#: At most so many documents stand on the first page.
MOST = 6


def to_upload_first(by: Actor) -> dict[str, object] | None:
    """The block of the first page: drafts that are not published before their receipt stands. What is owed already is on the ledger."""
    own = working_bodies(by)
    rows: list[object] = []
    more = ""
    for library in libraries_visible_to(by) if own else []:
        if not library.refuses:
            continue
        found = placed(library).filter(place=Place.COMING, body__in=own).order_by("pk")[: MOST + 1]
        some = [(row, library) for row in found if not keeps(by, row)]
        if len(rows) + len(some) > MOST and not more:
            more = f"{reverse('policies:uploads')}?library={library.pk}&tab={Place.COMING.value}"
        rows += some
    return {"rows": rows[:MOST], "more": more} if rows else None
