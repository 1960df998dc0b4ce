"""The purge outbox, written in the transaction of the change; `purge_queue` empties it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.content.editions.models import Address, Column, Document, Edition, Website
from gongkai.core.acts.action import ActionResult
from gongkai.core.acts.following import ActionEvent
from gongkai.lib.typed_json import read_number, read_numbers
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging.affected_urls import (
    WHOLE_SITE_PATH,
    SiteUrl,
    list_urls_of_answer,
    list_urls_of_documents,
    list_urls_of_sites,
)
from gongkai.ui.portal.purging.cache_protocols import WHOLE_SITE_METHODS, list_receivers
from gongkai.ui.portal.purging.purge_queue import wake_purge_threads

#: Bulk actions of a migration: publishing removes nothing; taking back purges whole sites.
BULK_ACTIONS = {"publishing.publish_migrated", "publishing.take_back_migrated"}
#: Actions that activate or retire an answer.
ANSWER_ACTIONS = ("answers.release", "answers.revise", "answers.confirm", "answers.retire")
#: Actions that remove public content; their purges go first.
REMOVING_ACTIONS = frozenset({"publishing.withdraw", "publishing.erase", "answers.retire", "answers.revise"})
#: Interval at which whole sites are purged while texts are taken back one by one.
WHOLE_SITE_PURGE_INTERVAL = timedelta(seconds=10)


def enqueue_publication_purges(happened: ActionEvent) -> None:
    """Enqueue purges after a publishing action; a follower of `publishing.*`."""
    if not list_receivers():
        return
    name, target = happened.action.name, happened.target
    one_of_many = happened.by.system and name == "publishing.withdraw" and not _enqueue_whole_sites(happened.target)
    places, visible_at = _find_changes(name, target, happened.step, with_mentioning_pages=not one_of_many)
    if places:
        urgent_rows = _insert_purges(
            places, visible_at, urgent=not one_of_many and _removes_content(name, happened.step)
        )
        transaction.on_commit(partial(wake_purge_threads, urgent_rows), robust=True)


def enqueue_all_purges() -> None:
    """Enqueue purges of all pages of all sites, after the database was replaced."""
    if list_receivers():
        urgent_rows = _insert_purges(
            list_urls_of_sites(Website.objects.values_list("pk", flat=True)), None, urgent=True
        )
        transaction.on_commit(partial(wake_purge_threads, urgent_rows), robust=True)


def enqueue_answer_purges(happened: ActionEvent) -> None:
    """Enqueue purges after an answer was activated or retired; a follower of `ANSWER_ACTIONS`."""
    if not list_receivers():
        return
    answer = happened.target
    documents = {*answer.documents.values_list("pk", flat=True), *read_numbers(happened.step.facts, "documents")}
    urgent_rows = _insert_purges(
        list_urls_of_answer(answer.pk, documents), None, urgent=happened.action.name in REMOVING_ACTIONS
    )
    transaction.on_commit(partial(wake_purge_threads, urgent_rows), robust=True)


def _removes_content(name: str, step: ActionResult) -> bool:
    """Return true if an action removes public content, such as a later edition not for the public."""
    if name == "publishing.publish":
        edition = read_number(step.facts, "edition")
        return Edition.objects.filter(pk=edition, number__gt=1).exclude(audience="all").exists()
    return name in REMOVING_ACTIONS


def _find_changes(
    name: str, target: object, step: ActionResult, *, with_mentioning_pages: bool
) -> tuple[list[SiteUrl], datetime | None]:
    """Return (URLs that an action changes, future moment from which it shows or None)."""
    facts = step.facts
    if isinstance(target, Website):
        return list_urls_of_sites([target.pk]), None
    if isinstance(target, Column):
        if facts.get("documents") is not None:
            to = read_number(facts, "to")
            return list_urls_of_documents(read_numbers(facts, "documents"), [target.pk, *([to] if to else [])]), None
        return list_urls_of_sites([target.website_id]), None
    documents = _list_changed_documents(target, step)
    if not documents:
        return [], None
    columns = [*read_numbers(facts, "columns"), *read_numbers(facts, "waiting")]
    starts = parse_datetime(str(facts.get("visible_from", "")) or "")
    future_start = starts if starts and starts > timezone.now() else None
    return list_urls_of_documents(
        documents, columns, with_mentioning_pages=with_mentioning_pages and name not in BULK_ACTIONS
    ), future_start


def _list_changed_documents(target: object, step: ActionResult) -> list[int]:
    """Return the ids of the documents that an action changed."""
    if isinstance(target, Document):
        return [target.pk] if Edition.objects.filter(document=target).exists() else []
    edition_id = step.facts.get("edition")
    edition_ids = [*([edition_id] if isinstance(edition_id, int) else []), *read_numbers(step.facts, "editions")]
    return list(Edition.objects.filter(pk__in=edition_ids).values_list("document", flat=True)) if edition_ids else []


def _insert_purges(urls: Sequence[SiteUrl], due_at: datetime | None, *, urgent: bool = False) -> list[Purge]:
    """Enqueue purges of URLs for every cache; return the urgent ones that can be sent at once."""
    due = due_at or timezone.now()
    rows = [
        Purge(cache=f"{method}={address}", host=host, path=path[:400], due_at=due, urgent=is_urgent)
        for method, address in list_receivers()
        for (host, path), is_urgent in _adapt_to_method(method, urls, urgent)
    ]
    purges = Purge.objects.bulk_create(rows, batch_size=500)
    return [row for row in purges if row.urgent and not due_at and row.cache.partition("=")[0] in WHOLE_SITE_METHODS]


def _adapt_to_method(method: str, urls: Sequence[SiteUrl], urgent: bool) -> list[tuple[SiteUrl, bool]]:
    """Return (URL, urgency) of the purges of a method; some purge the whole host instead."""
    if method not in WHOLE_SITE_METHODS:
        return [(place, urgent or place.path == WHOLE_SITE_PATH) for place in urls]
    hosts = {place.host for place in urls if urgent or place.path == WHOLE_SITE_PATH}
    return [
        *((SiteUrl(host, WHOLE_SITE_PATH), True) for host in sorted(hosts)),
        *((place, False) for place in urls if place.host not in hosts),
    ]


def _enqueue_whole_sites(document: Document) -> bool:
    """Enqueue a purge of a document's sites unless one is due soon; return true if done."""
    moment = timezone.now()
    waiting = Purge.objects.filter(path=WHOLE_SITE_PATH, due_at__gt=moment + WHOLE_SITE_PURGE_INTERVAL / 2)
    hosts = set(waiting.values_list("host", flat=True))
    websites = set(Address.objects.filter(document=document).values_list("website", flat=True))
    missing = [place for place in list_urls_of_sites(websites) if place.host not in hosts]
    _insert_purges(missing, moment + WHOLE_SITE_PURGE_INTERVAL)
    return bool(missing)
