"""What the test of people at once runs: several browsers press a button at the same signal, through the whole of the program.

A process of its own with its own data folder or database (`DATABASE_URL`): threads share no transaction of a test. Prints its verdict as
JSON. Called by `test_at_once.py`.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gongkai.ops.cli.django import start_django

start_django(ready=False)

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from factories import requests  # noqa: E402
from factories.notices import City, city, entry_of, fresh, live  # noqa: E402
from factories.notices import submitted as handed_in  # noqa: E402
from factories.pages import login  # noqa: E402
from factories.publishing import column, item, read_whole, submitted  # noqa: E402
from factories.units import BodyFactory, actor  # noqa: E402
from gongkai.content.editions.models import Edition  # noqa: E402
from gongkai.content.reviewing.models import Review, Signature  # noqa: E402
from gongkai.core.acts.action import Refused  # noqa: E402
from gongkai.core.acts.models import Movement  # noqa: E402
from gongkai.core.ledger.audit import run_audit  # noqa: E402
from gongkai.core.ledger.models import Entry  # noqa: E402
from gongkai.core.units.actors import Actor, get_actor  # noqa: E402
from gongkai.core.units.models import Body, Role  # noqa: E402
from gongkai.work.notices.models import Assignment  # noqa: E402
from gongkai.work.requests.actions import decide, extend  # noqa: E402

settings.ALLOWED_HOSTS = ["*"]
Press = Callable[[Client], Any]
FAULTS: list[str] = []


def at_once(*pressing: tuple[Actor, Press]) -> list[int]:
    """Let each press in a thread and with a session of its own, at one signal; return the answers' status."""
    clients = [(login(by), press) for by, press in pressing]
    gate, given = threading.Barrier(len(clients)), []

    def go(client: Client, press: Press) -> None:
        client.raise_request_exception = False
        try:
            gate.wait(30)
            given.append(press(client).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    holds(len(given) == len(clients) and all(code < 500 for code in given), f"answers {given}")
    return given


def holds(true: bool, words: str) -> None:
    if not true:
        FAULTS.append(words)


def posts(name: str, *where: Any, **fields: Any) -> Press:
    return lambda client: client.post(reverse(name, args=where), fields)


def waiting(housing: Body, plans: Any, title: str) -> Review:
    return submitted(item(housing, [plans], title=title))


def signing(housing: Body, plans: Any) -> None:
    review = waiting(housing, plans, "同时审签")
    for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD):
        review.refresh_from_db()
        signers = [actor(role, housing) for _ in range(3)]
        sheets = [read_whole(review, one) for one in signers]
        press = posts("reviewing:approve", review.pk, version=review.version, confirm=sheets[0])
        at_once(*((one, press) for one in signers))
        holds(Signature.objects.filter(review_id=review.pk, role=role).count() == 1, f"one signature of {role}")
    holds(Edition.objects.count() == 1, f"{Edition.objects.count()} editions")


def yes_and_no(housing: Body, plans: Any) -> None:
    review = waiting(housing, plans, "一签一退")
    version, last = review.version, Movement.objects.order_by("-pk")[0].pk
    signer = actor(Role.REVIEWER, housing)
    sheet = read_whole(review, signer)
    at_once(
        (signer, posts("reviewing:approve", review.pk, version=version, confirm=sheet)),
        (
            actor(Role.REVIEWER, housing),
            posts("reviewing:return", review.pk, version=version, gate="wording", words="有误"),
        ),
        (
            actor(Role.REVIEWER, housing),
            posts("reviewing:approve", review.pk, version=version, gate="legal", words="有误"),
        ),
    )
    moves = Movement.objects.filter(pk__gt=last, action__in=("publishing.approve", "publishing.return_review"))
    holds(moves.count() == 1, f"{moves.count()} of yes and no")


def two_windows(housing: Body, plans: Any) -> None:
    review = waiting(housing, plans, "两个窗口")
    by = actor(Role.SIGNER, housing)
    sheet = read_whole(review, by)
    press = posts("reviewing:approve", review.pk, version=review.version, confirm=sheet)
    at_once((by, press), (by, press))
    holds(Signature.objects.filter(review_id=review.pk).count() == 1, "one person signed twice")


def sent_twice(housing: Body, plans: Any) -> None:
    from factories.checks import settle

    page = item(housing, [plans], title="两次送审")
    settle(page, actor(Role.CLERK, housing))
    by = actor(Role.CLERK, housing)
    at_once(*((by, posts("publishing:submit", page.pk)) for _ in range(3)))
    holds(Review.objects.filter(source=page.stream).count() == 1, "submitted twice")


def closing(town: City) -> None:
    notice = live(town)
    measure = entry_of(notice, town.education).assignment.measure
    for body, names in (
        (town.education, ("accept", "accept", "accept")),
        (town.finance, ("accept", "return", "accept")),
    ):
        entry = Assignment.objects.get(measure=measure, body=body).entry
        handed_in(entry, actor(Role.CLERK, body))
        entry = fresh(entry)
        press = [
            posts(
                "ledger_act",
                entry.pk,
                f"assignment.{name}",
                version=entry.version,
                reason="材料不全",
                outcome="done",
                holds=[str(one) for one in entry.evidence.values_list("pk", flat=True)],
            )
            for name in names
        ]
        at_once(*((actor(Role.LEAD, town.planning), one) for one in press))
        moves = Movement.objects.filter(stream=entry.stream, action__in=("assignment.accept", "assignment.return"))
        holds(moves.count() == 1, f"{moves.count()} decisions on one submission, {fresh(entry).state}")


def deciding(housing: Body, plans: Any) -> None:
    """The head decides on a request while a deputy extends it: one of them on what both saw; never an extension of what is decided."""
    for seen in (True, False):
        entry = requests.register(housing)
        requests._review(entry)
        entry = Entry.objects.get(pk=entry.pk)
        version = {"version": entry.version} if seen else {}
        facts = {"result": "3.1", "told": "复印件，当面提供", "unasked": "第三方已书面表示不同意公开"}
        at_once(
            (actor(Role.LEAD, housing), acting(decide, entry.pk, **facts, **version)),
            (
                actor(Role.LEAD, housing),
                acting(extend, entry.pk, days=10, reason="信息量大，需要汇总", **version),
            ),
        )
        done = [
            *Movement.objects.filter(stream=entry.stream, action__in=(decide.name, extend.name))
            .order_by("pk")
            .values_list("action", flat=True)
        ]
        allowed = ([decide.name], [extend.name]) if seen else ([decide.name], [extend.name, decide.name])
        holds(done in allowed, f"deciding and extending: {done}")


def acting(act: Any, pk: int, **facts: Any) -> Press:
    """Press by calling the action itself: 200 where it was done, 409 where it was refused."""

    def press(client: Client) -> Any:
        by = get_actor(get_user_model().objects.get(pk=client.session["_auth_user_id"]))
        try:
            act(Entry.objects.get(pk=pk), by=by, **facts)
        except Refused:
            return SimpleNamespace(status_code=409)
        return SimpleNamespace(status_code=200)

    return press


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    from gongkai.core.acts import guards

    guards.install_triggers()
    town = city()
    closing(town)
    assert town.website
    housing = BodyFactory(name="云岭市住房和城乡建设局", parent=town.government)
    plans = column(town.website, "公示公告")
    for attack in (signing, yes_and_no, two_windows, sent_twice, deciding):
        attack(housing, plans)
    FAULTS.extend(f"{one.name}: {one.verdict.broken}" for one in run_audit() if one.verdict.broken)
    print(json.dumps({"faults": FAULTS}, ensure_ascii=False))


main()
