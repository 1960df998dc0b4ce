"""In step with what is public: answers and statements count from when the public has them. By a reaction to publishing; a job sees schedules."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Act, Edition
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import SYSTEM
from gongkai.work.opinion import actions
from gongkai.work.opinion.models import Means, Promise, Response, Statement
from gongkai.work.opinion.states import CASE, PROMISE


def public_since(stream: str) -> dict[int, datetime]:
    """Return since when the public has each revision of a source, as the reviews that published them say; what is still to come is missing."""
    reviews = Review.objects.filter(source=stream, edition_id__isnull=False)
    used: dict[int, int] = {review.edition_id: review.revision_id for review in reviews if review.edition_id}
    rows = Edition.objects.filter(pk__in=list(used), act=Act.PUBLISH, visible_from__lte=timezone.now())
    since: dict[int, datetime] = {}
    for edition in rows.order_by("number"):
        since.setdefault(used[edition.pk], edition.visible_from)
    return since


def keep_response(response: Response) -> int:
    """Let an answer count that the public has; returns how many did."""
    since = public_since(response.stream)
    if response.responded_at or not since:
        return 0
    at, entry = min(since.values()), response.case.entry
    if entry.state in CASE.moves["published"].sources:
        actions.published(entry, by=SYSTEM, response=response, at=at)
    else:  # evaluated meanwhile, on another answer
        Response.objects.filter(pk=response.pk).update(responded_at=at)
    return 1


def keep_promise(promise: Promise) -> int:
    """Let the statements count that the public has; returns how many did."""
    waiting: Iterable[Statement] = promise.revisions.filter(public_at=None).order_by("pk")
    since = public_since(promise.stream)
    done = 0
    for statement in waiting:
        if statement.pk not in since:
            continue
        entry = type(promise).objects.select_related("entry__body").get(pk=promise.pk).entry
        if entry.state in PROMISE.moves["published"].sources:
            actions.shown(entry, by=SYSTEM, statement=statement, at=since[statement.pk])
            done += 1
    return done


def keep_in_step(happened: ActionEvent) -> None:
    """After a publication of one of this room's texts."""
    target = happened.target
    if isinstance(target, Response):
        keep_response(Response.objects.select_related("case__entry__body").get(pk=target.pk))
    else:
        keep_promise(target)


def keep_all() -> dict[str, int]:
    """Do the same for what schedules made public. Safe to miss and to repeat."""
    responses = Response.objects.filter(means=Means.WEBSITE, responded_at=None)
    promises = Promise.objects.filter(revisions__public_at=None, revisions__dropped=False).distinct()
    kept = sum(keep_response(response) for response in responses.select_related("case__entry__body"))
    return {"kept": kept + sum(keep_promise(promise) for promise in promises)}
