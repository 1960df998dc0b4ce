"""Fill a site with documents in bulk and measure its pages many times (`python -m benchmarks.portal_pages DOCUMENTS`)."""

import json
import os
import sys
import time

#: Pattern of a text's title in lists.
TITLE_PATTERN = r"云岭市.{6}第\d+号"


def main(count: int) -> None:
    """Fill, measure, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from benchmarks.pages import measure
    from benchmarks.portal_city import fill
    from benchmarks.portal_queries import HITS, NONE, TITLES
    from gongkai.content.editions.models import Column, Shelf
    from gongkai.content.search.facets import get_local_year
    from gongkai.content.search.models import SearchRow

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
    middle = SearchRow.objects.order_by("pk")[count // 2]
    found = f"kind={middle.kind}&year={get_local_year(middle.published_at)}"
    newest = Shelf.objects.filter(column=None).order_by("-published_at")[0]
    addresses = {
        "front": ("/", newest.title),
        "column": (f"/columns/{column}/", TITLE_PATTERN),
        "column with all below": (f"/columns/{parent}/", TITLE_PATTERN),
        "column, far down": (
            f"/columns/{column}/?after={row.published_at.isoformat().replace('+', '%2B')}_{row.document_id}",
            TITLE_PATTERN,
        ),
        "item": (item, newest.title),
        "search, rare": (f"/search/?q=第{count // 2}号", HITS),
        "search, common": ("/search/?q=预算", HITS),
        "search, narrowed": (f"/search/?q={middle.text[:2]}&{found}", HITS),
        "search, number without year": (f"/search/?q={middle.number_short}", HITS),
        "search, nothing found": ("/search/?q=魑魅魍魉饕餮", NONE),
        "suggestions": ("/search/suggest/?q=预算", TITLES),
        "api": ("/api/v1/documents/", TITLE_PATTERN),
        "feed": ("/feed/", TITLE_PATTERN),
        "sitemap index": ("/sitemap.xml", "sitemap-0.xml"),
        "sitemap of 1,000 texts": (f"/sitemap-{count // 2000}.xml", "(?s)(<loc>.*){900}"),
    }
    figures = {name: measure(client, *page) for name, page in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
