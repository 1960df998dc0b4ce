"""Publish migrated content on an order instead of signatures.

This is the only publication without the usual reviews. A person of the 政务公开办,
who prepared none of the texts, orders them as a list of digests. Only these texts are published on
the order, each for a document without other editions, with its former date.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Revision

from gongkai.content.editions.actions.editions import publish_text
from gongkai.content.editions.actions.placements import place
from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Address, Column, Document, Website
from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.content.editions.sources import OutgoingText, ensure_document
from gongkai.content.migration import windows
from gongkai.content.migration.models import MigratedText, MigrationOrder, MoveWindow
from gongkai.content.migration.orders import (
    MIGRATED_APPROVAL,
    ListedText,
    compute_list_digest,
    compute_order_digest,
    find_listing_error,
    find_log_difference,
    find_repeated_publication,
)
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemAttachment, ItemPage, get_or_create_unit_page
from gongkai.content.publishing.save_checks import checks_disabled
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body, Person, Role
from gongkai.lib.richtext import to_plain_text

#: Error if a person approves what they prepared.
OTHER_PERSON_ERROR = "选定来源、读取的人不能自己批准，请由政务公开办的另一个人批准。"
#: Error if only the console read the source, because its user may be the approver.
NO_RESPONSIBLE_PERSON_ERROR = (
    "这批信息由控制台读取，没有人对来源负责。请由一人在后台核对来源后重新读取，再由另一人批准。"
)
#: Error if a person approves columns that they mapped.
OWN_MAPPING_ERROR = "您选定了栏目、单位对应，须由另一个人批准；没有选定单位的，也可以不选“同时开通新建的栏目”。"
#: Error if a person approves what was read before they had the post.
LATER_APPOINTMENT_ERROR = "读取这批信息时您还没有担任相应职务，不能批准，请由读取之前已经任职的人批准。"


def find_site_manager_errors(by: Actor, website: Website) -> list[str]:
    """Return reasons unless the actor is a person with the post of the 政务公开办 or administrator over the site."""
    held = not by.system and by.person_id is not None
    return (
        []
        if held and by.reaches(*MANAGING_ROLES, path=website.body.path)
        else ["只有政务公开办或系统管理员可以办理迁移。"]
    )


def find_orderer_errors(by: Actor, website: Website | MigrationOrder) -> list[str]:
    """Return reasons unless the actor is a person of the 政务公开办 over the site (no administrator, job or command)."""
    site = website.website if isinstance(website, MigrationOrder) else website
    held = isinstance(by, Actor) and not by.system and by.person_id is not None
    return [] if held and by.reaches(Role.CHIEF, path=site.body.path) else ["只有政务公开办可以批准迁移。"]


def list_preparers(order: MigrationOrder) -> set[int]:
    """Return the keys of the persons who prepared an order, by its log (older orders name none)."""
    movements = Movement.objects.filter(stream=order.stream, action="publishing.order_migration")
    return {number for facts in movements.values_list("facts", flat=True) for number in facts.get("prepared", ())}


def _get_open_window(website: Website) -> MoveWindow:
    """Return the open period of migration (Refused: there is none)."""
    window = windows.find_open_window(website)
    if window is None:
        raise Refused(windows.find_window_errors(website))
    return window


def _find_listing_objections(text: ListedText, window: MoveWindow) -> list[str]:
    """Return reasons why a text cannot be ordered without review."""
    reasons = []
    if text.published_at > timezone.now():
        reasons.append("原发布时间不能晚于现在。")
    elif windows.is_published_too_late(text.published_at, window):
        reasons.append("新网站上线以后发布的信息不能迁移发布，请作为草稿送审。")
    if not text.source_digest:
        reasons.append("没有原网页佐证的信息不能迁移发布，请作为草稿送审。")
    return reasons


def _check_system(by: Actor, _: Body | Document | Website) -> list[str]:
    return [] if by.system else ["迁移发布只由迁移程序按批准的清单办理。"]


@action("publishing.order_migration", label="批准迁移", rule=find_orderer_errors)
def order_migration(
    website: Website, *, by: Actor, origin: str, texts: Sequence[ListedText], prepared: Collection[int]
) -> ActionResult:
    """Order the migration of listed texts of an old platform.

    Each text is given by digest with its former date. `prepared` are the persons who chose and read
    the source; none of them may order it, because the texts pass no reviews.
    """
    if by.person_id is None:
        raise Refused("批准迁移须由任职的人员本人办理。")
    if not any(prepared):
        raise Refused(NO_RESPONSIBLE_PERSON_ERROR)
    if is_among(by, prepared):
        raise Refused(OTHER_PERSON_ERROR)
    window = _get_open_window(website)
    if reasons := next((found for text in texts if (found := _find_listing_objections(text, window))), []):
        raise Refused(reasons)
    order = MigrationOrder(
        website=website,
        origin=origin[:200],
        name=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
        role=Role.CHIEF,
        at=timezone.now(),
        count=len(texts),
        list_digest=compute_list_digest(texts),
    )
    order.digest = compute_order_digest(order)
    order.save(force_insert=True)
    MigratedText.objects.bulk_create(
        [
            MigratedText(
                order=order,
                key=t.key,
                content_digest=t.content_digest,
                published_at=t.published_at,
                source_digest=t.source_digest,
            )
            for t in texts
        ],
        batch_size=500,
    )
    facts = {"digest": order.digest, "count": order.count, "list": order.list_digest, "prepared": sorted(prepared)}
    return ActionResult(words=f"批准从{origin}迁移{len(texts)}条信息", facts=facts, stream=order.stream, result=order)


@action("publishing.decide_migrated", label="决定公开", rule=find_orderer_errors)
def decide_migrated(order: MigrationOrder, *, by: Actor, text: ListedText, ground: str) -> ActionResult:
    """Add a text with personal data to an order's list: unchanged with a ground, or masked."""
    if is_among(by, list_preparers(order)):
        raise Refused(OTHER_PERSON_ERROR)
    ground = require_text(ground, "请写明公开的依据。")
    if reasons := _find_listing_objections(text, _get_open_window(order.website)):
        raise Refused(reasons)
    row = MigratedText.objects.create(
        order=order,
        key=text.key,
        content_digest=text.content_digest,
        published_at=text.published_at,
        source_digest=text.source_digest,
        decided_by=by.name,
        decider_id=by.person_id,
        ground=ground[:300],
    )
    return ActionResult(words=row.ground, facts={"text": row.pk, "digest": row.content_digest}, result=row)


