"""Find the visible responses to a document, and the documents based on it.

The unit of the other document creates the link, so it may lead to a draft that the reader may not know of;
only the number of such links is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.reach import bodies_seen
from gongkai.content.policies.chain import list_response_relations
from gongkai.content.policies.models import BACKWARD_LABELS, Kind, PolicyRecord, Relation
from gongkai.content.policies.queries.office import nameable_records, visible_to
from gongkai.content.publishing.documents import titles_of
from gongkai.core.units.actors import Actor


@dataclass(frozen=True)
class VisibleLink:
    """A relation as its reader may see it. `own`: the item can be opened in the office; otherwise
    it is public at `path`."""

    relation: Relation
    words: str
    title: str
    own: bool
    path: str = ""


def list_responses(record: PolicyRecord, by: Actor) -> tuple[list[VisibleLink], int]:
    """Return the visible responses to a document, newest first, and the number of hidden ones."""
    return _from_items(list_response_relations(record), by)


def list_dependents(record: PolicyRecord, by: Actor) -> tuple[list[VisibleLink], int]:
    """Return the visible documents, guides and lists that name a document, and the number of hidden ones."""
    rows = list(record.related_from.exclude(kind=Kind.RESPONDS).select_related("record", "user"))
    records = [row for row in rows if row.record]
    numbers = [row.record_id for row in records if row.record_id]
    named, own = (
        set(some.filter(pk__in=numbers).values_list("pk", flat=True)) for some in (nameable_records(by), visible_to(by))
    )
    seen = [
        VisibleLink(row, BACKWARD_LABELS[Kind(row.kind)], str(row.record), row.record_id in own)
        for row in records
        if row.record_id in named
    ]
    items, hidden = _from_items([row for row in rows if not row.record], by)
    return [*seen, *items], hidden + len(records) - len(seen)


def _from_items(rows: Sequence[Relation], by: Actor) -> tuple[list[VisibleLink], int]:
    """Return relations with current titles for items of own and supervised units, and with public titles for others."""
    users = {row.user_id: row.user for row in rows if row.user}
    own = set(bodies_seen(by).filter(pk__in={u.body_id for u in users.values()}).values_list("pk", flat=True))
    titles = titles_of(user for user in users.values() if user.body_id in own)
    shelf = shelf_visible_to(by).filter(column=None, document__in=users).order_by("-website__is_default", "pk")
    public: dict[int, Shelf] = {}
    for one in shelf:
        public.setdefault(one.document_id, one)
    made = []
    for row in rows:
        number, words = row.user_id or 0, BACKWARD_LABELS[Kind(row.kind)]
        if number in titles:
            made.append(VisibleLink(row, words, titles[number], True))
        elif number in public:
            made.append(VisibleLink(row, words, public[number].title, False, public[number].path))
    return made, len(rows) - len(made)
