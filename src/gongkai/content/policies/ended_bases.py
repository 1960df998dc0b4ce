"""List documents with an ended basis and notify their owners once."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.policies.models import Decision, PolicyRecord, Relation, RelationKind, Span
from gongkai.content.policies.rules import find_responsible_body
from gongkai.content.policies.validity import ENDED_STANDINGS, VALID_STANDINGS
from gongkai.content.publishing.models import get_document_title as document_title
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Role
from gongkai.lib.writing.titles import cite_title

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    #: An edge with the state of its basis.
    EndedBasisRelation = WithAnnotations[Relation, "EndedBasisAnnotations"]

#: Kinds of relations from a document to its basis.
BASIS_KINDS = (RelationKind.BASIS, RelationKind.USES)


class EndedBasisAnnotations(TypedDict):
    """The annotations of `list_ended_bases`: the basis of a document and when it ended.

    `state_key` joins the validity of the basis and the day since when.
    """

    basis_state: str
    basis_since: date
    state_key: str


def list_ended_bases(day: date | None = None) -> "QuerySet[EndedBasisRelation]":
    """Return relations of documents in force and of public guides to a basis that has ended.

    Each row has `basis_state`, `basis_since`, and `state_key`, which joins both.
    """
    today = day or timezone.localdate()
    active = Span.objects.filter(record=OuterRef("target"), since__lte=today, until__gte=today)
    own = Span.objects.filter(record=OuterRef("record"), since__lte=today, until__gte=today, state__in=VALID_STANDINGS)
    shelves = Shelf.objects.filter(document=OuterRef("user"), column=None)
    return (
        Relation.objects.filter(kind__in=BASIS_KINDS, target__isnull=False)
        .annotate(
            basis_state=Subquery(active.values("state")[:1]),
            basis_since=Subquery(active.values("since")[:1]),
        )
        .filter(basis_state__in=ENDED_STANDINGS)
        .filter((Q(record__isnull=False) & Exists(own)) | (Q(user__isnull=False) & Exists(shelves)))
        .annotate(
            state_key=Concat(
                F("basis_state"),
                Value(":"),
                Cast(F("basis_since"), CharField()),
                output_field=CharField(),
            )
        )
    )


def list_unreviewed_bases() -> "QuerySet[EndedBasisRelation]":
    """Return the relations of `list_ended_bases` that no person reviewed since the basis ended."""
    rows = list_ended_bases().exclude(settled_for=F("state_key"))
    return rows.select_related("target", "record__body", "record__document", "user__body")


def find_dependent_title(relation: Relation) -> str:
    """Return the title of the document that has the basis."""
    if relation.record:
        return str(relation.record)
    return cite_title(document_title(relation.user)) if relation.user else ""


def _make_notifications(rows: "Iterable[EndedBasisRelation]") -> list[Notification]:
    """Return a warning to the unit of each text whose basis is no longer in force."""
    notifications = []
    for row in rows:
        body = find_responsible_body(row)
        assert body is not None  # one of both sides is there
        notifications.append(
            Notification(
                subject=f"依据已失效：{find_dependent_title(row)}"[:200],
                body=f"{find_dependent_title(row)}引用的依据{row.target}{'已废止' if row.basis_state == 'repealed' else '已失效'}"
                f"（自{row.basis_since:%Y-%m-%d}起），请核对并更新依据，或者修改、下架。",
                link=reverse("policies:bases"),
                key=f"basis/{row.pk}/{row.state_key}",
                posts=((Role.CLERK, body.pk), (Role.LEAD, body.pk)),
            )
        )
    return notifications


def make_basis_warnings(record: PolicyRecord) -> list[Notification]:
    """Return notifications to owners of documents based on a record that were not sent yet, and mark them."""
    return _claim_unsent_warnings(list_unreviewed_bases().filter(target=record))


def _claim_unsent_warnings(rows: "QuerySet[EndedBasisRelation]") -> list[Notification]:
    """Return the notifications of up to 500 rows not yet warned of in their state, and mark them."""
    fresh = list(rows.exclude(warned_for=F("state_key"))[:500])
    notifications = _make_notifications(fresh)
    for row in fresh:
        Relation.objects.filter(pk=row.pk).update(warned_for=row.state_key)
    return notifications


def filter_decisions_by_document(document: Document) -> QuerySet[Decision]:
    """Return the decisions in effect that this text announces or made."""
    return Decision.objects.counting().filter(Q(announced_in=document) | Q(actor__document=document))


def warn_of_withdrawn_text(document: Document, edition: int) -> None:
    """Notify units whose documents a withdrawn text had repealed, amended or extended.

    The decisions remain. `edition` is the primary key of the withdrawing edition, one message for each.
    """
    rows = filter_decisions_by_document(document).select_related("record__body")
    write_messages(
        [
            Notification(
                subject=f"效力决定的依据已撤回：{row.record}"[:200],
                body=f"{row.record}的决定（{row}）由{cite_title(document_title(document))}写明，这条信息已经撤回，公众不再看到依据；"
                "决定仍然有效。请公开新的依据，或者在政策库撤销这项决定。",
                link=reverse("policies:record", args=(row.record_id,)),
                key=f"ground/{row.pk}/{edition}",
                posts=((Role.CLERK, row.record.body_id), (Role.LEAD, row.record.body_id)),
            )
            for row in rows
        ]
    )


def notify_ended_bases() -> dict[str, int]:
    """Job: notify the owners of documents whose basis has ended, once for each ending; return counts."""
    notifications = _claim_unsent_warnings(list_unreviewed_bases())
    write_messages(notifications)
    return {"bases": len(notifications)}
