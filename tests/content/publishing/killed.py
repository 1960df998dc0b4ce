"""What the kill tests of publishing run: each act in a child that is killed before each of its statements, around its commit, or at any time.

A process of its own with its own data folder or database (`DATABASE_URL`). It prints its verdict as JSON. Called by `test_killed.py`.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gongkai.ops.cli.django import start_django

start_django(ready=False)

from django.conf import settings  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from factories.publishing import SIGNERS, column, item, sign, sign_all, signed, submitted, website  # noqa: E402
from factories.units import BodyFactory, UserFactory, actor  # noqa: E402
from gongkai.content.editions import shelves  # noqa: E402
from gongkai.content.editions.frozen import store_publishable_file  # noqa: E402
from gongkai.content.editions.models import Address, Document, Edition, EditionEffect, Erasure, Shelf, Website  # noqa: E402
from gongkai.content.editions.shelves import list_spans  # noqa: E402
from gongkai.content.editions.sources import ensure_document  # noqa: E402
from gongkai.content.publishing import actions  # noqa: E402
from gongkai.content.publishing.models import find_document_item  # noqa: E402
from gongkai.content.search.models import SearchRow  # noqa: E402
from gongkai.core.files.integrity import delete_orphans  # noqa: E402
from gongkai.core.files.models import StoredFile  # noqa: E402
from gongkai.core.files.storage import get_files_storage  # noqa: E402
from gongkai.core.ledger.audit import run_audit  # noqa: E402
from gongkai.core.units.models import Body, Role  # noqa: E402

Run = Callable[[], Any]
#: Kills at random times after which it ends even where nothing was done before them.
MOST_KILLS = 40
settings.ALLOWED_HOSTS = ["*"]


def ground() -> tuple[Body, Any]:
    """A unit and an open column of one site."""
    site = Website.objects.first() or website()
    body = BodyFactory(name="云岭市住房和城乡建设局", parent=site.body)
    return body, site.columns.filter(key="规划信息").first() or column(site, "规划信息")


def other_names() -> None:
    """Let this process name people as no other one did: counting begins anew in each."""
    UserFactory.reset_sequence(random.SystemRandom().randrange(10**12))


def last_signature(page: Any, **facts: Any) -> Run:
    """Submit and sign all stages but the last; the last one publishes."""
    review = submitted(page, **facts)
    sign_all(review, upto=1)
    review.refresh_from_db()
    lead = actor(SIGNERS[2], page.unit)
    return lambda: sign(review, by=lead)


def written() -> Any:
    body, where = ground()
    return item(
        body,
        [where],
        attachments=[("清单.txt", store_publishable_file(f"清单{os.urandom(20).hex()}".encode(), "清单.txt"))],
    )


def out() -> Document:
    page = written()
    signed(page)
    return ensure_document(page)


def rewritten(document: Document) -> Any:
    page = find_document_item(document)
    actions.save_revision(page, by=actor(Role.CLERK, page.unit), body=f"<p>更正后的文字{os.urandom(3).hex()}</p>")
    return find_document_item(document)


def hidden() -> Document:
    document = out()
    actions.withdraw(document, by=actor(Role.SIGNER, document.body), reason="有误")
    return document


def publish() -> Run:
    return last_signature(written())


def schedule() -> Run:
    return last_signature(written(), visible_from=timezone.now() + timedelta(days=2))


def replace() -> Run:
    return last_signature(rewritten(out()))


def withdraw() -> Run:
    document = out()
    signer = actor(Role.SIGNER, document.body)
    return lambda: actions.withdraw(document, by=signer, reason="有误")


def restore() -> Run:
    return last_signature(rewritten(hidden()))


def erase() -> Run:
    edition, chief = hidden().editions.get(number=1), actor(Role.CHIEF, Website.objects.get().body)
    clerk = actor(Role.CLERK, edition.unit)
    actions.ask_erasure(edition, by=clerk, basis="《个人信息保护法》第四十七条")
    return lambda: actions.erase(edition, by=chief)


def submit() -> Run:
    from factories.checks import settle

    page = written()
    settle(page, actor(Role.CLERK, page.unit))
    clerk = actor(Role.CLERK, page.unit)
    return lambda: actions.submit(page, by=clerk)


def attach() -> Run:
    data = os.urandom(200_000).hex().encode()
    return lambda: store_publishable_file(data, "清单.txt")


def halved() -> Run:
    """What must be found: an act in two transactions."""
    document = out()
    signer = actor(Role.SIGNER, document.body)

    def work() -> None:
        Document.objects.filter(pk=document.pk).update(version=document.version + 1)
        actions.withdraw(document, by=signer, reason="有误")

    return work


ACTS: dict[str, Callable[[], Run]] = {
    one.__name__: one for one in (publish, replace, schedule, withdraw, restore, erase, submit, attach, halved)
}


def child(work: Run, point: int | str) -> tuple[int, int]:
    """Do it in a child that kills itself at a point; return the signal it died of (0: it lived) and its statements."""
    connections.close_all()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            _killed_at(work, point, writer)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        words = told.read()
    _, status = os.waitpid(pid, 0)
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status)), f"{point}: the act itself failed"
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), int(words or 0)


def _killed_at(work: Run, point: int | str, writer: int) -> None:
    done = 0

    def die() -> None:
        os.write(writer, str(done).encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        done += 1
        if done == point:
            die()
        return execute(sql, params, many, context)

    def around(owner: Any, name: str) -> None:
        kept = getattr(owner, name)

        def stopped(*words: Any, **facts: Any) -> Any:
            if point == f"before {name}":
                die()
            value = kept(*words, **facts)
            if point == f"after {name}":
                die()
            return value

        setattr(owner, name, stopped)

    connection.ensure_connection()
    around(connection, "_commit")
    around(os, "fsync")
    around(os, "link")
    with connection.execute_wrapper(count):
        work()


def everything() -> dict[str, str]:
    """A digest of every table: what a kill may not change."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def files() -> set[str]:
    root = Path(settings.FILES_ROOT)
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def each_statement(name: str, most: int) -> dict[str, Any]:
    """Kill one act before its statements (all, or `most` spread over them) and around its commit; say what did not hold."""
    work = ACTS[name]()
    before, kept = everything(), files()
    faults, kills = [], 0
    points: list[int | str] = []
    if name == "attach":  # before anything else: once the file is there, it is not written again
        points += ["before fsync", "before link", "after link"]
        held_back = [_still(work, point, before) for point in points]
        kills, points = sum(held_back), []
    dead, statements = child(work, "before _commit")
    points += [*spread(statements, most), "before _commit"]
    for point in points:
        dead, _ = child(work, point)
        kills += dead == signal.SIGKILL
        if everything() != before:
            now = everything()
            faults.append(f"{name} {point}: {[t for t in now if now[t] != before.get(t)]}")
        if kept - files():
            faults.append(f"{name} {point}: files are gone")
    delete_orphans(age=timedelta(0))
    if files() != kept:
        faults.append(f"{name}: {len(files() - kept)} files are left")
    dead, _ = child(work, "after _commit")
    kills += dead == signal.SIGKILL
    if everything() == before:
        faults.append(f"{name}: committed and not there")
    return {"act": name, "statements": statements, "kills": kills, "faults": [*faults, *in_part()]}


