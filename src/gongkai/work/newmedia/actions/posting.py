"""Actions on posts: compose from a published text, clear, record as posted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import load_shown, shelf_visible_to
from gongkai.content.publishing.actions import record_channel
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.machine import machine_action
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.privacy import find
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title
from gongkai.work.newmedia.lower_sites import LowerSite
from gongkai.work.newmedia.models import Account, AccountColumn, AccountState, Post, PostGate, Update
from gongkai.work.newmedia.rules import (
    list_reasons_unless_post_approver,
    list_reasons_unless_supervisor,
    list_reasons_unless_unit_staff,
)
from gongkai.work.newmedia.states import POST_MACHINE, PostState

# Maximum length of the text in characters; longer texts end with a link.
MAX_TEXT_CHARACTERS = 2000


@dataclass(frozen=True)
class ComposedPost:
    """Content of a post: edition number, title, text, pictures as [name, digest], address of the document."""

    edition: int
    title: str
    text: str
    pictures: list[list[str]]
    address: str


def compose_post(document: Document) -> ComposedPost | None:
    """Return the composed post of a document, or None if it is not public now."""
    row = shelf_visible_to(ANONYMOUS).filter(column=None, document=document).first()
    visible_edition = load_shown(ANONYMOUS, document) if row else None
    content = getattr(visible_edition.edition, "content", None) if visible_edition else None
    if row is None or visible_edition is None or content is None:
        return None
    address = f"{settings.BASE_URL.rstrip('/')}{row.path}"
    post_text = "\n".join(line for value in to_plain_text(content.html).splitlines() if (line := value.strip()))
    if len(post_text) > MAX_TEXT_CHARACTERS:
        cut = post_text[:MAX_TEXT_CHARACTERS]
        post_text = f"{cut[: max(cut.rfind('。'), cut.rfind(chr(10)), MAX_TEXT_CHARACTERS // 2) + 1].rstrip()}\n（全文请看原文）"
    source = str(content.facts.get("source") or document.body.name)
    text = f"{post_text}\n\n来源：{source}\n原文：{address}"
    pictures = [[file["name"], file["digest"]] for file in content.files if file.get("picture")]
    return ComposedPost(visible_edition.edition.number, content.title, text, pictures, address)


#: Maximum length of a post in characters.
MAX_POST_CHARACTERS = 5000
NOT_PUBLIC_MESSAGE = "网站是第一公开平台：这条信息还没有在网站公开（或者已经撤回），不能发到新媒体。"


def digest_post(post: Post) -> str:
    """Return the digest of a post's content."""
    return digest(canonical_json({"title": post.title, "text": post.text, "pictures": post.pictures}))


def _compose_or_refuse(document: Document) -> ComposedPost:
    """Return a post of a document's current edition, or refuse if it is not public."""
    post = compose_post(document)
    if post is None:
        raise Refused(NOT_PUBLIC_MESSAGE)
    return post


def is_outdated(post: Post, public: ComposedPost | None) -> bool:
    """Return True if a post that is not posted was prepared from another edition than the public one."""
    return post.state in {PostState.DRAFT, PostState.CLEARED} and public is not None and public.edition != post.edition


def _list_reasons_unless_it_has_account(post: Post) -> list[str]:
    """Return reasons against a copy for a website, which has no account."""
    return [] if post.account_id else ["网站按本单位的审核程序转载，这里只登记结果。"]


def _list_reasons_against_posting(account: Account) -> list[str]:
    return [] if account.state == AccountState.OPEN else ["账号没有在运行，不能发布。"]


@action(
    "newmedia.prepare_post",
    label="编写新媒体内容",
    rule=list_reasons_unless_unit_staff,
    ready=_list_reasons_against_posting,
)
def prepare_post(
    account: Account, *, by: Actor, document: Document, column: AccountColumn | None = None
) -> ActionResult:
    """Prepare a post of a document's current edition; return the `Post`.

    A post that was asked for (`PostState.ASKED`), or that was prepared from an earlier edition and is not posted, is
    filled in; another one that exists is refused.
    """
    composed = _compose_or_refuse(document)
    post = Post.objects.select_for_update().filter(account=account, document=document).first()
    if post is not None and post.state != PostState.ASKED and not is_outdated(post, composed):
        raise Refused("这条信息已经为这个账号编写。")
    facts = {
        "edition": composed.edition,
        "title": composed.title,
        "text": composed.text,
        "pictures": composed.pictures,
        "column": column,
        "prepared_at": timezone.now(),
        "prepared_by": by.name,
        "author": by.person_id,
    }
    if post is None:
        post = Post.objects.create(account=account, document=document, state=POST_MACHINE.first, **facts)
        return ActionResult(words=f"编写{cite_title(composed.title)}", result=post, stream=post.stream)
    filled: Post = rewrite_post(post, by=by, title=composed.title, text=composed.text)
    Post.objects.filter(pk=post.pk).update(**facts)
    filled.refresh_from_db()
    return ActionResult(words=f"编写{cite_title(composed.title)}", result=filled, stream=post.stream)


