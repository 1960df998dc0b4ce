"""Actions that write items without the editor, and record releases through other channels."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Revision

from gongkai.content.editions.actions.placements import place
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.freezing import refuse_if_changed
from gongkai.content.publishing.models import (
    ChannelRelease,
    DisclosureChannel,
    ItemAttachment,
    ItemPage,
    SourceFile,
    get_or_create_unit_page,
)
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import find_row
from gongkai.core.files.losses import record_losses
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.lib.richtext import UnfitText, clean_html, to_plain_text
from gongkai.lib.richtext.depth import refuse_long
from gongkai.lib.writing.titles import quote_words


def find_deletion_errors(items: Collection[ItemPage]) -> list[str]:
    """Return reasons against deleting these items: only drafts that were never submitted can be deleted."""
    numbers = [item.pk for item in items]
    if Document.objects.filter(item_number__in=numbers, editions__isnull=False).exists():
        return ["发布过的信息不能删除，可以撤回公开。"]
    if Review.objects.filter(source__in=[item.stream for item in items]).exists():
        return ["送审过的信息不能删除：审签记录和送审的文字须保留。还在送审的，可以先撤回送审再修改。"]
    return []


def refuse_deleting_reviewed_item(sender: object, instance: ItemPage, **_: object) -> None:
    """Signal receiver: refuse every way to delete a page with reviews, as their signatures would lose their text.

    Erasing and undoing a migration first record the end of public editions.
    """
    if Review.objects.filter(source=instance.stream).exists():
        raise Refused("送审过的信息不能删除：审签记录和送审的文字须保留。")


#: (name for the reader, stored file) of each attachment.
Attachments = Sequence[tuple[str, StoredFile]]


@action("publishing.draft", label="起草信息", rule=check_writer)
def create_draft(
    body: Body,
    /,
    *,
    by: Actor,
    columns: Sequence[Column] = (),
    attachments: Attachments = (),
    task: int = 0,
    **fields: object,
) -> ActionResult:
    """Create a draft item for a body. `fields` are those of `ItemPage` (title, body, formed_on, …).

    `task` is the entry for which the text is written; it is logged.
    """
    item = ItemPage(live=False, **fields)
    _attach_files(item, attachments)
    try:
        get_or_create_unit_page(body).add_child(instance=item)
    except ValidationError as error:
        raise Refused(list(error.messages)) from error
    _save_draft(item, by)
    if columns:
        place(ensure_document(item), by=by, columns=columns)
    facts = {"item": item.pk, "task": task} if task else {"item": item.pk}
    return ActionResult(words="起草", facts=facts, stream=item.stream, result=item)


@action("publishing.revise", label="修改信息", rule=check_writer)
def save_revision(
    item: ItemPage, *, by: Actor, attachments: Attachments | None = None, **fields: object
) -> ActionResult:
    """Save a new revision of an item; the public edition does not change before signing."""
    page: ItemPage = item.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    if attachments is not None:
        page.attachments.set([])
        _attach_files(page, attachments)
    page.save(clean=False)  # the desk's row follows its last draft, as it does when Wagtail's editor saves
    revision = _save_draft(page, by)
    return ActionResult(words="修改", facts={"revision": revision.pk}, result=revision)


def _check_deleter(by: Actor, item: ItemPage) -> list[str]:
    """Return reasons unless the actor writes for the unit and the draft was never submitted."""
    return check_writer(by, item) or find_deletion_errors([item])


@action("publishing.delete_draft", label="删除草稿", rule=_check_deleter)
def delete_draft(item: ItemPage, *, by: Actor) -> ActionResult:
    """Delete a draft that was never submitted or public; its title stays in the log."""
    facts = {"item": item.pk, "title": item.title}
    stream = item.stream
    ItemPage.objects.get(pk=item.pk).delete()
    return ActionResult(words=f"删除草稿“{item.title}”", facts=facts, stream=stream)


def _attach_files(item: ItemPage, attachments: Attachments) -> None:
    for order, (name, stored) in enumerate(attachments):
        item.attachments.add(ItemAttachment(name=name, stored=stored, sort_order=order))


def _save_draft(item: ItemPage, by: Actor) -> Revision:
    """Save a revision of the item in the user's name; a validation error becomes Refused."""
    user = find_row(get_user_model().objects.filter(pk=by.user_id)) if by.user_id else None
    try:
        revision: Revision = item.save_revision(user=user, clean=True)
    except ValidationError as error:
        raise Refused(list(error.messages)) from error
    return revision


