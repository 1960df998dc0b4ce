"""Kill publishing actions before each statement, around the commit, or at any time; used by `test_killed.py`.

Runs as its own process with its own data folder or database (`DATABASE_URL`), and prints its verdict as JSON.
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

from factories.publishing import SIGNING_ROLES, column, item, sign, sign_all, signed, submitted, website  # noqa: E402
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
#: Stop after this many kills even if no action finished before them.
MOST_KILLS = 40
settings.ALLOWED_HOSTS = ["*"]


def get_unit_and_column() -> tuple[Body, Any]:
    """Return a unit and an open column of one site."""
    site = Website.objects.first() or website()
    body = BodyFactory(name="云岭市住房和城乡建设局", parent=site.body)
    return body, site.columns.filter(key="规划信息").first() or column(site, "规划信息")


def use_random_user_names() -> None:
    """Start user names at a random number, because each process counts anew."""
    UserFactory.reset_sequence(random.SystemRandom().randrange(10**12))


def prepare_last_signature(page: Any, **facts: Any) -> Run:
    """Submit and sign all stages but the last. The returned function signs the last stage, which publishes."""
    review = submitted(page, **facts)
    sign_all(review, upto=1)
    review.refresh_from_db()
    lead = actor(SIGNING_ROLES[2], page.unit)
    return lambda: sign(review, by=lead)


def write_item() -> Any:
    body, where = get_unit_and_column()
    return item(
        body,
        [where],
        attachments=[("清单.txt", store_publishable_file(f"清单{os.urandom(20).hex()}".encode(), "清单.txt"))],
    )


def publish_item() -> Document:
    page = write_item()
    signed(page)
    return ensure_document(page)


def rewrite_item(document: Document) -> Any:
    page = find_document_item(document)
    actions.save_revision(page, by=actor(Role.CLERK, page.unit), body=f"<p>更正后的文字{os.urandom(3).hex()}</p>")
    return find_document_item(document)


def withdraw_item() -> Document:
    document = publish_item()
    actions.withdraw(document, by=actor(Role.SIGNER, document.body), reason="有误")
    return document


def publish() -> Run:
    return prepare_last_signature(write_item())


def schedule() -> Run:
    return prepare_last_signature(write_item(), visible_from=timezone.now() + timedelta(days=2))


def replace() -> Run:
    return prepare_last_signature(rewrite_item(publish_item()))


def withdraw() -> Run:
    document = publish_item()
    signer = actor(Role.SIGNER, document.body)
    return lambda: actions.withdraw(document, by=signer, reason="有误")


def restore() -> Run:
    return prepare_last_signature(rewrite_item(withdraw_item()))


def erase() -> Run:
    edition, chief = withdraw_item().editions.get(number=1), actor(Role.CHIEF, Website.objects.get().body)
    clerk = actor(Role.CLERK, edition.unit)
    actions.ask_erasure(edition, by=clerk, basis="《个人信息保护法》第四十七条")
    return lambda: actions.erase(edition, by=chief)


def submit() -> Run:
    from factories.checks import settle_findings

    page = write_item()
    settle_findings(page, actor(Role.CLERK, page.unit))
    clerk = actor(Role.CLERK, page.unit)
    return lambda: actions.submit(page, by=clerk)


def attach() -> Run:
    data = os.urandom(200_000).hex().encode()
    return lambda: store_publishable_file(data, "清单.txt")


def halved() -> Run:
    """An action in two transactions, which the check must find."""
    document = publish_item()
    signer = actor(Role.SIGNER, document.body)

    def work() -> None:
        Document.objects.filter(pk=document.pk).update(version=document.version + 1)
        actions.withdraw(document, by=signer, reason="有误")

    return work


ACTS: dict[str, Callable[[], Run]] = {
    one.__name__: one for one in (publish, replace, schedule, withdraw, restore, erase, submit, attach, halved)
}


def run_in_child(work: Run, point: int | str) -> tuple[int, int]:
    """Run in a child that kills itself at a point; return its signal (0: it survived) and its number of statements."""
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


def compute_table_digests() -> dict[str, str]:
    """Return a digest of every table, to compare before and after a kill."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def list_files() -> set[str]:
    root = Path(settings.FILES_ROOT)
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def kill_at_each_statement(name: str, most: int) -> dict[str, Any]:
    """Kill an action before its statements (all, or `most` of them) and around its commit; report faults."""
    work = ACTS[name]()
    before, kept = compute_table_digests(), list_files()
    faults, kills = [], 0
    points: list[int | str] = []
    if name == "attach":  # before anything else: once the file is there, it is not written again
        points += ["before fsync", "before link", "after link"]
        held_back = [_is_unchanged_after_kill(work, point, before) for point in points]
        kills, points = sum(held_back), []
    dead, statements = run_in_child(work, "before _commit")
    points += [*spread_numbers(statements, most), "before _commit"]
    for point in points:
        dead, _ = run_in_child(work, point)
        kills += dead == signal.SIGKILL
        if compute_table_digests() != before:
            now = compute_table_digests()
            faults.append(f"{name} {point}: {[t for t in now if now[t] != before.get(t)]}")
        if kept - list_files():
            faults.append(f"{name} {point}: files are gone")
    delete_orphans(age=timedelta(0))
    if list_files() != kept:
        faults.append(f"{name}: {len(list_files() - kept)} files are left")
    dead, _ = run_in_child(work, "after _commit")
    kills += dead == signal.SIGKILL
    if compute_table_digests() == before:
        faults.append(f"{name}: committed and not there")
    return {"act": name, "statements": statements, "kills": kills, "faults": [*faults, *find_partial_results()]}


