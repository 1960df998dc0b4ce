"""Measure a large import and the office's pages on SQLite, over a small ledger and a large one.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.sqlite_growth [ROWS [ENTRIES]]

The city is changed: use a copy. A file of ROWS (20,000) 12345 orders is imported; then the entries
are copied within the database until there are ENTRIES (200,000), and the next file is imported. Log
records are copied as well, so `audit verify` fails afterwards.
"""

import os
import sys
import time


def _pages() -> str:
    """Return the processor time and queries of the office's pages, in one line."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    from benchmarks.pages import measure
    from gongkai.core.ledger.models import Entry

    client, number = Client(SERVER_NAME="localhost"), r"/ledger/\d+/"
    client.force_login(get_user_model().objects.get(username="zwgk"), "django.contrib.auth.backends.ModelBackend")
    uncopied = Entry.objects.filter(kind="inquiry", number__regex=r"^\D+[0-9]{4}-[0-9]+$")
    newest, ledger = uncopied.latest("pk"), reverse("ledger_list")
    pages = {
        "home": (reverse("wagtailadmin_home"), "<h1|<main"),
        "ledger": (ledger, number),
        "overdue": (f"{ledger}?light=red", number),
        "words": (f"{ledger}?q={newest.title}", number),
        "a number": (f"{ledger}?q={newest.number}", number),
        "a unit": (f"{ledger}?body={newest.body_id}", number),
        "entry": (reverse("ledger_entry", args=[newest.pk]), newest.number),
    }
    found = {name: measure(client, *page) for name, page in pages.items()}
    return "; ".join(f"{name} {page['cpu_ms']:.0f} ms/{page['queries']:.0f}" for name, page in found.items())


#: Copied tables with their primary key, and the columns that differ in the copies.
TABLES = {
    "ledger_entry": ("id", {"id": "id + {entries}", "number": "number || '-{copy}'"}),
    "ledger_clockevent": ("id", {"id": "NULL", "entry_id": "entry_id + {entries}", "voids_id": "NULL"}),
    "consultation_inquiry": ("entry_id", {"entry_id": "entry_id + {entries}", "repeat_of_id": "NULL"}),
    "intake_party": ("id", {"id": "NULL", "matter": "matter || '-{copy}'"}),
    "consultation_exchangeorder": (
        "id",
        {"id": "NULL", "ref": "ref || '-{copy}'", "inquiry_id": "inquiry_id + {entries}"},
    ),
    "acts_movement": ("id", {"id": "id + {records}", "stream": "stream || '-{copy}'"}),
    "acts_movementwords": ("movement_id", {"movement_id": "movement_id + {records}"}),
    "acts_cover": ("id", {"id": "NULL", "movement_id": "movement_id + {records}", "row": "row + {entries}"}),
}


def _last_keys() -> dict[str, int]:
    """Return the last primary key of each copied table."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table, (key, _) in TABLES.items():
            cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def _copy_entries(first: dict[str, int], wanted: int) -> None:
    """Copy the entries after the keys `first` with their log until there are `wanted` entries."""
    from django.db import connection, transaction

    last = _last_keys()
    entries, records = (last[table] - first[table] for table in ("ledger_entry", "acts_movement"))
    with connection.cursor() as cursor, transaction.atomic():
        for copy in range(1, (wanted - last["ledger_entry"]) // entries + 1):
            moved = {"entries": copy * entries, "records": copy * records, "copy": copy}
            for table, (key, changed) in TABLES.items():
                cursor.execute(f"PRAGMA table_info({table})")
                columns = {
                    f'"{row[1]}"': changed.get(row[1], f'"{row[1]}"').format(**moved) for row in cursor.fetchall()
                }
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
                    f"FROM {table} WHERE {key} > {first[table]} AND {key} <= {last[table]}"
                )


def main(rows: int, entries: int) -> None:
    """Import a file over the small ledger and over the large one, and print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from benchmarks.import_rows import _city, _lists, _rows, measure
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.core.ledger.models import Entry

    make = _rows(_city(), _lists(1))["orders"]
    for turn in range(2):
        first = _last_keys()
        print(f"{Entry.objects.count():,} entries: {_pages()}", flush=True)
        began = time.process_time()
        measure("orders", lambda n, turn=turn: make(n + (turn + 1) * 1_000_000), rows, SYSTEM, show=False)
        print(f"  the dry run included: {(time.process_time() - began) * 1000 / rows:.2f} ms a row", flush=True)
        if not turn:
            print(f"{Entry.objects.count():,} entries: {_pages()}", flush=True)
            _copy_entries(first, entries)


if __name__ == "__main__":
    main(*map(int, [*sys.argv[1:], *("20000", "200000")[len(sys.argv) - 1 :]]))
