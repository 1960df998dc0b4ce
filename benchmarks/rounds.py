"""Answer each "go" with a page's milliseconds of processor time; a child process of portal_speed (`python -m
benchmarks.rounds portal|plain|demo|province`).
"""

import gc
import os
import re
import sys
from collections.abc import Callable
from typing import Any

PAGES = int(os.environ.get("BENCH_PAGES", "30"))


def fill_portal() -> list[str]:
    """Fill the portal and return addresses of items."""
    from benchmarks.portal_city import fill

    fill(66 * PAGES)
    return _items()


def list_province_items() -> list[str]:
    """Return addresses of items of an existing province (benchmarks/large)."""
    return _items()


def _items() -> list[str]:
    from gongkai.content.editions.models import Shelf, Website

    site = Website.objects.get(is_default=True)
    rows = Shelf.objects.filter(column=None, website=site).order_by("-published_at")
    return list(rows.values_list("path", flat=True)[50 : 50 + PAGES])


def fill_plain() -> list[str]:
    """Fill the plain site and return addresses of pages."""
    model = _models().get_model("plain", "PlainPage")
    return _site(model, lambda n: {"body": f"<p>{_words(n)}</p>"})


def fill_demo() -> list[str]:
    """Fill a site of pages as in the bakery demo and return their addresses."""
    from io import BytesIO

    from django.core.files.images import ImageFile
    from PIL import Image as Picture
    from wagtail.images.models import Image

    models = _models()
    Foot, Author, Wrote, model = (models.get_model("plain", n) for n in ("Foot", "Author", "Wrote", "DemoPage"))
    Foot.objects.create(body="<p>云岭市人民政府</p>")

    def picture(name: str) -> Image:
        data = BytesIO()
        Picture.new("RGB", (2000, 900), "teal").save(data, "JPEG")
        return Image.objects.create(title=name, file=ImageFile(data, f"{name}.jpg"))

    pictures = [picture(f"p{n}") for n in range(5)]
    authors = [Author.objects.create(name=f"作者{n}", image=pictures[n]) for n in range(2)]

    def fields(n: int) -> dict[str, Any]:
        words = _words(n)
        blocks = [("heading", "一、总体要求"), ("paragraph", words[:200]), ("picture", pictures[n % 5])]
        blocks += [("heading", "二、主要任务"), ("paragraph", words[200:])]
        facts = {"body": blocks, "image": pictures[(n + 1) % 5], "intro": words[:60]}
        return {**facts, "written_by": [Wrote(author=author) for author in authors]}

    return _site(model, fields)


def _models() -> Any:
    from django.apps import apps

    return apps


def _words(n: int) -> str:
    from benchmarks.portal_city import WORDS

    return "".join(WORDS[(n + k) % len(WORDS)] for k in range(300))


def _site(model: Any, fields: Callable[[int], dict[str, Any]]) -> list[str]:
    """Create six sections of thirty pages each; return addresses of some of the last section."""
    from datetime import date

    from wagtail.models import Page, Site

    root, day = Page.objects.get(depth=1), date(2026, 1, 1)
    home = root.add_child(instance=model(title="云岭市", slug="plain-home", date=day))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    made = []
    for section in range(6):
        above = home.add_child(instance=model(title=f"栏目{section}", slug=f"s{section}", show_in_menus=True, date=day))
        for n in range(30):
            page = above.add_child(instance=model(title=f"第{n}号", slug=f"p{n}", date=day, **fields(n)))
            page.save_revision().publish()
            made.append(page)
    return [page.get_url() for page in made[-PAGES:]]


#: Kind of site → its settings and the function that fills it.
SITES = {
    "portal": ("gongkai.ops.config.settings", fill_portal),
    "province": ("gongkai.ops.config.settings", list_province_items),
    "plain": ("benchmarks.plain.settings", fill_plain),
    "demo": ("benchmarks.plain.demo", fill_demo),
}


def request_text(client: Any, address: str) -> bytes:
    """Return a text's page: the heading or title must have its number, and the page the words of its body."""
    answer = client.get(address)
    page: bytes = answer.content
    if answer.status_code != 200 or not re.search(r"第\d+号.*<p\b.{200}", page.decode(), re.DOTALL):
        raise SystemExit(f"{address} answers {answer.status_code} without a text")
    return page


def main(which: str) -> None:
    """Fill the site, then answer each line."""
    module, fill = SITES[which]
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    import warnings

    warnings.simplefilter("ignore")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.portal_queries import processor_seconds

    call_command("migrate", verbosity=0)
    addresses = fill()
    client = Client(SERVER_NAME="localhost")
    for address in addresses * 2:  # renditions, templates and caches of the process are made once
        size = len(request_text(client, address))
    print(size, flush=True)
    gc.collect()
    gc.freeze()
    for _ in sys.stdin:
        started = processor_seconds()
        for address in addresses * 2:
            assert client.get(address).status_code == 200, address
        took = (processor_seconds() - started) * 1000 / (2 * len(addresses))
        request_text(client, addresses[-1])
        print(took, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
