"""Special situations: a second network, the migration of an old site, a passkey."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from core.signin.softkey import SoftKey
from factories import intake, migration, networks
from factories.certificates import PASSWORD, certificate
from gongkai.content.editions import launch_state
from gongkai.content.editions.queries import default_website
from gongkai.content.migration import actions as migrating
from gongkai.content.migration.actions.row_decisions import DECISION_LABELS
from gongkai.content.migration.models import MoveRun, MoveWindow, RowState, RunKind, RunState
from gongkai.content.migration.run_steps import work_on_run
from gongkai.content.packages import container, exporting, mailbag
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.jobs import send_due
from gongkai.core.units import actions as units
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.work.site_operations.actions import log_restore_drill
from gongkai.work.site_operations.models import RestoreDrill
from simulation import start
from simulation.events import event

if TYPE_CHECKING:
    from simulation.steps import Player, Step

ADD_KEY = "/admin/signin/passkeys/add/"
#: Seconds of work on a migration at a time; pages of the old site.
WORK_SECONDS, OLD_SITE_PAGES = 60.0, 3


@event
def passkey_is_added(player: "Player", step: "Step") -> None:
    """Let a person sign in with a passkey from now on."""
    client, key = player.client(step.by), SoftKey(number=step.by.encode().ljust(17, b"-"))
    with override_settings(BASE_URL=key.origin):
        if asked := re.search(r'data-options="([^"]+)"', client.get(ADD_KEY).content.decode()):
            client.post(ADD_KEY, {"name": "本人手机", "answer": key.make(unescape(asked[1]))})


@event
def certificate_is_set(player: "Player", step: "Step") -> None:
    """Sign a unit's letters with its certificate from now on."""
    content, body = certificate(days=3_650), Body.objects.get(pk=int(step.data["body"][0]))
    units.set_certificate(body, by=player.actor(step.by), content=content, password=PASSWORD)


@event
def restoring_is_tried(player: "Player", step: "Step") -> None:
    """Record a trial restore of a backup: `gongkai backup try`."""
    log_restore_drill(
        RestoreDrill(), by=SYSTEM, made_at="2026-01-01", ok=True, movements=1, files=1, broken="", name="备份"
    )


@contextmanager
def outer_side(enter: start.Restore) -> Iterator[list[start.Restore]]:
    """Be the outer installation: its own database and keys; `enter` receives a function that restores it."""
    data, back, kept = Path(settings.DATA) / "outer", start.copy_database(), list[start.Restore]()
    data.mkdir(exist_ok=True)
    enter()
    try:
        with override_settings(DATA=data, GONGKAI_KEYS=str(data / "keys.json"), GONGKAI_OUTER=True):
            yield kept
            kept.append(start.copy_database())
    finally:
        back()


@event
def networks_exchange(player: "Player", step: "Step") -> list[str]:
    """Carry what is public to the other network, a form of somebody from there inside, and what became of it back.

    Return what was done there: its log is another one.
    """
    if connection.vendor != "sqlite" or start.BLANK is None or launch_state.in_preparation():
        return []
    if default_website() is None:  # an office removed its only, empty site: nobody finds a form outside
        return []
    made, card, way = (
        exporting.export_packages(SYSTEM, whole=True),
        mailbag.pack_public_keys(),
        Path(settings.DATA) / "medium",
    )
    files, key = [exporting.get_export_folder() / one.file for one in made], container.get_public_key_pem()
    with outer_side(start.BLANK) as kept:
        container.store_trusted_key(key)
        mailbag.trust_public_keys(card)
        own = mailbag.pack_public_keys()
        networks.apply_packages(*files)
        intake.sent(player.client(""), text=step.data["about"][0], name="李晓云", phone="13800138000")
        bags = mailbag.write_exchange_files(way)
        done = [*Movement.objects.values_list("action", flat=True).distinct()]
    mailbag.trust_public_keys(own)
    for bag in bags:
        mailbag.accept_mailbag_file(bag)
    send_due()
    replies = mailbag.write_exchange_files(way)
    with outer_side(kept[0]):
        for reply in replies:
            mailbag.accept_mailbag_file(reply)
        return [*done, *Movement.objects.values_list("action", flat=True).distinct()]


@event
def old_site_is_read(player: "Player", step: "Step") -> None:
    """Start the migration of an old site: an administrator has its saved pages read."""
    if (site := default_website()) is None:
        return
    today = timezone.localdate()
    MoveWindow.objects.filter(website=site, closed_at=None, until__lt=today).update(closed_at=timezone.now())
    migration.open_move_window(site, until=today + timedelta(days=365))
    folder = Path(settings.DATA) / f"old-{timezone.now():%Y%m%d%H%M%S}"
    title = {"text": f"为做好{step.data['about'][0]}工作，请各单位落实责任，及时报送情况。"}
    if MoveRun.objects.count() % 2:  # its list, with the pages that it rests on
        rows = [migration.row(number, unit=site.body.name, **title) for number in range(OLD_SITE_PAGES)]
        facts = migration.with_saved_pages({"sheet": migration.sheet(*rows), "kind": RunKind.SHEET})
    else:
        facts = {"bundle": migration.save_pages(folder, OLD_SITE_PAGES, **title), "kind": RunKind.PAGES}
    facts["bundle"] = str(facts["bundle"])
    run = MoveRun(website=site, body=site.body, name="旧网站", base=migration.OLD_SITE, **facts)
    work_on_run(migrating.start_run(run, by=player.actor(step.by)), seconds=WORK_SECONDS)


@event
def old_site_moves_in(player: "Player", step: "Step") -> None:
    """View all of a migration run, approve it and let the worker process it."""
    run = MoveRun.objects.filter(state=RunState.PLANNED).order_by("-pk").first()
    if run is not None:
        by = player.actor(step.by)
        migrating.order_run(migration.view_run(run, by), by=by)
        run = work_on_run(MoveRun.objects.get(pk=run.pk), seconds=WORK_SECONDS)
        for number, row in enumerate(run.rows.filter(state=RowState.HELD).order_by("pk")):
            looked, how = migration.view_row(row, by), [*DECISION_LABELS][number % len(DECISION_LABELS)]
            migrating.decide_row(row, by=by, how=how, ground="依法应当公开", looked=looked)
        work_on_run(MoveRun.objects.get(pk=run.pk), seconds=WORK_SECONDS)