@machine_action(
    "newmedia.rewrite_post",
    machine=POST_MACHINE,
    verb="prepare",
    label="修改内容",
    rule=list_reasons_unless_unit_staff,
    ready=_list_reasons_unless_it_has_account,
)
def rewrite_post(
    post: Post, *, by: Actor, title: str, text: str, pictures: Collection[str] | None = None
) -> ActionResult:
    """Change the words or pictures of a post; it must be cleared again."""
    if not title.strip() or not text.strip():
        raise Refused("请填写标题和文字。")
    post.title, post.text = title.strip()[:300], text.strip()[:MAX_POST_CHARACTERS]
    if pictures is not None:
        post.pictures = [picture for picture in post.pictures if picture[1] in pictures]
    post.prepared_by, post.author = by.name, by.person_id
    post.digest, post.gates, post.cleared_at, post.cleared_by = "", {}, None, ""
    post.save(
        update_fields=[
            "title", "text", "pictures", "prepared_by", "author", "digest", "gates", "cleared_at", "cleared_by",
        ]
    )  # fmt: skip
    return ActionResult(words="修改内容")


@machine_action(
    "newmedia.clear_post",
    machine=POST_MACHINE,
    verb="clear",
    label="五关审核通过",
    rule=list_reasons_unless_post_approver,
)
def clear_post(post: Post, *, by: Actor, gates: Iterable[str], seen: str, words: str = "") -> ActionResult:
    """Clear a post through the five gates.

    Args:
        gates: the gates passed; all five are required.
        seen: digest of the text that was reviewed.
    """
    passed, reasons = set(gates), []
    remaining = [gate.label for gate in PostGate if gate.value not in passed]
    if remaining:
        reasons.append(f"还没有逐项审核：{'、'.join(remaining)}。")
    if seen != digest_post(post):
        reasons.append("内容在您查看之后有改动，请重新查看。")
    findings = find(f"{post.title}\n{post.text}")
    if findings:
        reasons.append(f"有个人信息，不能发布：{'、'.join(dict.fromkeys(finding.text for finding in findings[:5]))}。")
    composed = compose_post(post.document)
    if composed is None:
        reasons.append(NOT_PUBLIC_MESSAGE)
    elif composed.edition != post.edition:
        reasons.append("网站上的内容已经更新，请按现在公开的内容重新编写。")
    if reasons:
        raise Refused(reasons)
    post.gates = {gate.value: by.name for gate in PostGate}
    post.digest, post.cleared_at, post.cleared_by = seen, timezone.now(), by.name
    post.save(update_fields=["gates", "digest", "cleared_at", "cleared_by"])
    return ActionResult(words=words.strip() or "五关审核通过", facts={"digest": seen})


@machine_action(
    "newmedia.send_back_post",
    machine=POST_MACHINE,
    verb="send_back",
    label="退回修改",
    rule=list_reasons_unless_unit_staff,
)
def send_back_post(post: Post, *, by: Actor, reason: str) -> ActionResult:
    """Return an approved post for changes."""
    reason = require_text(reason, "请写明理由。")
    Post.objects.filter(pk=post.pk).update(digest="", gates={}, cleared_at=None, cleared_by="")
    return ActionResult(words=reason)


def _list_reasons_if_changed(post: Post) -> list[str]:
    return [] if post.digest == digest_post(post) else ["内容在审核之后有改动，请重新审核。"]


@machine_action(
    "newmedia.mark_posted",
    machine=POST_MACHINE,
    verb="post",
    label="登记已发布",
    rule=list_reasons_unless_unit_staff,
    ready=_list_reasons_if_changed,
)
def mark_posted(
    post: Post, *, by: Actor, at: datetime, address: str = "", proof: tuple[str, StoredFile] | None = None
) -> ActionResult:
    """Record that a cleared post went out, and the account's update."""
    account = post.account
    assert account is not None
    # Forms give the moment by the minute, so a post sent in the minute of its clearing counts as sent after it.
    if post.cleared_at and at < post.cleared_at.replace(second=0, microsecond=0):
        raise Refused("先审后发：发布时间不能早于审核通过的时间。")
    release = record_channel(
        post.document,
        by=SYSTEM,  # An account also carries documents of other units.
        recorded_by=by.name,
        channel=DisclosureChannel.MEDIA,
        name=str(account)[:120],
        at=at,
        address=address,
        proof=proof,
        note=post.title[:300],
    )
    Post.objects.filter(pk=post.pk).update(release=release, decided_at=at)
    post.release, post.decided_at = release, at
    day = timezone.localdate(at)
    Update.objects.create(
        account=account, column=post.column, on=day, address=address, words=post.title[:200], recorded_by=by.name
    )
    for rows in (Account.objects.filter(pk=account.pk), AccountColumn.objects.filter(pk=post.column_id or 0)):
        updated_row = rows.first()
        if updated_row and (updated_row.updated_on is None or updated_row.updated_on < day):
            rows.update(updated_on=day)
    return ActionResult(words=f"{timezone.localtime(at):%Y-%m-%d %H:%M}发布", facts={"release": release.pk})


