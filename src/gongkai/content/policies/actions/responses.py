"""Actions on responses to public concerns about a policy document (关切回应, P-20)."""

from django.utils import timezone

from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.queries.columns import site_over
from gongkai.content.editions.sources import document_of
from gongkai.content.editions.vocabulary import Attribute, Basis, ItemKind
from gongkai.content.policies.actions.relations import may_link
from gongkai.content.policies.models import Kind, PolicyRecord, Relation
from gongkai.content.policies.rules import keeps
from gongkai.content.policies.signed import personal
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import cited

#: Kinds of items that may answer to what the public asked; an interpretation has a link of its own.
RESPONDING = frozenset({ItemKind.OTHER, ItemKind.NOTICE, ItemKind.NEWS, ItemKind.LIVELIHOOD, ItemKind.EMERGENCY})
#: Names by which a site's column for responses is known, the likeliest first.
COLUMNS = ("回应关切", "关切回应", "互动回应")


def column_of(body: Body) -> Column | None:
    """Return the column of a body's site in which responses stand; None where there is none."""
    rows = Column.objects.filter(website=site_over(body), archived_at=None, name__in=COLUMNS).order_by("path")
    return min(rows, key=lambda column: COLUMNS.index(column.name), default=None)


def _responds(document: Document) -> list[str]:
    return [] if document.kind in RESPONDING else ["这类信息不能作为关切回应；政策解读请在解读稿中关联文件。"]


@action("policies.respond", label="关联所回应的文件", rule=may_link, ready=_responds)
def respond(document: Document, *, by: Actor, other: PolicyRecord, concern: str = "") -> ActionResult:
    """Say that an item answers to what the public asked of a policy document; both public pages show the link."""
    concern = concern.strip()[:200]
    if reasons := personal("关切的问题", concern):
        raise Refused(reasons)
    if Relation.objects.filter(kind=Kind.RESPONDS, user=document, target=other).exists():
        raise Refused("这条信息已经关联这份文件。")
    made = Relation.objects.create(
        kind=Kind.RESPONDS,
        user=document,
        target=other,
        concern=concern,
        made_by=by.name,
        made_at=timezone.now(),
    )
    words = f"回应对{other}的关切{f'：{concern}' if concern else ''}"
    return ActionResult(words=words[:500], facts={"relation": made.pk}, result=made)


@action("policies.draft_response", label="起草回应", rule=keeps)
def draft_response(record: PolicyRecord, *, by: Actor, concern: str) -> ActionResult:
    """Begin a response on the desk of the unit that drafted the document, linked with it, in the site's column for responses."""
    concern = concern.strip()[:200]
    if not concern:
        raise Refused("请写明公众关切的问题。")
    column = column_of(record.body)
    item: ItemPage = publishing.draft(
        record.body,
        by=by,
        columns=[column] if column else [],
        title=f"关于{cited(record.title)}有关问题的回应"[:255],
        kind=ItemKind.OTHER,
        formed_on=timezone.localdate(),
        issuer=record.body.name[:120],
        source=record.body.label[:120],
        subject=record.subject,
        attribute=Attribute.PROACTIVE,
        attribute_basis=Basis.A19,
    )
    respond(document_of(item), by=by, other=record, concern=concern)
    return ActionResult(words=f"起草关切回应：{concern}", facts={"item": item.pk}, result=item)
