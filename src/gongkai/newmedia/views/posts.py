"""Posts: what the site published, made ready for accounts, cleared, posted; and who carried what was asked for."""

from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.acts.action import Refused
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.editions.models import Document
from gongkai.editions.queries import file_of, shelf_visible_to
from gongkai.files.serving import serve_stored
from gongkai.files.store import receive
from gongkai.newmedia import actions, queries
from gongkai.newmedia.actions.posting import digest_of
from gongkai.newmedia.composing import compose
from gongkai.newmedia.forms import PostedForm, PostForm
from gongkai.newmedia.models import Account, AccountState, Gate, Post, PostState
from gongkai.newmedia.rules import oversees, works
from gongkai.privacy import find
from gongkai.ui.asked import day_asked, ticked, whole
from gongkai.ui.forms import file_taken
from gongkai.ui.paging import page_of
from gongkai.units.actors import ANONYMOUS, Actor, staff
from gongkai.units.models import Body

PAGE = 40
TABS = [(value, label) for value, label in PostState.choices]


def index(request: HttpRequest) -> HttpResponse:
    """List posts by state."""
    by = staff(request)
    rows = queries.posts_visible_to(by)
    tab = request.GET.get("tab", "")
    found = rows.filter(state=tab) if tab in PostState.values else rows
    page = page_of(request, found.order_by("-pk"), PAGE)
    tabs = [("", "全部", rows.count()), *((v, label, rows.filter(state=v).count()) for v, label in TABS)]
    return render(
        request,
        "newmedia/posts.html",
        {"page": page, "tabs": tabs, "tab": tab, "today": timezone.localdate(), "may": bool(_accounts(by))},
    )


def _accounts(by: Actor) -> list[Account]:
    """Running accounts that somebody writes for or asks to post."""
    return [one for one in queries.visible_to(by).filter(state=AccountState.OPEN) if not works(by, one)]


def choose(request: HttpRequest) -> HttpResponse:
    """Choose what is public and the accounts it goes to: one's own are written for, those below are asked."""
    by = staff(request)
    accounts = _accounts(by)
    if not accounts:
        raise Http404("没有可以发布的账号")
    asked = request.GET.get("q", "").strip()[:60]
    rows = shelf_visible_to(ANONYMOUS).filter(column=None).select_related("document", "body")
    if asked:
        rows = rows.filter(title__icontains=asked) | rows.filter(number__icontains=asked)
    page = page_of(request, rows.order_by("-published_at", "-document"), PAGE)
    if request.method == "POST":
        document = Document.objects.filter(pk=whole(request.POST.get("document", "")) or 0).first()
        chosen = [one for one in accounts if one.pk in ticked(request.POST.getlist("account"))]
        done = _ask if request.POST.get("do") == "ask" else _prepare
        if document is None or not chosen:
            does(request, lambda: _refuse("请选择一条信息和要发布的账号。"))
        elif done(request, by, document, chosen):
            return redirect("newmedia:uptake", document.pk)
    shown = {
        "page": page,
        "asked": asked,
        "accounts": accounts,
        "chief": any(not oversees(by, one) for one in accounts),
        "until": timezone.localdate() + timedelta(days=3),
    }
    return render(request, "newmedia/choose.html", shown)


def _refuse(words: str) -> None:
    raise Refused(words)


def _prepare(request: HttpRequest, by: Actor, document: Document, chosen: list[Account]) -> bool:
    done = [
        does(request, lambda one=one: actions.prepare_post(one, by=by, document=document), f"已为{one}编写。")  # type: ignore[misc]
        for one in chosen
    ]
    return any(done)


def _ask(request: HttpRequest, by: Actor, document: Document, chosen: list[Account]) -> bool:
    until = day_asked(request.POST.get("until", "")) or timezone.localdate()
    who = _who(by)
    done = [
        does(
            request,
            lambda one=one: actions.ask_for_posts(one, by=by, document=document, until=until, asked_by=who),  # type: ignore[misc]
            f"已要求{one}转发。",
        )
        for one in chosen
    ]
    return any(done)


def _who(by: Actor) -> str:
    body = Body.objects.filter(pk__in=by.bodies).order_by("path").first()
    return body.label if body else by.name


