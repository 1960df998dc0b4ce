"""Answer "go" with the processor's milliseconds a page takes: a child of benchmarks.portal_speed (`python -m benchmarks.rounds portal|plain`)."""

import os
import sys
import time

ASKED = 60


def portal() -> str:
    """Fill the portal and return an item's address."""
    from benchmarks.portal_city import fill

    fill(2000)
    from gongkai.publishing.models import Shelf

    return Shelf.objects.filter(column=None).order_by("-published_at")[50].path


def plain() -> str:
    """Fill the plain site and return a page's address."""
    from datetime import date

    from django.apps import apps
    from wagtail.models import Page, Site

    from benchmarks.portal_city import WORDS

    model = apps.get_model("plain", "PlainPage")
    root, day = Page.objects.get(depth=1), date(2026, 1, 1)
    home = root.add_child(instance=model(title="云岭市", slug="plain-home", date=day))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    page = home
    for section in range(6):
        above = home.add_child(
            instance=model(title=f"栏目{section}", slug=f"s{section}", show_in_menus=True, date=day)
        )
        for n in range(30):
            words = "".join(WORDS[(n + k) % len(WORDS)] for k in range(300))
            page = above.add_child(
                instance=model(title=f"第{n}号", slug=f"p{n}", date=day, body=f"<p>{words}</p>")
            )
            page.save_revision().publish()
    return page.get_url()


def main(which: str) -> None:
    """Fill, then answer each line."""
    module = "gongkai.config.settings" if which == "portal" else "benchmarks.plain.settings"
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    import warnings

    warnings.simplefilter("ignore")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    address = portal() if which == "portal" else plain()
    client = Client(SERVER_NAME="localhost")
    for _ in range(5):
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
    print(len(answer.content), flush=True)
    for _ in sys.stdin:
        started = time.process_time()
        for _ in range(ASKED):
            client.get(address)
        print((time.process_time() - started) * 1000 / ASKED, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
