"""Fill a site with documents in bulk and ask its pages many times (`python -m benchmarks.portal_pages DOCUMENTS`)."""

import json
import os
import sys
import time


def main(count: int) -> None:
    """Fill, ask, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from benchmarks.pages import measure
    from benchmarks.portal_city import fill
    from gongkai.editions.models import Column, Shelf

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    with transaction.atomic():
        column, item = fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - started
    row = Shelf.objects.filter(column=column).order_by("published_at")[count // 8]
    client = Client(SERVER_NAME="localhost")
    parent = Column.objects.get(pk=column).parent_id
    addresses = {
        "front": "/",
        "column": f"/columns/{column}/",
        "column with all below": f"/columns/{parent}/",
        "column, far down": f"/columns/{column}/?after={row.published_at.isoformat().replace('+', '%2B')}_{row.document_id}",
        "item": item,
        "search, rare": "/search/?q=第4242号",
        "search, common": "/search/?q=预算",
        "search, narrowed": "/search/?q=预算&kind=finance&year=2024",
        "search, number without year": "/search/?q=云教发20号",
        "search, nothing found": "/search/?q=预蒜决算公搞",
        "suggestions": "/search/suggest/?q=预算",
        "api": "/api/v1/documents/",
        "feed": "/feed/",
    }
    figures = {name: measure(client, address) for name, address in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