def post(request: HttpRequest, number: int) -> HttpResponse:
    """One post: its words to be copied, its pictures, the gates, and the record of its posting."""
    by = staff(request)
    found: Post = get_visible_or_404(by, Post, number)
    made = compose(found.document)
    forms: dict[str, object] = {
        "write": PostForm(
            pictures=found.pictures,
            initial={
                "title": found.title,
                "text": found.text,
                "pictures": [mark for _, mark in found.pictures],
            },
        ),
        "posted": PostedForm(initial={"at": timezone.localtime().replace(second=0, microsecond=0)}),
    }
    if request.method == "POST" and _done(request, by, found, forms):
        return redirect("newmedia:post", number)
    shown = {
        "post": found,
        "forms": forms,
        "gates": Gate.choices,
        "digest": digest_of(found),
        "found": find(f"{found.title}\n{found.text}")[:10],
        "public": made,
        "changed": made is not None and made.edition != found.edition,
        "why_clear": actions.clear_post.unfit(found, by=by),
        "why_write": actions.rewrite_post.unfit(found, by=by),
        "why_post": actions.mark_posted.unfit(found, by=by),
        "why_decline": actions.decline_post.unfit(found, by=by),
        "why_back": actions.send_back_post.unfit(found, by=by),
    }
    return render(request, "newmedia/post.html", shown)


def _done(request: HttpRequest, by: Actor, found: Post, forms: dict[str, object]) -> bool:
    """Do what a button of the page says; whether it was done."""
    do, words = request.POST.get("do", ""), request.POST.get("words", "")
    if do == "prepare":
        work = lambda: actions.prepare_post(found.account, by=by, document=found.document)  # noqa: E731
        return does(request, work, "已按现在公开的内容编写。")
    if do == "write":
        write = forms["write"] = PostForm(request.POST, pictures=found.pictures)
        return does_form(
            request,
            write,
            lambda **facts: actions.rewrite_post(found, by=by, **facts),
            "已保存，请送另一人审核。",
        )
    if do == "clear":
        gates, seen = request.POST.getlist("gate"), request.POST.get("seen", "")
        work = lambda: actions.clear_post(found, by=by, gates=gates, seen=seen, words=words)  # noqa: E731
        return does(request, work, "五关审核通过，可以发布。")
    if do == "posted":
        sent = forms["posted"] = PostedForm(request.POST, request.FILES)
        return does_form(
            request, sent, lambda **facts: _posted(found, by, facts), "已登记，并作为“政务新媒体”渠道的记录。"
        )
    if do == "decline":
        return does(request, lambda: actions.decline_post(found, by=by, reason=words), "已登记不转发。")
    if do == "back":
        return does(request, lambda: actions.send_back_post(found, by=by, reason=words), "已退回修改。")
    raise Http404("没有这个操作")


def _posted(found: Post, by: Actor, facts: dict[str, object]) -> None:
    upload = file_taken(facts, "proof")
    named = receive(upload, by) if upload else None
    actions.mark_posted(found, by=by, proof=(named.name, named.stored) if named else None, **facts)


def picture(request: HttpRequest, number: int, digest: str) -> FileResponse:
    """A picture of a post, to be saved and put on the platform."""
    found: Post = get_visible_or_404(staff(request), Post, number)
    part = file_of(ANONYMOUS, document=found.document_id, number=found.edition, digest=digest)
    if part is None or digest not in [mark for _, mark in found.pictures]:
        raise Http404("没有这张图片")
    return serve_stored(part.stored, part.name)


def uptake(request: HttpRequest, number: int) -> HttpResponse:
    """Who carried a document, when, and who not (W-14); the sites and columns it stands in beside."""
    by = staff(request)
    found = queries.uptake_of(queries.posts_visible_to(by), number)
    if not found.posts:
        raise Http404("没有为这条信息编写或者要求转发")
    document = found.posts[0].document
    sites = shelf_visible_to(ANONYMOUS).filter(document=document, column__isnull=False, direct=True)
    shown = {
        "document": document,
        "title": found.posts[0].title,
        "found": found,
        "sites": sites.select_related("website", "column"),
        "today": timezone.localdate(),
    }
    return render(request, "newmedia/uptake.html", shown)
