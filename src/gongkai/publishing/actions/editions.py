"""Actions that write editions: publish, withdraw, erase; and the standing that no edition freezes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from wagtail.models import Revision

from gongkai.acts.action import Refused, Step, action
from gongkai.acts.digest import canonical, digest, moment
from gongkai.privacy import find
from gongkai.publishing import erasing
from gongkai.publishing.actions.redress import redress
from gongkai.publishing.documents import document_of
from gongkai.publishing.freezing import Frozen, freeze, lacks
from gongkai.publishing.gates import kept_elsewhere
from gongkai.publishing.models import (
    Act,
    Document,
    Edition,
    EditionContent,
    Erasure,
    ItemPage,
    Review,
    Standing,
)
from gongkai.publishing.reviewing import Case, approvals_of, read, speak_against, too_early
from gongkai.publishing.reviewing.owed import postponed
from gongkai.publishing.rules import erases, marks, withdraws, writes
from gongkai.publishing.shelving import refresh
from gongkai.publishing.windows import spans


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
    settled = redress(item.pk, edition) if not any(case.urgent for case in cases) else []
    _describe(document, frozen, start, first=first)
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
            **({"redressed": settled} if settled else {}),
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


def write_edition(
    document: Document,
    act: Act,
    start: datetime,
    by: Any,
    frozen: Frozen | None,
    approvals: list[dict[str, Any]],
) -> Edition:
    """Write the next edition of a document, with its content where it publishes. Called by actions that answer for it."""
    number = (document.editions.aggregate(last=Max("number"))["last"] or 0) + 1
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
    edition.digest = edition_digest(edition)
    edition.save(force_insert=True)
    if frozen:
        EditionContent(
            edition=edition, title=frozen.title, html=frozen.html, facts=frozen.facts, files=frozen.files
        ).save(force_insert=True)
    return edition


def edition_digest(edition: Edition) -> str:
    """Return the digest that an edition must carry, from everything else it says."""
    return digest(
        canonical(
            {
                "document": edition.document_id,
                "number": edition.number,
                "act": edition.act,
                "from": moment(edition.visible_from),
                "made": moment(edition.made_at),
                "by": edition.made_by,
                "audience": edition.audience,
                "circle": edition.circle,
                "approvals": edition.approvals,
                "content": edition.content_digest,
            }
        )
    )


def _describe(document: Document, frozen: Frozen, start: datetime, *, first: bool) -> None:
    """Keep on the document what lists and reports need of its latest edition; the date of first publication stays."""
    facts = frozen.facts
    if first:
        document.published_at = start
    document.kind = facts["kind"]
    document.formed_on = date.fromisoformat(facts["formed_on"])
    if not document.index_number:
        code = document.body.code or f"{document.body_id:09d}"
        document.index_number = facts["index_number"] or f"{code}/{start:%Y}-{document.pk:05d}"
    if not document.standing and facts["standing"]:
        document.standing = facts["standing"]
        document.standing_on = date.fromisoformat(facts["effective_on"]) if facts["effective_on"] else None
    document.version += 1
    document.save()


def _is_out(document: Document) -> list[str]:
    shown = [span for span in spans(document.editions.all()) if span.until is None]
    return [] if shown else ["这条信息没有公开，也没有等待公开的版本。"]


@action("publishing.withdraw", label="撤回公开", rule=withdraws, ready=_is_out)
def withdraw(document: Document, *, by: Any, reason: str) -> Step:
    """Withdraw a document at once: page, lists, search, feeds, files and all earlier versions are hidden."""
    if not reason.strip():
        raise Refused("请写明撤回的理由。")
    edition = write_edition(document, Act.WITHDRAW, timezone.now(), by, None, [])
    settled = redress(document.item_number, edition)
    document.version += 1
    document.save()
    refresh(document)
    return Step(
        words=reason.strip(),
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            **({"redressed": settled} if settled else {}),
        },
        from_state="published",
        to_state="withdrawn",
        result=edition,
    )


def _standing_rule(by: Any, document: Document) -> list[str]:
    """Nobody sets by hand what a library above keeps; it sets it itself, as the system."""
    return marks(by, document) or ([] if by.system else kept_elsewhere(document))


@action("publishing.set_standing", label="标注有效性", rule=_standing_rule)
def set_standing(
    document: Document,
    *,
    by: Any,
    standing: str,
    on: date,
    note: str = "",
    successor: Document | None = None,
) -> Step:
    """Say that a document is in force, amended, repealed or expired; it shows on every version at once."""
    if standing not in Standing.values:
        raise Refused("没有这种有效性状态。")
    if successor and successor.pk == document.pk:
        raise Refused("替代文件不能是它自己。")
    _clean(note, by)
    before = document.standing
    document.standing, document.standing_on = standing, on
    document.standing_note, document.successor = note.strip()[:300], successor
    document.version += 1
    document.save()
    refresh(document)
    return Step(
        words=document.standing_note, from_state=before, to_state=standing, facts={"on": on.isoformat()}
    )


def _clean(note: str, by: Any) -> None:
    """Refuse personal data in words that go to the public without a review. What the system sets came through the policy library's own actions."""
    if not by.system:
        found = find(note)
        if found:
            raise Refused([f"说明会直接公开，不能写入：{one.why}。" for one in found])


def _past(edition: Edition) -> list[str]:
    if edition.act != Act.PUBLISH or hasattr(edition, "erasure"):
        return ["这一版没有可删除的内容。"]
    now = timezone.now()
    shown = [s for s in spans(edition.document.editions.all()) if s.until is None or s.until > now]
    if any(getattr(span.edition, "pk", None) == edition.pk for span in shown):
        return ["这一版正在公开或等待公开，请先撤回，或发布更正后的版本。"]
    return []


@action("publishing.erase", label="依法删除内容", rule=erases, ready=_past)
def erase(edition: Edition, *, by: Any, basis: str) -> Step:
    """Erase an edition's content by law (personal data, secrets). The edition stays as a tombstone with its digest."""
    if not basis.strip():
        raise Refused("请写明删除的依据。")
    Erasure(edition=edition, basis=basis.strip()[:300], at=timezone.now(), by=by.name).save(force_insert=True)
    erasing.erase_content(edition)
    return Step(
        words=basis.strip(), facts={"edition": edition.pk, "digest": edition.digest}, to_state="erased"
    )
