"""Actions on editions: publish, withdraw, and set the validity of a document."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent, has_content_digest
from gongkai.content.editions.models import Document, Edition, EditionContent, EditionEffect, EditionFile, ValidityState
from gongkai.content.editions.rules import check_withdrawer
from gongkai.content.editions.shelves import list_spans, rebuild_document, was_public
from gongkai.content.editions.sources import OutgoingText, list_editions
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest, matches_digest, utc_timestamp
from gongkai.lib.typed_json import read_text

_DIGEST_PATTERN = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
#: Functions of other apps that are called for every new edition; they return facts for the log.
NEW_EDITION_HOOKS: list[Callable[[Document, Edition], Mapping[str, object]]] = []


def run_edition_hooks(document: Document, edition: Edition) -> dict[str, object]:
    """Run the hooks of other apps on a new edition in its transaction; return their facts for the log."""
    return {name: value for hook in NEW_EDITION_HOOKS for name, value in hook(document, edition).items()}


def write_edition(
    document: Document,
    act: EditionEffect,
    start: datetime,
    by: Actor,
    frozen: FrozenContent | None,
    approvals: Sequence[Mapping[str, object]],
    *,
    earlier: Sequence[Edition] | None = None,
) -> Edition:
    """Create the next edition of a document, with content if it publishes; call it in an action.

    Of two concurrent calls one fails, because numbers are unique in a document. `earlier`: all
    earlier editions, if the caller has read them.
    """
    if earlier is None:
        number = (document.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    else:
        number = max((one.number for one in earlier), default=0) + 1
    edition = Edition(
        document=document,
        number=number,
        act=act,
        visible_from=start,
        made_at=timezone.now(),
        made_by=by.name,
        audience=frozen.audience if frozen else "all",
        circle=frozen.circle if frozen else "/",
        approvals=approvals,
        content_digest=frozen.digest if frozen else "",
    )
    edition.digest = compute_edition_digest(edition)
    store_edition(edition)
    if frozen:
        store_content(edition, frozen.title, frozen.html, frozen.facts, frozen.files)
    return edition


def store_edition(edition: Edition) -> None:
    """Save an edition with its digest. All other code must use this.

    Raises:
        Refused: the digest does not match the edition.
    """
    if not has_valid_digest(edition):
        raise Refused(f"信息{edition.document_id}第{edition.number}版的摘要值不符。")
    edition.save(force_insert=True)


def store_content(
    edition: Edition, title: str, html: str, facts: Mapping[str, object], files: Sequence[Mapping[str, object]]
) -> None:
    """Save the text of an edition and the index of its files. All other code must use this.

    Raises:
        Refused: the content does not have the edition's `content_digest`.
    """
    if not has_content_digest(edition.content_digest, title, html, facts, files, edition.audience, edition.circle):
        raise Refused(f"信息{edition.document_id}第{edition.number}版的内容与摘要值不符。")
    content = EditionContent(edition=edition, title=title, html=html, facts=facts, files=files)
    content.save(force_insert=True)
    digests = sorted(set(_DIGEST_PATTERN.findall(json.dumps(files))))  # smaller sizes of pictures also
    EditionFile.objects.bulk_create(
        [EditionFile(content=content, digest=digest) for digest in digests], ignore_conflicts=True
    )


def compute_edition_digest(edition: Edition) -> str:
    """Return the digest of an edition's fields, computed by the present method."""
    return digest(_serialize_edition(edition))


def has_valid_digest(edition: Edition) -> bool:
    """Return true if an edition's digest is correct, by our method or that of an older inner installation."""
    return matches_digest(edition.digest, _serialize_edition(edition))


def _serialize_edition(edition: Edition) -> str:
    """Return an edition as canonical JSON, for its digest."""
    return canonical_json(
        {
            "document": edition.document_id,
            "number": edition.number,
            "act": edition.act,
            "from": utc_timestamp(edition.visible_from),
            "made": utc_timestamp(edition.made_at),
            "by": edition.made_by,
            "audience": edition.audience,
            "circle": edition.circle,
            "approvals": edition.approvals,
            "content": edition.content_digest,
        }
    )


