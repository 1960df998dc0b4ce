"""Apply published answers and statements; propose field and unit of a case."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Edition, EditionEffect
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.work.opinion import actions
from gongkai.work.opinion.models import AnswerMeans, Promise, Response, Statement, WatchField
from gongkai.work.opinion.states import CASE_MACHINE, PROMISE_MACHINE


def find_watched_field(text: str, fields: Sequence[WatchField] | None = None) -> WatchField | None:
    """Return the watched field whose keywords occur most often in a text, or None."""
    watched_fields = list(WatchField.objects.all()) if fields is None else fields
    counted = [
        (sum(text.count(word) for word in field.keywords), -index, field) for index, field in enumerate(watched_fields)
    ]
    best = max(counted, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] else None


def propose_responder(field: WatchField | None, areas: Sequence[Body]) -> tuple[Body | None, str]:
    """Return (the unit that should answer first, the reason in Chinese) by field and areas.

    (None, "") if the rules name none.
    """
    owners = list(field.bodies.filter(active_to=None, merged_into=None)) if field else []
    if len(areas) == 1:
        area = areas[0]
        place = area.name.removesuffix("人民政府") or area.label
        local = _find_counterpart(area, owners)
        if local:
            return local, f"只涉及{place}，由当地主管部门首先回应"
        return area, f"只涉及{place}，属地首先回应"
    if owners:
        reason = "涉及多个地区，由本级主管部门首先回应" if areas else f"“{field}”领域由主管部门首先回应"
        return owners[0], reason
    return None, ""


#: The places at the beginning of a unit's name, as in 云岭市城南区教育局; the 市 of 市场 and 城市 ends none.
_PLACES_RE = re.compile(r"^(?:(?:.{2,6}?|)(?:市(?!场)|[区县州])(?=.))+")


def _find_counterpart(area: Body, owners: Sequence[Body]) -> Body | None:
    """Return the unit of an area that corresponds to one of the owners, or None."""
    tails = {_strip_places(body) for body in owners}
    units = Body.objects.filter(parent=area, active_to=None, merged_into=None).order_by("position", "pk")
    return next((body for body in units if _strip_places(body) in tails), None)


def _strip_places(body: Body) -> str:
    """Return a unit's name without the places at its beginning."""
    return _PLACES_RE.sub("", body.name)


def map_publication_times(stream: str) -> dict[int, datetime]:
    """Return {revision: time of its first publication} of a source, without those scheduled for later."""
    reviews = Review.objects.filter(source=stream, edition_id__isnull=False)
    used: dict[int, int] = {review.edition_id: review.revision_id for review in reviews if review.edition_id}
    rows = Edition.objects.filter(pk__in=list(used), act=EditionEffect.PUBLISH, visible_from__lte=timezone.now())
    since: dict[int, datetime] = {}
    for edition in rows.order_by("number"):
        since.setdefault(used[edition.pk], edition.visible_from)
    return since


def apply_published_response(response: Response) -> int:
    """Apply a published answer once; return 1, or 0 if it is not public or was applied."""
    since = map_publication_times(response.stream)
    if response.responded_at or not since:
        return 0
    at, entry = min(since.values()), response.case.entry
    if entry.state in CASE_MACHINE.moves["published"].sources:
        actions.record_publication(entry, by=SYSTEM, response=response, at=at)
    else:  # already evaluated by another answer
        Response.objects.filter(pk=response.pk).update(responded_at=at)
    return 1


def apply_published_promise(promise: Promise) -> int:
    """Apply the published statements of a promise in order; return their number."""
    waiting: Iterable[Statement] = promise.revisions.filter(public_at=None).order_by("pk")
    since = map_publication_times(promise.stream)
    done = 0
    for statement in waiting:
        if statement.pk not in since:
            continue
        entry = type(promise).objects.select_related("entry__body").get(pk=promise.pk).entry
        if entry.state in PROMISE_MACHINE.moves["published"].sources:
            actions.apply_published_statement(entry, by=SYSTEM, statement=statement, at=since[statement.pk])
            done += 1
    return done


def follow_publication(happened: ActionEvent) -> None:
    """Apply a published answer or statement to its case or promise.

    Called after `publishing.publish`.
    """
    target = happened.target
    if isinstance(target, Response):
        apply_published_response(Response.objects.select_related("case__entry__body").get(pk=target.pk))
    else:
        apply_published_promise(target)


def apply_scheduled_texts() -> dict[str, int]:
    """Apply texts published by schedule; a job, safe to miss and to repeat.

    Return {"kept": number of texts applied}.
    """
    responses = Response.objects.filter(means=AnswerMeans.WEBSITE, responded_at=None)
    promises = Promise.objects.filter(revisions__public_at=None, revisions__dropped=False).distinct()
    response_count = sum(
        apply_published_response(response) for response in responses.select_related("case__entry__body")
    )
    return {"kept": response_count + sum(apply_published_promise(promise) for promise in promises)}