@action("publishing.draft_migrated", label="迁为草稿", rule=_check_system)
def draft_migrated(
    body: Body,
    *,
    by: Actor,
    fields: Mapping[str, object],
    attachments: Sequence[tuple[str, StoredFile]] = (),
    columns: Sequence[Column],
    hands: Collection[int],
    why: str,
) -> ActionResult:
    """Create a draft of an old text for review.

    Persons who prepared or ordered the migration may not sign it.

    Args:
        body: the unit of the text.
        by: the system; the order names the person.
        fields: those of `ItemPage`.
        attachments: (name, stored file) of each.
        columns: the target columns.
        hands: the persons who prepared and ordered it; they may not sign it, like its authors.
        why: the reason why it becomes a draft.
    """
    item, revision = _write_item(body, dict(fields), attachments)
    document = ensure_document(item)
    place(document, by=by, columns=columns)
    for person in Person.objects.filter(pk__in=hands).order_by("pk"):
        hand = Actor(person.name, person_id=person.pk)
        append_record(
            item.stream,
            action="publishing.draft",
            by=hand,
            words="随旧网站迁移整理",
            facts={"item": item.pk, "revision": revision.pk},
        )
    return ActionResult(
        words=why, facts={"item": item.pk, "revision": revision.pk}, stream=item.stream, result=document
    )


@action("publishing.publish_migrated", label="迁移发布", rule=_check_system)
def publish_migrated(
    body: Body,
    *,
    by: Actor,
    order: int,
    key: str,
    fields: Mapping[str, object],
    attachments: Sequence[tuple[str, StoredFile]] = (),
    columns: Sequence[Column],
    old: Sequence[str] = (),
) -> ActionResult:
    """Create an item of an old text and its edition, visible since its former publication.

    Args:
        body: the unit of the text.
        by: the system; the order names the person.
        order: the primary key of the order that lists the text.
        key: the digest of its old identity in that list.
        fields: those of `ItemPage`.
        attachments: (name, stored file) of each.
        columns: the target columns; items of a closed one are listed in the provisional column.
        old: its former URLs, which redirect.
    """
    text = _get_listed_text(order, key)
    item, revision = _write_item(body, dict(fields), attachments)
    frozen = freeze(item, revision)
    reasons = _find_publication_errors(text, frozen, columns)
    if reasons:
        raise Refused(reasons)
    document = ensure_document(item)
    place(document, by=by, columns=columns)
    document.refresh_from_db()
    _redirect_old_urls(document, text.order.website, old)
    edition = publish_text(
        OutgoingText(item, revision.pk, frozen),
        text.published_at,
        by=by,
        approvals=[_make_approval(text, frozen, revision, old)],
    )
    return ActionResult(
        words=f"由{text.order.origin}迁移",
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            "visible_from": utc_timestamp(text.published_at),
            "ground": text.order.stream,
            "text": text.pk,
            "columns": [column.pk for column in columns],
        },
        to_state="published",
        stream=f"document/{document.pk}",
        result=edition,
    )