def _still(work: Run, point: int | str, before: dict[str, str]) -> bool:
    """Kill at a point; whether it died there and the database is as before."""
    dead, _ = child(work, point)
    assert dead == signal.SIGKILL, f"{point} was never reached"
    assert everything() == before, f"{point}: the database changed"
    return True


def spread(count: int, most: int) -> Iterator[int]:
    """Numbers from 1 to `count`, at most so many, the ends among them."""
    step = max(1, -(-count // most)) if most else 1
    yield from sorted({*range(1, count + 1, step), count} if count else set())


def in_part() -> list[str]:
    """Return what is there in part, after anything."""
    faults = [f"{f.name}: {f.verdict.broken}" for f in run_audit() if f.verdict.broken]
    delete_orphans(age=timedelta(0))
    known = set(StoredFile.objects.values_list("pk", flat=True))
    for mark in known:
        place = f"stored/{mark[:2]}/{mark}"
        if not get_files_storage().exists(place):
            faults.append(f"no bytes of {mark}")
        else:
            with get_files_storage().open(place) as file:
                if hashlib.sha256(file.read()).hexdigest() != mark:
                    faults.append(f"other bytes of {mark}")
    faults += [f"{name} is of nobody" for name in files() if name.startswith("stored/") and name[-64:] not in known]
    textless = Edition.objects.filter(act=EditionEffect.PUBLISH, content=None).exclude(
        pk__in=Erasure.objects.values("pk")
    )
    faults += [f"{one} has no text" for one in textless]
    shown = _derived()
    with transaction.atomic():
        shelves.rebuild_shelves()
        if _derived() != shown:
            faults.append("shelves, search or addresses are not what the editions say")
        transaction.set_rollback(True)
    return faults + _as_a_visitor()


def _derived() -> list[Any]:
    """What lists, search and addresses say now and later; rows whose time is over go at the next derivation."""
    now = timezone.now()
    leave = {Shelf: ("id",), SearchRow: (), Address: ("id", "since")}
    return [
        sorted(
            str([v for k, v in sorted(row.items()) if k not in without])
            for row in model.objects.values()
            if (row.get("until_at") or now) >= now
        )
        for model, without in leave.items()
    ]


def _as_a_visitor() -> list[str]:
    """Hold what a visitor gets against what the editions say."""
    faults, client = [], Client()
    now = timezone.now()
    for document in Document.objects.exclude(editions=None):
        live = [s for s in list_spans(document.editions.all()) if s.since <= now and (s.until is None or s.until > now)]
        path = document.addresses.filter(current=True).values_list("path", flat=True).first()
        status = client.get(path).status_code if path else 404
        if (status == 200) != bool(live):
            faults.append(f"{document.pk}: {status} where {len(live)} is live")
    return faults


def any_time(seconds: int) -> dict[str, Any]:
    """Publish, replace, withdraw, restore, schedule, erase in a child that is killed at random times; say what was lost or is there in part."""
    chance, said, faults, kills = random.Random(), [], [], 0
    ground()
    end, longest = time.monotonic() + seconds, 3.0
    while time.monotonic() < end or (not said and kills < MOST_KILLS):
        connections.close_all()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _go_on(writer)
        os.close(writer)
        time.sleep(chance.uniform(0.05, longest))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with os.fdopen(reader) as told:
            done = [line.split() for line in told.read().splitlines() if line.endswith(" .")]
        longest = longest if done else min(1.5 * longest, 30.0)  # a slow machine gets the time that an act takes there
        said += done
        kills += 1
    for name, document, count, _ in said:
        there = Edition.objects.filter(document=int(document)).count()
        if there < int(count):
            faults.append(f"{name} {document}: {count} said, {there} there")
    return {"kills": kills, "done": len(said), "faults": [*faults, *in_part()]}


def _go_on(writer: int) -> None:
    other_names()

    def say(name: str, document: Document) -> None:
        os.write(writer, f"{name} {document.pk} {document.editions.count()} .\n".encode())

    while True:
        document = out()
        say("published", document)
        signed(rewritten(document))
        say("replaced", document)
        actions.withdraw(document, by=actor(Role.SIGNER, document.body), reason="有误")
        say("withdrawn", document)
        signed(rewritten(document))
        say("restored", document)
        signed(rewritten(document), visible_from=timezone.now() + timedelta(seconds=1))
        say("scheduled", document)


def main(task: str, *words: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    other_names()
    done = any_time(int(words[0])) if task == "any_time" else each_statement(task, int(words[0]))
    print(json.dumps(done, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