def publish_text(
    text: OutgoingText, start: datetime, *, by: Actor, approvals: Sequence[Mapping[str, object]]
) -> Edition:
    """Publish a text from a time on, inside an action.

    It writes the edition and updates the document's fields, shelves and search.
    """
    document, frozen, earlier_editions = text.document, text.frozen, text.editions
    first = not was_public(earlier_editions, timezone.now())
    edition = write_edition(document, EditionEffect.PUBLISH, start, by, frozen, approvals, earlier=earlier_editions)
    spans = list_spans([*earlier_editions, edition])  # an earlier edition may be scheduled for a time before this one
    update_document_fields(document, frozen, spans[0].since, first=first)
    rebuild_document(
        document,
        editions=[*earlier_editions, edition],
        placements=text.placements,
        addresses=text.addresses,
        is_new=not earlier_editions,
    )
    return edition


def update_document_fields(document: Document, frozen: FrozenContent, start: datetime, *, first: bool) -> None:
    """Copy an edition's fields that lists need to the document; index number and validity only if it has none.

    `first`: no edition was public yet, so `start` becomes the time of publication.
    """
    facts = frozen.facts
    if first:
        document.published_at = start
    document.kind = read_text(facts, "kind")
    formed, effective = read_text(facts, "formed_on"), read_text(facts, "effective_on")
    document.formed_on = date.fromisoformat(formed) if formed else None
    if not document.index_number:
        code = document.body.code or f"{document.body_id:09d}"
        document.index_number = read_text(facts, "index_number") or f"{code}/{start:%Y}-{document.pk:05d}"
    if not document.standing and facts["standing"]:
        document.standing = read_text(facts, "standing")
        document.standing_on = date.fromisoformat(effective) if effective else None
    document.version += 1
    document.save()


def _check_is_published(document: Document) -> list[str]:
    """Return reasons unless an edition is public or will be."""
    shown = [span for span in list_spans(list_editions(document)) if span.until is None]
    return [] if shown else ["这条信息没有公开，也没有等待公开的版本。"]


@action("publishing.withdraw", label="撤回公开", rule=check_withdrawer, ready=_check_is_published)
def withdraw(document: Document, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a document at once: page, lists, search, feeds, files and all earlier versions are hidden."""
    reason = require_text(reason, "请写明撤回的理由。")
    edition = write_edition(document, EditionEffect.WITHDRAW, timezone.now(), by, None, [])
    hook_facts = run_edition_hooks(document, edition)
    if not was_public(document.editions.all(), edition.visible_from):
        document.published_at = None  # withdrawn before its scheduled time
    document.version += 1
    document.save()
    rebuild_document(document)
    return ActionResult(
        words=reason,
        facts={"edition": edition.pk, "number": edition.number, "digest": edition.digest, **hook_facts},
        from_state="published",
        to_state="withdrawn",
        result=edition,
    )


def _check_system(by: Actor, document: Document) -> list[str]:
    """Restrict to the system, because validity changes only with a signed text (`policies`)."""
    return [] if by.system else [_VALIDITY_BY_DECISION_MESSAGE]


_VALIDITY_BY_DECISION_MESSAGE = (
    "有效性随写明它的文件签发公开后改变：请先将这份文件入库，再在政策库中记入修改、废止、失效或者延长。"
)


@action("publishing.set_standing", label="标注有效性", rule=_check_system)
def set_standing(
    document: Document, *, by: Actor, standing: str, on: date, note: str = "", successor: Document | None = None
) -> ActionResult:
    """Set a document's validity (in force, amended, repealed or expired), shown on all versions.

    Called by the policy library as the system; `note` names the decision.
    """
    if standing not in ValidityState.values:
        raise Refused("没有这种有效性状态。")
    if successor and successor.pk == document.pk:
        raise Refused("替代文件不能是它自己。")
    before = document.standing
    document.standing, document.standing_on = standing, on
    document.standing_note, document.successor = note.strip()[:300], successor
    document.version += 1
    document.save()
    rebuild_document(document)
    return ActionResult(
        words=document.standing_note, from_state=before, to_state=standing, facts={"on": on.isoformat()}
    )