@action("publishing.finish_migration", label="迁移完成", rule=_check_system)
def finish_migration(website: Website, *, by: Actor, run: str, count: int) -> ActionResult:
    """Record the end of a run, so that cached pages with links to its texts are rebuilt.

    Args:
        website: the site.
        by: the system.
        run: the name of the run's stream in the log.
        count: the number of texts.
    """
    return ActionResult(words=f"迁移完成，共{count}条", facts={"count": count}, stream=run)


def _get_listed_text(order: int, key: str) -> MigratedText:
    """Return the listed text of an order by key, locked (Refused: not listed, published before, or unlike the log)."""
    text = (
        MigratedText.objects.filter(order=order, key=key)
        .select_for_update(of=("self",))  # two at once on PostgreSQL: the second sees the first's edition
        .select_related("order__website__body")
        .order_by("-pk")
        .first()
    )
    if text is None:
        raise Refused("这条信息不在批准的迁移清单内。")
    reasons = [*find_log_difference(text.order), *find_listing_error(text), *find_repeated_publication(text)]
    if reasons:
        raise Refused(reasons)
    return text


def _write_item(
    body: Body, fields: Mapping[str, object], attachments: Sequence[tuple[str, StoredFile]]
) -> tuple[ItemPage, Revision]:
    """Create an item with its attachments below the unit's page (Refused: a field is not valid)."""
    item = ItemPage(live=False, slug=f"item-{uuid4().hex[:16]}", **fields)
    for position, (name, stored) in enumerate(attachments):
        item.attachments.add(ItemAttachment(name=name, stored=stored, sort_order=position))
    try:
        get_or_create_unit_page(body).add_child(instance=item)
        with checks_disabled():
            revision: Revision = item.save_revision(clean=False)
    except ValidationError as error:
        raise Refused(list(error.messages)) from error
    return item, revision


def _find_publication_errors(text: MigratedText, frozen: FrozenContent, columns: Sequence[Column]) -> list[str]:
    """Return the Chinese reasons against publishing a migrated text."""
    checks = [
        (frozen.digest != text.content_digest, "内容与批准的迁移清单不符。"),
        (frozen.audience != "all", "限定范围公开的信息不能迁移发布。"),
        (not frozen.title, "没有标题。"),
        (not to_plain_text(frozen.html) and not frozen.files, "正文为空，也没有附件。"),
        (not columns, "没有栏目。"),
        (any(column.website_id != text.order.website_id for column in columns), "栏目不属于批准迁移的网站。"),
    ]
    return [sentence for wrong, sentence in checks if wrong]


def _make_approval(
    text: MigratedText, frozen: FrozenContent, revision: Revision, old: Sequence[str]
) -> dict[str, object]:
    """Return the edition's record of its order and old URLs (`old`), which replaces signatures."""
    order = text.order
    return {
        "kind": MIGRATED_APPROVAL,
        "migrated": order.pk,
        "origin": order.origin,
        "by": order.name,
        "person": order.person_id,
        "role": order.role,
        "at": utc_timestamp(order.at),
        "order_digest": order.digest,
        "revision": revision.pk,
        "digest": frozen.digest,
        "source": text.source_digest,
        "old": list(old[:1]),
        **({"decided_by": text.decided_by, "ground": text.ground} if text.decided_by else {}),
    }


def _redirect_old_urls(document: Document, website: Website, old: Sequence[str]) -> None:
    """Redirect old URLs to the document, except those in use elsewhere."""
    for path in dict.fromkeys(old):
        Address.objects.get_or_create(
            website=website, path=path[:300], defaults={"document": document, "current": False}
        )