@machine_action(
    "newmedia.decline_post", machine=POST_MACHINE, verb="decline", label="不转发", rule=list_reasons_unless_unit_staff
)
def decline_post(post: Post, *, by: Actor, reason: str) -> ActionResult:
    """Record with a reason that a document will not be posted on this account."""
    reason = require_text(reason, "请写明不转发的理由。")
    Post.objects.filter(pk=post.pk).update(reason=reason[:300], decided_at=timezone.now())
    return ActionResult(words=reason)


@action("newmedia.ask_for_posts", label="要求转发", rule=list_reasons_unless_supervisor)
def request_post(account: Account, *, by: Actor, document: Document, until: date, asked_by: str) -> ActionResult:
    """Request that a unit posts a document on an account (协作发声, W-14); return the new `Post`."""
    if reasons := _list_reasons_against_posting(account):
        raise Refused([f"{account}：{reason}" for reason in reasons])
    return _create_request(Post(account=account), ((Role.CLERK, account.body_id),), document, until, asked_by)


@action("newmedia.ask_site", label="要求网站转载", rule=list_reasons_unless_supervisor)
def request_website_copy(
    body: Body, *, by: Actor, site: LowerSite, document: Document, until: date, asked_by: str
) -> ActionResult:
    """Request that a unit's website publishes a document (整体联动, W-14); return the new `Post`."""
    if body.pk != site.body.pk:
        raise Refused("请选择这个单位的网站。")
    post = Post(site_body=body, site=site.name, site_address=site.address)
    if shelf_visible_to(ANONYMOUS).filter(document=document, website__host=site.host).exists():
        raise Refused(f"{post.place}：已经公开这条信息。")
    return _create_request(post, ((Role.CHIEF, body.pk), (Role.CLERK, body.pk)), document, until, asked_by)


def _create_request(
    post: Post, notified_posts: tuple[tuple[Role, int], ...], document: Document, until: date, asked_by: str
) -> ActionResult:
    """Store the request to repost a document and notify the posts in `notified_posts`.

    Raises:
        Refused: when the day has passed, or it was requested or written already.
    """
    composed = _compose_or_refuse(document)
    if until < timezone.localdate():
        raise Refused("发布期限不能早于今天。")
    if Post.objects.filter(account=post.account, site_address=post.site_address, document=document).exists():
        raise Refused(f"{post.place}：已经要求或者编写。")
    post.document, post.state, post.title, post.edition = document, PostState.ASKED, composed.title, composed.edition
    post.asked_at, post.asked_by, post.until = timezone.now(), asked_by[:120], until
    post.save()
    tell = Notification(
        subject=f"请转发：{composed.title[:60]}",
        body=f"请在{until}前由{post.place}转发{cite_title(composed.title)}，不转发的请说明理由。原文：{composed.address}",
        link=reverse("newmedia:post", args=[post.pk]),
        key=f"newmedia.ask:{post.pk}",
        posts=notified_posts,
    )
    return ActionResult(words=f"要求转发{cite_title(composed.title)}", tell=(tell,), result=post, stream=post.stream)


@machine_action(
    "newmedia.mark_carried",
    machine=POST_MACHINE,
    verb="carry",
    label="登记已转载",
    rule=list_reasons_unless_unit_staff,
    ready=lambda post: ["发到账号的先编写、审核，再登记已发布。"] if post.account_id else [],
)
def record_website_copy(post: Post, *, by: Actor, at: datetime, address: str) -> ActionResult:
    """Record the page on which a requested website carries the document."""
    if at > timezone.now():
        raise Refused("发布时间不能晚于现在。")
    if post.asked_at and timezone.localdate(at) < timezone.localdate(post.asked_at):
        raise Refused("发布时间不能早于要求转载的日期。")
    host = urlsplit(post.site_address).hostname
    if urlsplit(address).hostname != host:
        raise Refused(f"请填写这条信息在{post.place}（{host}）上的网址。")
    Post.objects.filter(pk=post.pk).update(carried=address, decided_at=at, prepared_by=by.name)
    return ActionResult(words=f"{timezone.localtime(at):%Y-%m-%d %H:%M}转载", facts={"address": address})