@action("publishing.set_text", label="采用排版后的正文", rule=check_writer)
def set_text(
    item: ItemPage,
    *,
    by: Actor,
    html: str,
    seen: str = "",
    source: tuple[str, StoredFile] | None = None,
    losses: Sequence[str] = (),
) -> ActionResult:
    """Save a new revision with cleaned HTML as its text.

    Args:
        item: the item.
        by: the actor.
        html: the text; it is cleaned again.
        seen: token of the draft that was edited (`freezing.draft_token`); a newer draft is a conflict.
        source: name and file from which the text was made, stored privately with the item.
        losses: content of that file, or of what was pasted, that is not in the text (`files.losses`).
    """
    refuse_if_changed(item, seen)
    try:
        text = clean_html(refuse_long(html))
    except UnfitText as unfit:
        raise Refused(unfit.reasons) from unfit
    if not to_plain_text(text) and "<img" not in text:
        raise Refused("正文是空的，请先填写正文。")
    revision = save_revision(item, by=by, imported_html=text)
    if source is not None:
        store_source_file(item, by, *source)
    if source is not None or losses:
        record_losses(item.stream, source[0] if source else "粘贴的内容", losses)
    return ActionResult(words="采用排版后的正文", facts={"revision": revision.pk}, result=revision)


def store_source_file(item: ItemPage, by: Actor, name: str, stored: StoredFile) -> SourceFile:
    """Store the source file of a text; only staff who see the item may download it."""
    row, _ = SourceFile.objects.get_or_create(
        item_id=item.pk, stored=stored, defaults={"name": name[-200:], "by": by.name}
    )
    return row


def find_release_time_errors(moment: datetime) -> list[str]:
    """Return the error of a release time in the future."""
    return ["发布时间不能晚于现在；发布之后再来登记。"] if moment > timezone.now() else []


@action("publishing.record_channel", label="登记其他渠道发布", rule=check_writer)
def record_channel(
    document: Document,
    *,
    by: Actor,
    channel: str,
    name: str,
    at: datetime,
    address: str = "",
    proof: tuple[str, StoredFile] | None = None,
    note: str = "",
    recorded_by: str = "",
) -> ActionResult:
    """Record the release of a document through another channel; early ones are recorded, too.

    Early releases, before the site, are listed as irregular (`registers.IRREGULAR`).

    Args:
        channel: a `DisclosureChannel`.
        name: the account, newspaper or place.
        at: the time, not in the future.
        address: the URL of the release;
        proof: (name, file) that shows it; one of them is required.
        note: a remark.
        recorded_by: the reporting person, if an app records it.
    """
    reasons = []
    if channel not in DisclosureChannel.values:
        reasons.append("没有这种渠道。")
    if not name.strip():
        reasons.append("请写明账号、报刊或场所的名称。")
    reasons += find_release_time_errors(at)
    if not address and proof is None:
        reasons.append("请填写链接，或上传截图、照片等佐证文件。")
    if reasons:
        raise Refused(reasons)
    release = ChannelRelease.objects.create(
        document=document,
        channel=channel,
        name=name.strip()[:120],
        at=at,
        address=address,
        proof=proof[1] if proof else None,
        proof_name=proof[0][-200:] if proof else "",
        note=note.strip()[:300],
        recorded_by=(recorded_by or by.name)[:120],
    )
    where = f"{release.get_channel_display()}{quote_words(release.name)}"
    return ActionResult(
        words=f"{timezone.localtime(at):%Y-%m-%d %H:%M}在{where}发布",
        facts={"release": release.pk, "channel": channel},
        result=release,
    )


def _check_not_dropped(release: ChannelRelease) -> list[str]:
    return ["这条登记已经作废。"] if release.dropped else []


@action(
    "publishing.drop_channel",
    label="作废登记",
    rule=lambda by, release: check_writer(by, release.document),
    ready=_check_not_dropped,
)
def drop_channel(release: ChannelRelease, *, by: Actor, reason: str) -> ActionResult:
    """Declare a recorded release void because it was recorded by mistake; the record stays with the reason."""
    reason = require_text(reason, "请写明作废的理由。")
    release.dropped = reason[:300]
    release.save(update_fields=["dropped"])
    return ActionResult(words=release.dropped, facts={"release": release.pk}, stream=f"document/{release.document_id}")
