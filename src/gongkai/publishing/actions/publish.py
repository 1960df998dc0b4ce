"""Publishing an item: an approved revision becomes an edition."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Revision

from gongkai.acts.action import Refused, Step, action
from gongkai.acts.digest import moment
from gongkai.editions.actions.editions import describe, settle, write_edition
from gongkai.editions.models import Act, Document, Edition
from gongkai.editions.rules import writes
from gongkai.editions.shelving import refresh
from gongkai.editions.sources import document_of
from gongkai.editions.windows import spans
from gongkai.publishing.freezing import freeze, lacks
from gongkai.publishing.models import ItemPage, Review
from gongkai.publishing.reviewing import Case, approvals_of, read, speak_against, too_early
from gongkai.publishing.reviewing.owed import postponed


@action("publishing.publish", label="发布", rule=writes)
def publish(
    item: ItemPage,
    *,
    by: Any,
    revision: Revision,
    approvals: Sequence[Review | int],
    visible_from: datetime | None = None,
) -> Step:
    """Freeze an approved revision into an edition. The only way to the public.

    Args:
        item: where the text comes from.
        by: who publishes; that is not the permission, the approvals are.
        revision: the very revision that was signed.
        approvals: signed reviews of that revision, read again from the database with their signatures.
        visible_from: when the public may read it; in the future it is a schedule, and then the one that was signed. Earlier than
            signed is refused. A time in the past is refused, save for the system recording what was published elsewhere (migration).
    """
    now = timezone.now()
    start = visible_from or now
    if start < now and visible_from is not None and not by.system:
        raise Refused("公开时间不能早于现在。")
    revision = Revision.objects.get(pk=revision.pk)  # as it is stored, whatever the caller holds in hand
    frozen = freeze(item, revision)
    cases = read(approvals)
    document = document_of(item)
    reasons = [*lacks(item, frozen), *speak_against(item, revision, frozen, cases), *_homeless(document)]
    reasons += [*too_early(cases, visible_from, now), *postponed(item.pk, visible_from, now)]
    if reasons:
        raise Refused(reasons)
    first = not any(span.since <= now for span in spans(document.editions.all()))
    kept = [row for case in cases for row in approvals_of(case)]
    edition = write_edition(document, Act.PUBLISH, start, by, frozen, kept)
    _use(cases, edition)
    settled = {} if any(case.urgent for case in cases) else settle(document, edition)
    describe(document, frozen, start, first=first)
    refresh(document)
    return Step(
        words=f"发布第{edition.number}版",
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            "visible_from": moment(start),
            "revision": revision.pk,
            "signed": [row["signature"] for row in kept if row["kind"] == "signature"],
            **settled,
        },
        to_state="published",
        stream=f"document/{document.pk}",
        result=edition,
    )


def _homeless(document: Document) -> list[str]:
    return [] if document.placements.exists() else ["请选择至少一个栏目。"]


def _use(cases: list[Case], edition: Edition) -> None:
    """Mark signatures as used: each publishes once."""
    for case in cases:
        case.review.edition_id = edition.pk
        case.review.version += 1
        case.review.save()
