"""Tasks inside the installation named by the environment: `python -m benchmarks.large.inside TASK …`; prints JSON."""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402

from gongkai.core.ledger.models import Comment, Entry  # noqa: E402
from gongkai.core.units.models import Appointment, Role  # noqa: E402
from gongkai.work.notices.models import Notice  # noqa: E402


def migrate() -> int:
    """Migrate an empty database."""
    from gongkai.ops.upkeep import migrating

    migrating.migrate_database()
    return len(connection.introspection.table_names())


def tests(name: str) -> Any:
    """Return a module of the tests."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests"))
    return import_module(name)


def clerks(count: str) -> list[dict[str, Any]]:
    """Sign in clerks of different units; return cookies and numbers of open entries of each one's unit."""
    from django.test import Client

    posts = Appointment.objects.filter(role=Role.CLERK).select_related("person__user").order_by("body_id", "pk")
    found, seen = [], set()
    for post in posts.iterator(500):
        user = post.person.user
        if user is None or post.person_id in seen:
            continue
        seen.add(post.person_id)
        entries = Entry.objects.filter(body_id=post.body_id, state="open", kind="assignment").order_by("pk")
        # People of one unit share its entries: each gets different ones.
        numbers = list(entries.values_list("pk", flat=True)[:400])[post.pk % 4 :: 4]
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found.append(
            {
                "user": user.username,
                "cookies": {k: one.value for k, one in client.cookies.items()},
                "entries": numbers,
            }
        )
        if len(found) == int(count):
            break
    return found


def chief() -> dict[str, str]:
    """Sign in the open-government office of the province; return its cookies."""
    from django.test import Client

    post = Appointment.objects.filter(role=Role.CHIEF).select_related("person__user").order_by("pk").first()
    client = Client(SERVER_NAME="localhost")
    client.force_login(post.person.user, backend="django.contrib.auth.backends.ModelBackend")
    return {name: one.value for name, one in client.cookies.items()}


def pages() -> dict[str, Any]:
    """Measure the office's pages as the open-government office and as a clerk."""
    from django.test import Client

    from benchmarks.pages import measure

    users = get_user_model().objects.filter(person__appointments__role=Role.CHIEF)
    chief, clerk = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    backend = "django.contrib.auth.backends.ModelBackend"
    chief.force_login(users.order_by("pk").first(), backend=backend)
    clerk.force_login(get_user_model().objects.get(username="p00005"), backend=backend)
    notice = Notice.objects.order_by("-year").first()
    body = Entry.objects.order_by("-pk").first().body_id
    row = r"/ledger/\d+/"
    shown = {
        "home, 政务公开办": (chief, reverse("wagtailadmin_home"), r"light=red|/ledger/\d+/"),
        "home, clerk": (clerk, reverse("wagtailadmin_home"), r"light=red|/ledger/\d+/"),
        "ledger": (chief, reverse("ledger_list"), row),
        "ledger, clerk": (clerk, reverse("ledger_list"), row),
        "ledger, red, one unit": (chief, reverse("ledger_list") + f"?light=red&body={body}", row),
        "打表": (chief, reverse("notices_matrix", args=[notice.pk]), notice.title),
    }
    return {name: measure(*page) for name, page in shown.items()}


def standing() -> dict[str, Any]:
    """Return what is in the database: texts of the benchmark's remarks, submitted entries, titles of inquiries."""
    from django.db.models import Count

    from gongkai.core.acts.models import Movement
    from gongkai.core.background_jobs.models import Errand

    said = Comment.objects.filter(text__startswith="bench-").values_list("text").annotate(n=Count("pk"))
    moves = Movement.objects.filter(action="assignment.submit").values_list("stream").annotate(n=Count("pk"))
    return {
        "remarks": dict(said),
        "submitted": dict(moves),
        "errands": dict(Errand.objects.values_list("state").annotate(n=Count("pk"))),
    }


