"""The gazette in the office: issues, one issue with its articles and desk, choosing from the library."""

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages
from gongkai.editions.models import Document
from gongkai.files.store import receive
from gongkai.gazette import actions, queries
from gongkai.gazette.composing import publication_blockers
from gongkai.gazette.forms import ArticleForm, CoverForm, IssueForm, PrintForm
from gongkai.gazette.importing import PAST, SHEET
from gongkai.gazette.matching import issue_named
from gongkai.gazette.models import SECTIONS, Issue
from gongkai.gazette.rules import edits
from gongkai.publishing.actions import record_channel, submit
from gongkai.publishing.forms.channels import ChannelForm
from gongkai.publishing.source_desk import desk_of, open_columns
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import ticked, whole
from gongkai.ui.forms import taken
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import Body

PER_PAGE = 30


def index(request: HttpRequest) -> HttpResponse:
    """List the issues; open one; hand in files of past issues and submit several at once."""
    by = require_staff_actor(request)
    bodies = queries.publishers(by)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, PAST.rows(by), "政府公报篇目")
    form = IssueForm(request.POST if request.POST.get("do") == "open" else None, bodies=bodies)
    if request.method == "POST":
        made: list[Issue] = []
        done = {
            "open": lambda: run_form_with_messages(
                request, form, lambda **facts: made.append(_open(by, facts)), "已新建，请选入文件。"
            ),
            "files": lambda: _files(request, by),
            "submit": lambda: _submit(request, by),
        }.get(request.POST.get("do", ""))
        if done is None:
            raise Http404("没有这个操作")
        done()
        if made:
            return redirect("gazette:issue", made[0].pk)
        if not form.errors:
            return redirect("gazette:issues")
    rows = queries.visible_to(request.user).prefetch_related("articles")
    page = page_of(request, rows, PER_PAGE)
    names = [one.stream for one in page.object_list]
    documents = {one.source: one for one in Document.objects.filter(source__in=names)}
    spread = queries.spread_of(documents.values())
    shown = {
        "page": page,
        "rows": [
            (
                one,
                document.published_at if document else None,
                spread.get(document.pk, []) if document else [],
            )
            for one in page.object_list
            for document in [documents.get(one.stream)]
        ],
        "form": form,
        "files": PrintForm(),
        "may": bodies.exists(),
    }
    return render(request, "gazette/issues.html", shown)


def _open(by: Actor, facts: dict[str, object]) -> Issue:
    body = taken(facts, "body", Body)
    made: Issue = actions.open_issue(body, by=by, **facts)
    return made


def _files(request: HttpRequest, by: Actor) -> None:
    """Put uploaded files with the issues that their names say (2019-03.pdf, 2019年第3期.pdf), composing each."""
    form = PrintForm(request.POST, request.FILES)
    if not form.is_valid():
        run_form_with_messages(request, form, lambda: None)
        return
    for upload in form.cleaned_data["attachments"]:
        issue = issue_named(upload.name or "", queries.visible_to(request.user))

        def work(issue: Issue | None = issue, upload: "UploadedFile[bytes]" = upload) -> None:
            if issue is None:
                raise Refused(
                    f"“{upload.name}”：文件名没有写明年份和期号，或者没有这一期。请命名为“2019-03.pdf”。"
                )
            named = receive(upload, by)
            actions.compose_issue(issue, by=by, files=[(named.name, named.stored)])

        run_with_messages(request, work, f"“{upload.name}”已放入{issue}。" if issue else "")


def _submit(request: HttpRequest, by: Actor) -> None:
    """Submit several issues for review; each says why not by itself."""
    chosen = queries.visible_to(request.user).filter(pk__in=ticked(request.POST.getlist("mark")))
    for one in chosen:
        run_with_messages(request, lambda one=one: submit(one, by=by), f"{one}已送审。")  # type: ignore[misc]


