"""Erase public content by law: one person asks, another orders; editions stay without content, with their digest."""

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.erasure import erase_content
from gongkai.content.editions.models import Edition, EditionEffect, Erasure, ErasureRequest
from gongkai.content.editions.rules import check_eraser, check_erasure_refuser, check_erasure_requester
from gongkai.content.editions.shelves import list_spans
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Role

#: Shown if nobody has requested the erasure.
NO_ERASURE_REQUEST_ERROR = "没有人提出过依法删除，请先提出。"


def _check_has_content(edition: Edition) -> list[str]:
    """Return the Chinese reasons why an edition's content cannot be erased: none left, or still public."""
    if edition.act != EditionEffect.PUBLISH or hasattr(edition, "erasure"):
        return ["这一版没有可删除的内容。"]
    now = timezone.now()
    shown = [s for s in list_spans(edition.document.editions.all()) if s.until is None or s.until > now]
    if any(getattr(span.edition, "pk", None) == edition.pk for span in shown):
        return ["这一版正在公开或等待公开，请先撤回，或发布更正后的版本。"]
    return []


def find_erasure_request(edition: Edition) -> ErasureRequest | None:
    """Return the pending erasure request of an edition, or None."""
    return edition.erasure_requests.filter(closed_at=None).first()


def _check_not_requested(edition: Edition) -> list[str]:
    """Return the Chinese reasons against requesting an edition's erasure."""
    return _check_has_content(edition) or (
        ["已经有人提出，等待另一个人批准。"] if find_erasure_request(edition) else []
    )


@action(
    "publishing.ask_erasure", label="提出依法删除", rule=check_erasure_requester, ready=_check_not_requested, quiet=True
)
def ask_erasure(edition: Edition, *, by: Actor, basis: str) -> ActionResult:
    """Request the erasure of an edition's content by law (`basis`: the provision); another person must order it (`erase`)."""
    basis = require_text(basis, "请写明删除的依据（法律、法规的条款，或者主管机关的文书）。")
    body = edition.document.body
    request = ErasureRequest.objects.create(
        edition=edition,
        basis=basis[:300],
        by=by.name,
        account=by.user_id,
        person=by.person_id,
        by_office=by.reaches(Role.CHIEF, path=body.path),
    )
    tell = Notification(
        subject="依法删除待批准",
        body=f"{by.name}提出依法删除{body.label}一条公开信息的第{edition.number}版，请核对依据后办理。",
        link=reverse("publishing:erasure", args=[edition.pk]),
        key=f"publishing.ask_erasure:{request.pk}",
        posts=((Role.CHIEF, body.pk),),
    )
    facts = {"edition": edition.pk, "number": edition.number, "digest": edition.digest}
    return ActionResult(words=basis, facts=facts, tell=(tell,), result=request)


def _check_requested(edition: Edition) -> list[str]:
    """Return the Chinese reasons why an erasure cannot be ordered: no content, still public, or not requested."""
    return _check_has_content(edition) or ([] if find_erasure_request(edition) else [NO_ERASURE_REQUEST_ERROR])


@action("publishing.drop_erasure", label="不予删除", rule=check_erasure_refuser, quiet=True)
def drop_erasure(edition: Edition, *, by: Actor, reason: str) -> ActionResult:
    """Refuse or withdraw an erasure request."""
    request = find_erasure_request(edition)
    if request is None:
        raise Refused(NO_ERASURE_REQUEST_ERROR)
    reason = require_text(reason, "请写明理由。")
    request.closed_at = timezone.now()
    request.save(update_fields=["closed_at"])
    return ActionResult(words=reason, facts={"edition": edition.pk, "asked": request.by})


@action("publishing.erase", label="依法删除内容", rule=check_eraser, ready=_check_requested)
def erase(edition: Edition, *, by: Actor) -> ActionResult:
    """Erase an edition's content by law on another person's request. The edition stays with its digest."""
    request = find_erasure_request(edition)
    assert request is not None  # `_check_requested`
    now = timezone.now()
    Erasure(edition=edition, basis=request.basis, at=now, by=by.name, asked_by=request.by).save(force_insert=True)
    request.closed_at = now
    request.save(update_fields=["closed_at"])
    erase_content(edition)
    return ActionResult(
        words=request.basis,
        facts={"edition": edition.pk, "digest": edition.digest, "asked": request.by},
        to_state="erased",
    )
