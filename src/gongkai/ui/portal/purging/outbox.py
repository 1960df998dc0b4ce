"""The outbox: written in the transaction of the change; `sending` empties it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.content.editions.models import Address, Column, Document, Edition, Website
from gongkai.core.acts.action import ActionResult
from gongkai.core.acts.following import ActionEvent
from gongkai.lib.typed_json import number, numbers
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging.affected import EVERYTHING, Place, of_answer, of_documents, of_sites
from gongkai.ui.portal.purging.threads import wake
from gongkai.ui.portal.purging.ways import AT_ONE_WORD, receivers

#: Acts of a migration, one text after another: what is moved in takes nothing away; where texts are taken back, everything of a site goes.
IN_MASSES = {"publishing.publish_migrated", "publishing.take_back_migrated"}
#: Acts that bring an answer of the base into use or out of it.
ANSWER_ACTS = ("answers.release", "answers.revise", "answers.confirm", "answers.retire")
#: Acts that take something away from the public: caches are told of them before all else.
TAKES = frozenset({"publishing.withdraw", "publishing.erase", "answers.retire", "answers.revise"})
#: Within this time everything of a site goes where texts are taken back one by one.
SOON = timedelta(seconds=10)


def note_changes(happened: ActionEvent) -> None:
    """Note what caches must forget, behind every act of publishing (follows `publishing.*`)."""
    if not receivers():
        return
    name, target = happened.action.name, happened.target
    one_of_many = (
        happened.by.system and name == "publishing.withdraw" and not _whole_sites_soon(happened.target)
    )
    places, when = _changed(name, target, happened.step, beside=not one_of_many)
    if places:
        first = _write(places, when, urgent=not one_of_many and _takes(name, happened.step))
        transaction.on_commit(partial(wake, first), robust=True)


def forget_everything() -> None:
    """Let caches forget all pages of all sites: the record is not the one that they were made from."""
    if receivers():
        first = _write(of_sites(Website.objects.values_list("pk", flat=True)), None, urgent=True)
        transaction.on_commit(partial(wake, first), robust=True)


def note_answers(happened: ActionEvent) -> None:
    """Note what shows an answer of the base, when it comes into use or out of it (follows `ANSWER_ACTS`)."""
    if not receivers():
        return
    known = happened.target
    documents = {*known.documents.values_list("pk", flat=True), *numbers(happened.step.facts, "documents")}
    first = _write(of_answer(known.pk, documents), None, urgent=happened.action.name in TAKES)
    transaction.on_commit(partial(wake, first), robust=True)


def _takes(name: str, step: ActionResult) -> bool:
    """Whether an act takes something away from the public: also an edition that is for some readers only, where all could read before."""
    if name == "publishing.publish":
        edition = number(step.facts, "edition")
        return Edition.objects.filter(pk=edition, number__gt=1).exclude(audience="all").exists()
    return name in TAKES


def _changed(
    name: str, target: object, step: ActionResult, *, beside: bool
) -> tuple[list[Place], datetime | None]:
    """Return what an act changed, and when that will show (None: now)."""
    facts = step.facts
    if isinstance(target, Website):
        return of_sites([target.pk]), None
    if isinstance(target, Column):
        if facts.get("documents") is not None:
            to = number(facts, "to")
            return of_documents(numbers(facts, "documents"), [target.pk, *([to] if to else [])]), None
        return of_sites([target.website_id]), None
    documents = _documents(target, step)
    if not documents:
        return [], None
    columns = [*numbers(facts, "columns"), *numbers(facts, "waiting")]
    starts = parse_datetime(str(facts.get("visible_from", "")) or "")
    later = starts if starts and starts > timezone.now() else None
    return of_documents(documents, columns, beside=beside and name not in IN_MASSES), later


def _documents(target: object, step: ActionResult) -> list[int]:
    """Return the documents that an act was about: its target, or those whose edition it wrote (also for many bodies at once).

    A draft has an address and places, and nobody sees it: a cache that is told of it would fetch an error and keep that.
    """
    if isinstance(target, Document):
        return [target.pk] if Edition.objects.filter(document=target).exists() else []
    one = step.facts.get("edition")
    many = [*([one] if isinstance(one, int) else []), *numbers(step.facts, "editions")]
    return list(Edition.objects.filter(pk__in=many).values_list("document", flat=True)) if many else []


def _write(places: Sequence[Place], when: datetime | None, *, urgent: bool = False) -> list[Purge]:
    """Enter what caches are to be told; what everything of a site is told by is one word, and urgent like all that takes something away.

    Returns:
        The rows by which files are to be gone before the act is answered.
    """
    due = when or timezone.now()
    rows = [
        Purge(cache=f"{way}={address}", host=host, path=path[:400], due_at=due, urgent=first)
        for way, address in receivers()
        for (host, path), first in _for_way(way, places, urgent)
    ]
    made = Purge.objects.bulk_create(rows, batch_size=500)
    return [row for row in made if row.urgent and not when and row.cache.partition("=")[0] in AT_ONE_WORD]


def _for_way(way: str, places: Sequence[Place], urgent: bool) -> list[tuple[Place, bool]]:
    """Return what one cache is told, and what of it is urgent.

    One that forgets a site at one word does so for what is urgent, and has nothing left then.
    """
    if way not in AT_ONE_WORD:
        return [(place, urgent or place.path == EVERYTHING) for place in places]
    hosts = {place.host for place in places if urgent or place.path == EVERYTHING}
    return [
        *((Place(host, EVERYTHING), True) for host in sorted(hosts)),
        *((place, False) for place in places if place.host not in hosts),
    ]


def _whole_sites_soon(document: Document) -> bool:
    """Let everything of a document's sites go within ten seconds, once for all that the system takes back until then.

    A row that is due so late that this act will be committed by then does for it, too; each one's own pages are told at once.

    Returns:
        Whether this is the first that is taken back there for a while: like what a person withdraws, it is gone before the act is answered.
    """
    now = timezone.now()
    waiting = Purge.objects.filter(path=EVERYTHING, due_at__gt=now + SOON / 2)
    hosts = set(waiting.values_list("host", flat=True))
    websites = set(Address.objects.filter(document=document).values_list("website", flat=True))
    missing = [place for place in of_sites(websites) if place.host not in hosts]
    _write(missing, now + SOON)
    return bool(missing)