def ask_errands(count: str) -> list[int]:
    """Queue `count` notices for the workers, as the import page does; return the numbers of the jobs."""
    from django.utils import timezone

    from gongkai.core.units.actors import get_actor
    from gongkai.core.units.models import Body, BodyKind
    from gongkai.ops.demo import notices
    from gongkai.work.notices.importing.uploads import start_reading

    chief = get_actor(get_user_model().objects.filter(person__appointments__role=Role.CHIEF).order_by("pk").first())
    government, today = Body.objects.get(kind=BodyKind.GOVERNMENT), timezone.localdate()
    made = []
    for number in range(int(count)):
        sample = notices.load_sample("county", today, today.year)
        sample.facts["标题"] += f"（第{number}次，{os.getpid()}）"
        errand = start_reading(
            notices.make_word_file(sample), "通知.docx", by=chief, government=government, issuer=None
        )
        made.append(errand.pk)
    return made


def errands(numbers: str) -> dict[str, Any]:
    """Return the states of jobs, and how often the same file became a notice."""
    from django.db.models import Count

    from gongkai.core.background_jobs.models import Errand

    rows = Errand.objects.filter(pk__in=json.loads(numbers))
    twice = Notice.objects.values("source_digest").annotate(n=Count("pk")).filter(n__gt=1).count()
    return {
        "states": dict(rows.values_list("state").annotate(n=Count("pk"))),
        "most attempts": max(rows.values_list("attempts", flat=True)),
        "notices from one file twice": twice,
    }


def publish(count: str) -> None:
    """Publish texts one by one, for each line on standard input; print path, column, previous title and time of the last signature.

    Also prints the item's number and its signer's cookies, so that it can be withdrawn.
    """
    import time

    made, units = tests("factories.publishing"), tests("factories.units")
    units.UserFactory.reset_sequence(1_000 * os.getpid(), force=True)  # other runs in this database created people, too
    actor = units.actor
    from django.test import Client

    from gongkai.content.editions.models import Placement, Website
    from gongkai.content.editions.sources import ensure_document
    from gongkai.content.publishing import actions
    from gongkai.ui.portal.purging import purge_queue

    purge_queue.start_purge_threads()  # as in a process that serves pages
    site = Website.objects.get(is_default=True)
    column = Placement.objects.filter(column__website=site).order_by("-pk")[0].column
    for number in range(int(count)):
        title = f"关于印发第{number}号方案（{os.getpid()}）的通知"
        page = made.item(site.body, [column], title=title, body="<p>为改善居民居住条件，制定本方案。</p>" * 20)
        review = made.submitted(page)
        made.sign_all(review, upto=1)
        last = actor(made.SIGNERS[2], site.body)
        review.refresh_from_db()
        sheet = made.read_whole(review, last)
        print(json.dumps({"title": title, "column": f"/columns/{column.pk}/"}), flush=True)
        sys.stdin.readline()
        began = time.monotonic()
        actions.approve(review, by=last, sheet=sheet, release=True)
        path = ensure_document(page).addresses.get(current=True).path
        done = time.monotonic()
        print(json.dumps({"began": began, "done": done, "path": path}), flush=True)
        client = Client(SERVER_NAME="localhost")
        client.force_login(
            get_user_model().objects.get(pk=last.user_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        cookies = {name: one.value for name, one in client.cookies.items()}
        print(json.dumps({"number": page.pk, "cookies": cookies}), flush=True)
        sys.stdin.readline()


def paths() -> dict[str, Any]:
    """Return addresses of the first site: pages of texts, columns; and its host."""
    from gongkai.content.editions.models import Shelf, Website

    site = Website.objects.get(is_default=True)
    rows = Shelf.objects.filter(column=None, website=site).order_by("-published_at")
    columns = Shelf.objects.filter(website=site, direct=True).exclude(column=None).values_list("column", flat=True)
    return {
        "texts": list(rows.values_list("path", flat=True)[20:60]),
        "columns": [f"/columns/{n}/" for n in columns.distinct()[:5]],
    }


def facts() -> dict[str, Any]:
    """Return the size of the database."""
    from gongkai.content.editions.models import Document

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {
        "texts": Document.objects.count(),
        "entries": Entry.objects.count(),
        "persons": Appointment.objects.count(),
        "bytes": size,
        "digest": settings.GONGKAI_DIGEST,
    }


TASKS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (migrate, clerks, chief, pages, standing, ask_errands, errands, publish, paths, facts)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