def _is_unchanged_after_kill(work: Run, point: int | str, before: dict[str, str]) -> bool:
    """Kill at a point; return True if it died there and the database is unchanged."""
    dead, _ = run_in_child(work, point)
    assert dead == signal.SIGKILL, f"{point} was never reached"
    assert compute_table_digests() == before, f"{point}: the database changed"
    return True


def spread_numbers(count: int, most: int) -> Iterator[int]:
    """Yield at most about `most` numbers from 1 to `count`, both ends included."""
    step = max(1, -(-count // most)) if most else 1
    yield from sorted({*range(1, count + 1, step), count} if count else set())


def find_partial_results() -> list[str]:
    """Return inconsistencies left by a kill."""
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
    faults += [
        f"{name} is of nobody" for name in list_files() if name.startswith("stored/") and name[-64:] not in known
    ]
    textless = Edition.objects.filter(act=EditionEffect.PUBLISH, content=None).exclude(
        pk__in=Erasure.objects.values("pk")
    )
    faults += [f"{one} has no text" for one in textless]
    shown = _load_derived_rows()
    with transaction.atomic():
        shelves.rebuild_shelves()
        if _load_derived_rows() != shown:
            faults.append("shelves, search or addresses are not what the editions say")
        transaction.set_rollback(True)
    return faults + _check_public_pages()


def _load_derived_rows() -> list[Any]:
    """Return current and future derived rows. Expired rows disappear at the next derivation."""
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


def _check_public_pages() -> list[str]:
    """Compare the responses for a visitor with the editions."""
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
    """Run random actions in a child that is killed at random times; report lost or partial results."""
    chance, said, faults, kills = random.Random(), [], [], 0
    get_unit_and_column()
    end, longest = time.monotonic() + seconds, 3.0
    while time.monotonic() < end or (not said and kills < MOST_KILLS):
        connections.close_all()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _act_until_killed(writer)
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
    return {"kills": kills, "done": len(said), "faults": [*faults, *find_partial_results()]}


def _act_until_killed(writer: int) -> None:
    use_random_user_names()

    def say(name: str, document: Document) -> None:
        os.write(writer, f"{name} {document.pk} {document.editions.count()} .\n".encode())

    while True:
        document = publish_item()
        say("published", document)
        signed(rewrite_item(document))
        say("replaced", document)
        actions.withdraw(document, by=actor(Role.SIGNER, document.body), reason="有误")
        say("withdrawn", document)
        signed(rewrite_item(document))
        say("restored", document)
        signed(rewrite_item(document), visible_from=timezone.now() + timedelta(seconds=1))
        say("scheduled", document)


def main(task: str, *words: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    use_random_user_names()
    done = any_time(int(words[0])) if task == "any_time" else kill_at_each_statement(task, int(words[0]))
    print(json.dumps(done, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
