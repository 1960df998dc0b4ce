"""Erasure of published tables: revisions, and rows that are unchanged since."""

from gongkai.content.editions.erasing import (
    ERASED,
    Echoes,
    RoomKeeper,
    blanked_if,
    number_in,
    order_blanking,
    revisions_behind,
)
from gongkai.content.editions.models import Edition
from gongkai.work.tables.models import Hand, PublicTable, Record, Revision

# Name of the guarded table in the erasure order.
REVISION_TABLE = "tables_revision"
BLANKED_IF = blanked_if(REVISION_TABLE)
# Fields of a revision that contain no text.
ERASED_REVISION_VALUES: dict[str, object] = {
    "title": ERASED,
    "html": "",
    "summary": "",
    "content": {},
    "files": [],
    "csv": "",
}


class TableKeeper(RoomKeeper):
    """Revisions of tables and of records published by themselves."""

    def carries(self, mark: str) -> bool:
        """Return True if a revision still uses a file."""
        return Revision.objects.filter(files__icontains=mark).exists()

    def echoes(self, edition: Edition) -> Echoes:
        """Return the streams of a table's rows, which contain the same text."""
        rows = Record.objects.filter(table=number_in(edition, "table"))
        return Echoes(streams=frozenset(record.stream for record in rows))

    def erase(self, edition: Edition) -> None:
        """Blank the revisions of an edition, and rows that are unchanged since."""
        stream = edition.document.source
        if stream.partition("/")[0] not in self.names:
            return
        rows = revisions_behind(edition).rows(Revision.objects.filter(stream=stream))
        numbers = list(rows.values_list("pk", flat=True))
        last = rows.order_by("-pk").first()
        order_blanking(edition, REVISION_TABLE, dict.fromkeys(numbers, ERASED_REVISION_VALUES))
        Revision.objects.filter(pk__in=numbers).update(**ERASED_REVISION_VALUES)
        if last is None or self._went_on(stream, last):
            return
        PublicTable.objects.filter(pk=number_in(edition, "table")).update(note="", phone="")
        Record.objects.filter(table=number_in(edition, "table")).delete()
        number = number_in(edition, "record")
        Record.objects.filter(pk=number).update(name=f"{ERASED}{number}", values={})

    @staticmethod
    def _went_on(stream: str, last: Revision) -> bool:
        newer = Revision.objects.filter(stream=stream, pk__gt=last.pk).exists()
        return newer or Hand.objects.filter(stream=stream, pk__gt=last.last_hand).exists()


KEEPER = TableKeeper("table", "record")