def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One issue: its articles in order, what it would read, its desk."""
    by = require_staff_actor(request)
    found = get_visible_or_404(request.user, Issue, number)
    latest = found.latest
    articles = list(found.articles.select_related("document"))
    columns = sorted(open_columns(found), key=lambda one: "公报" not in one.name)
    shown = {
        "issue": found,
        "articles": articles,
        "own": [(article, ArticleForm.of(article)) for article in articles if article.document is None],
        "cover": CoverForm(issue=found),
        "sections": SECTIONS,
        "latest": latest,
        "stale": publication_blockers(found) if articles else [],
        "form": ArticleForm(),
        "files": PrintForm(),
        "desk": desk_of(found, by, back=request.path, columns=columns),
        "ahead": found.issued_on > timezone.localdate(),
        "may": not edits(by, found),
        "against": actions.compose_issue.why_not(found, by=by),
        "noted": found.printed.select_related("release"),
        **_spread(found, by),
    }
    return render(request, "gazette/issue.html", shown)


def _spread(found: Issue, by: Actor) -> dict[str, object]:
    """Where a public issue was spread besides (W-10), and the form to record one more."""
    document = Document.objects.filter(source=found.stream, published_at__isnull=False).first()
    if document is None:
        return {"spread": None}
    form = None if record_channel.why_not(document, by=by) else ChannelForm()
    return {"spread": queries.spread_of([document]).get(document.pk, []), "spread_form": form}


def choose(request: HttpRequest, number: int) -> HttpResponse:
    """Choose documents from what is public."""
    by = require_staff_actor(request)
    found = get_visible_or_404(request.user, Issue, number)
    picked = ticked(request.POST.getlist("document"))
    if request.method == "POST":
        section, anyway = request.POST.get("section", ""), request.POST.get("anyway") == "1"
        facts = {"documents": picked, "section": section, "anyway": anyway}
        if run_with_messages(request, lambda: actions.take_in(found, by=by, **facts), "已选入。"):
            return redirect("gazette:issue", number)
    asked = request.GET.get("q", "").strip()[:60]
    rows = queries.to_choose(found, asked)
    page = page_of(request, rows, PER_PAGE)
    against = queries.doubts(found, page.object_list)
    shown = {
        "issue": found,
        "page": page,
        "rows": [(row, against.get(row.document_id, "")) for row in page.object_list],
        "asks": bool(against),
        "picked": picked,
        "section": request.POST.get("section", ""),
        "asked": asked,
        "sections": SECTIONS,
    }
    return render(request, "gazette/choose.html", shown)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Arrange the articles, add one, make the text anew."""
    by = require_staff_actor(request)
    found = get_visible_or_404(request.user, Issue, number)
    way = _WAYS.get(verb)
    if way is None:
        raise Http404("没有这个操作")
    way(request, found, by)
    return redirect("gazette:issue", number)


def _arrange(request: HttpRequest, found: Issue, by: Actor) -> None:
    """Order by the numbers that were typed before the articles; what was ticked leaves the issue."""
    gone = set(ticked(request.POST.getlist("drop")))
    rows = []
    for article in found.articles.all():
        if article.pk in gone:
            continue
        place = whole(request.POST.get(f"place-{article.pk}", ""))
        section = request.POST.get(f"section-{article.pk}", article.section)
        rows.append((article.position if place is None else place, article.position, article.pk, section))
    order = [(number, section) for _, _, number, section in sorted(rows)]
    run_with_messages(request, lambda: actions.arrange(found, by=by, order=order), "已调整。")


def _add(request: HttpRequest, found: Issue, by: Actor) -> None:
    run_form_with_messages(
        request,
        ArticleForm(request.POST),
        lambda **facts: actions.add_article(found, by=by, **facts),
        "已补录。",
    )


def _cover(request: HttpRequest, found: Issue, by: Actor) -> None:
    run_form_with_messages(
        request,
        CoverForm(request.POST, issue=found),
        lambda **facts: actions.change_issue(found, by=by, **facts),
        "已修改刊头，请重新生成正文。",
    )


def _change(request: HttpRequest, found: Issue, by: Actor) -> None:
    article = whole(request.POST.get("article", "")) or 0
    run_form_with_messages(
        request,
        ArticleForm(request.POST),
        lambda **facts: actions.change_article(found, by=by, article=article, **facts),
        "已修改，请重新生成正文。",
    )


def _channel(request: HttpRequest, found: Issue, by: Actor) -> None:
    """Record where an issue was spread; what the form lacks is said line by line."""
    document = Document.objects.filter(source=found.stream).first()
    if document is None:
        raise Http404("这一期还没有公开")
    form = ChannelForm(request.POST, request.FILES)
    run_form_with_messages(
        request, form, lambda **facts: record_channel(document, by=by, **facts), "已登记。"
    )


def _compose(request: HttpRequest, found: Issue, by: Actor) -> None:
    form = PrintForm(request.POST, request.FILES)
    uploads = form.cleaned_data["attachments"] if form.is_valid() else []

    def work() -> None:
        files = [
            (named_file.name, named_file.stored) for named_file in (receive(upload, by) for upload in uploads)
        ] or None
        actions.compose_issue(found, by=by, files=files)

    run_with_messages(request, work, f"已生成正文（{timezone.localtime():%H:%M}），请核对后送审。")


_WAYS: dict[str, Callable[[HttpRequest, Issue, Actor], None]] = {
    "arrange": _arrange,
    "add": _add,
    "change": _change,
    "cover": _cover,
    "compose": _compose,
    "channel": _channel,
}
