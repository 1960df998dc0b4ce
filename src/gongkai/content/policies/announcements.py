"""Draft announcements on the validity of documents.

The issuer of a document signs texts that end or change it (规章制定程序条例第三十九条; 国办发〔2018〕37号: 谁制定、谁清理).
The unit that drafted the document may prepare them.
"""

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.validity import ENDING_KINDS
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role


def find_issuer(record: PolicyRecord) -> Body | None:
    """Return the body of this installation that issued a document; None for issuers elsewhere."""
    names = record.issuer_names
    if not names or record.body.name in names or record.body.short_name in names:
        return record.body
    found = {body.name: body.successor for body in Body.objects.filter(name__in=names)}
    return next((found[name] for name in names if name in found), None)


def get_publishing_body(body: Body) -> Body:
    """Return the body that publishes for a body: a government's general office, else itself."""
    return Body.objects.filter(parent=body, kind="general_office", active_to=None).first() or body


def find_pending_end(record: PolicyRecord) -> list[str]:
    """Return the Chinese reason against a second decision that ends a document while one awaits its signed text."""
    pending = record.decisions.waiting().filter(what__in=ENDING_KINDS).first()
    if pending is None:
        return []
    return [f"已经记入“{pending}”，等公布它的文件签发公开后生效；记错的，请先撤销那一项，再重新记入。"]


def find_issuer_errors(record: PolicyRecord, actor: PolicyRecord | None, cited: str) -> list[str]:
    """Return reasons against a decision made by a body that is neither the issuer nor above it.

    For a document issued elsewhere the deciding document must be named.
    """
    issuer, deciding = find_issuer(record), find_issuer(actor) if actor else None
    if issuer is None and not actor and not cited.strip():
        return [f"这份文件由{record.issuers}印发：请选择或填写它作出决定的文件。"]
    if actor is None or issuer is None or deciding is None or {*record.issuer_names} & {*actor.issuer_names}:
        return []
    if issuer.path.startswith(deciding.path) or get_publishing_body(issuer).pk == deciding.pk:
        return []
    return [f"“{actor}”由{actor.issuers}印发，不能改变{record.issuers}印发的文件的效力。"]


def get_announcing_body(record: PolicyRecord) -> Body:
    """Return the body whose item announces a decision: the office of the document's issuer.

    It is the drafting unit if that is the issuer itself, or the issuer is not in this installation.
    """
    issuer = find_issuer(record)
    return record.body if issuer is None or issuer.pk == record.body_id else get_publishing_body(issuer)


def draft_announcement(
    record: PolicyRecord, by: Actor, title: str, html: str
) -> tuple[ItemPage, tuple[Notification, ...]]:
    """Draft an announcement on a record.

    Return (the draft, notifications for the body that is to submit it).
    """
    body = get_announcing_body(record)
    item: ItemPage = publishing.create_draft(
        body,
        by=SYSTEM if check_writer(by, body) else by,
        title=title[:255],
        kind=ItemKind.NOTICE,
        imported_html=html,
        issuer=record.issuers[:120] or body.name,
        written_on=timezone.localdate(),
        formed_on=timezone.localdate(),
        subject=record.subject or "综合政务",
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_1,
        attribute_reason="规章和规范性文件的效力应当向社会公布",
    )
    if body.pk == record.body_id:
        return item, ()
    notification = Notification(
        subject=f"请办理公告的送审：{title}"[:200],
        body=f"{by.name}（{record.body.label}）记入了对“{record}”的决定并起草公告。这份文件由{record.issuers}印发，公告由{body.label}送审。",
        link=reverse("publishing:item", args=(item.pk,)),
        key=f"{record.stream}/announcement/{ensure_document(item).pk}",
        posts=((Role.CLERK, body.pk), (Role.SIGNER, body.pk), (Role.CHIEF, body.pk)),
    )
    return item, (notification,)
