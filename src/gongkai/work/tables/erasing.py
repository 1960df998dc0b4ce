"""What law erases of published tables: the revisions, and the rows themselves where nobody changed them since."""

from gongkai.content.editions.erasing import (
    RoomKeeper,
    blanked_if,
    number_in,
    order_blanking,
    revisions_behind,
)
from gongkai.content.editions.erasure_copies import ERASED, Echoes
from gongkai.content.editions.models import Edition
from gongkai.work.tables.models import Hand, PublicTable, Record, Revision

#: The guarded table, as the order to blank names it.
REVISIONS = "tables_revision"
BLANKED_IF = blanked_if(REVISIONS)
#: What stays of a revision: what nobody wrote.
BLANK: dict[str, object] = {"title": ERASED, "html": "", "summary": "", "content": {}, "files": [], "csv": ""}


class TableKeeper(RoomKeeper):
    """Revisions of tables and of records that are published by themselves."""

    def carries(self, mark: str) -> bool:
        """Whether a revision still names a file."""
        return Revision.objects.filter(files__icontains=mark).exists()

    def echoes(self, edition: Edition) -> Echoes:
        """Return the streams of a table's rows: their words are its own."""
        rows = Record.objects.filter(table=number_in(edition, "table"))
        return Echoes(streams=frozenset(record.stream for record in rows))

    def erase(self, edition: Edition) -> None:
        """Blank the revisions behind an edition. Rows that nobody changed since say what was to be erased: they go with it."""
        stream = edition.document.source
        if stream.partition("/")[0] not in self.names:
            return
        rows = revisions_behind(edition).rows(Revision.objects.filter(stream=stream))
        numbers = list(rows.values_list("pk", flat=True))
        last = rows.order_by("-pk").first()
        order_blanking(edition, REVISIONS, dict.fromkeys(numbers, BLANK))
        Revision.objects.filter(pk__in=numbers).update(**BLANK)
        if last is None or self._went_on(stream, last):
            return
        PublicTable.objects.filter(pk=number_in(edition, "table")).update(note="", phone="")
        Record.objects.filter(table=number_in(edition, "table")).delete()
        number = number_in(edition, "record")
        Record.objects.filter(pk=number).update(name=f"{ERASED}{number}", values={})

    @staticmethod
    def _went_on(stream: str, last: Revision) -> bool:
        """Whether somebody worked on a source since a revision: what it says now is another text."""
        newer = Revision.objects.filter(stream=stream, pk__gt=last.pk).exists()
        return newer or Hand.objects.filter(stream=stream, pk__gt=last.last_hand).exists()


KEEPER = TableKeeper("table", "record")
