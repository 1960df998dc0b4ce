"""Measure large imports and the office's pages while a ledger on SQLite grows.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.sqlite_growth [IMPORTS [ROWS]]

The city is changed: use a copy. IMPORTS (10) files of ROWS (20,000) 12345 orders are imported one after
another. After the first, second, fifth and last one, the office's pages are measured.
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
    newest, ledger = Entry.objects.filter(kind="inquiry").latest("pk"), reverse("ledger_list")
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


def main(imports: int, rows: int) -> None:
    """Import the files in turn, and print their figures and those of the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from benchmarks.import_rows import _city, _lists, _rows, measure
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.core.ledger.models import Entry

    make = _rows(_city(), _lists(1))["orders"]
    print(f"{Entry.objects.count():,} entries: {_pages()}", flush=True)
    for turn in range(imports):
        began = time.process_time()
        measure("orders", lambda n, turn=turn: make(n + (turn + 1) * rows), rows, SYSTEM, show=False)
        print(f"  the dry run included: {(time.process_time() - began) * 1000 / rows:.2f} ms a row", flush=True)
        if turn + 1 in {1, 2, 5, imports}:
            print(f"{Entry.objects.count():,} entries: {_pages()}", flush=True)


if __name__ == "__main__":
    main(*map(int, [*sys.argv[1:], *("10", "20000")[len(sys.argv) - 1 :]]))
