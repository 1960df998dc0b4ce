"""Office views of the gazette: an issue, the choice of articles, files of past issues."""

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.gazette import actions, queries
from gongkai.content.gazette.actions import check_editor
from gongkai.content.gazette.composing import find_issue_blockers
from gongkai.content.gazette.forms import ArticleOrderForm, IssueArticleForm, IssueCoverForm, PrintedFilesForm
from gongkai.content.gazette.models import DEFAULT_SECTIONS, Issue
from gongkai.content.gazette.past_issue_sheet import ARTICLES_SHEET, PAST_ISSUE_IMPORTER
from gongkai.content.publishing.actions import record_channel
from gongkai.content.publishing.forms.office import ChannelReleaseForm
from gongkai.content.publishing.source_desk import list_open_columns_for, make_source_desk
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_form_with_messages, run_with_messages
from gongkai.core.files.forms import warn_of_refused_files
from gongkai.core.files.store import store_upload
from gongkai.core.registers.filters import YearFilter, make_filter_class
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number
from gongkai.lib.chinese import lazy_re as re

_ISSUE_NUMBER_PATTERN = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?[\s\-_.—]*第?\s*0*(\d{1,3})\s*期?(?!\d)")


def parse_issue_name(name: str) -> tuple[int, int] | None:
    """Return the year and number in a file name (2019-03.pdf, 2019年第3期.pdf), or None."""
    match = _ISSUE_NUMBER_PATTERN.search(name)
    return (int(match[1]), int(match[2])) if match else None


def find_named_issue(name: str, issues: QuerySet[Issue]) -> Issue | None:
    """Return the only issue matching a file name, or None."""
    issue_name = parse_issue_name(name)
    rows = list(issues.filter(year=issue_name[0], number=issue_name[1])[:2]) if issue_name else []
    return rows[0] if len(rows) == 1 else None


#: Issues on one page.
PER_PAGE = 30
#: Filters over the documents that can be included.
_DOCUMENT_FILTERS = make_filter_class(
    Shelf,
    (
        "body",
        (
            "kind",
            ChoiceFilter(
                label="类别", choices=[(k.value, k.label) for k in queries.PRINTED_ITEM_KINDS], empty_label="全部"
            ),
        ),
        "standing",
        YearFilter("published_at"),
    ),
    ("title", "number"),
    {},
    {"body": "单位", "standing": "有效性"},
)


@require_GET
def export_articles(request: HttpRequest) -> HttpResponse:
    """Return the articles of the issues that the user sees as the import spreadsheet, without their texts."""
    return spreadsheet_response(ARTICLES_SHEET, PAST_ISSUE_IMPORTER.rows(require_staff_actor(request)), "政府公报篇目")


@require_POST
def upload_issue_files(request: HttpRequest) -> HttpResponse:
    """Add uploaded files to the issues of their names (2019-03.pdf, 2019年第3期.pdf), and compose each."""
    by, form = require_staff_actor(request), PrintedFilesForm(request.POST, request.FILES)
    if not form.is_valid():
        run_form_with_messages(request, form, lambda: None)
        return redirect("gazette:issues")
    for upload in form.cleaned_data["attachments"]:
        issue = find_named_issue(upload.name or "", queries.visible_to(request.user))

        def work(issue: Issue | None = issue, upload: "UploadedFile[bytes]" = upload) -> None:
            if issue is None:
                raise Refused(f"“{upload.name}”：文件名没有写明年份和期号，或者没有这一期。请命名为“2019-03.pdf”。")
            named = store_upload(upload, by)
            actions.compose_issue(issue, by=by, files=[(named.name, named.stored)])

        run_with_messages(request, work, f"“{upload.name}”已放入{issue}。" if issue else "")
    warn_of_refused_files(request, form)
    return redirect("gazette:issues")


def issue_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show an issue: articles in order, its composed text, and review."""
    by = require_staff_actor(request)
    issue = get_visible_or_404(request.user, Issue, number)
    latest = issue.latest
    articles = list(issue.articles.select_related("document"))
    columns = sorted(list_open_columns_for(issue), key=lambda one: "公报" not in one.name)
    context = {
        "issue": issue,
        "articles": articles,
        "own": [(article, IssueArticleForm.of(article)) for article in articles if article.document is None],
        "cover": IssueCoverForm(issue=issue),
        "sections": DEFAULT_SECTIONS,
        "latest": latest,
        "stale": find_issue_blockers(issue) if articles else [],
        "form": IssueArticleForm(),
        "files": PrintedFilesForm(),
        "desk": make_source_desk(issue, by, back=request.path, columns=columns),
        "ahead": issue.issued_on > timezone.localdate(),
        "may": not check_editor(by, issue),
        "against": actions.compose_issue.why_not(issue, by=by),
        "noted": issue.printed.select_related("release"),
        **_make_channels_context(issue, by),
    }
    return render(request, "gazette/issue.html", context)


def _make_channels_context(issue: Issue, by: Actor) -> dict[str, object]:
    """Return the channels of a public issue (W-10), with the form to record another."""
    document = Document.objects.filter(source=issue.stream, published_at__isnull=False).first()
    if document is None:
        return {"spread": None}
    form = None if record_channel.why_not(document, by=by) else ChannelReleaseForm()
    return {"spread": queries.map_channel_releases([document]).get(document.pk, []), "spread_form": form}


def choose_documents_page(request: HttpRequest, number: int) -> HttpResponse:
    """Choose public documents for an issue."""
    by = require_staff_actor(request)
    issue = get_visible_or_404(request.user, Issue, number)
    picked = parse_selected(request.POST.getlist("document"))
    if request.method == "POST":
        section, anyway = request.POST.get("section", ""), request.POST.get("anyway") == "1"
        facts = {"documents": picked, "section": section, "anyway": anyway}
        if run_with_messages(request, lambda: actions.add_documents(issue, by=by, **facts), "已选入。"):
            return redirect("gazette:issue", number)
    listed = _DOCUMENT_FILTERS(request.GET, queries.list_choosable_documents(issue))
    page = get_page(request, listed.rows(), PER_PAGE)
    against = queries.find_warnings(issue, page.object_list)
    context = {
        "issue": issue,
        "page": page,
        "rows": [(row, against.get(row.document_id, "")) for row in page.object_list],
        "asks": bool(against),
        "picked": picked,
        "section": request.POST.get("section", ""),
        "listed": listed,
        "sections": DEFAULT_SECTIONS,
    }
    return render(request, "gazette/choose.html", context)


@require_POST
def change_articles(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Run an operation of `_OPERATIONS` (`verb`) on an issue: on its cover, articles, channels or text."""
    by = require_staff_actor(request)
    issue = get_visible_or_404(request.user, Issue, number)
    way = _OPERATIONS.get(verb)
    if way is None:
        raise Http404("没有这个操作")
    return way(request, issue, by)


def _arrange_articles(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    """Sort articles by the entered numbers and remove the checked ones."""
    gone = set(parse_selected(request.POST.getlist("drop")))
    articles = [article for article in issue.articles.all() if article.pk not in gone]

    def work(**facts: object) -> None:
        """Save the order and the sections entered; an article without a number is not moved."""
        rows = []
        for one in articles:
            place, section = facts[f"place-{one.pk}"], facts[f"section-{one.pk}"]
            number = one.position if place is None else place
            rows.append((number, one.position, one.pk, section or one.section))
        order = [(number, section) for _, _, number, section in sorted(rows)]
        actions.arrange_articles(issue, by=by, order=order)

    form = ArticleOrderForm(request.POST, articles=articles)
    return respond_to_form(request, form, work, "已调整。", _get_issue_url(issue))


def _add_article(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    return respond_to_form(
        request,
        IssueArticleForm(request.POST),
        lambda **facts: actions.add_article(issue, by=by, **facts),
        "已补录。",
        _get_issue_url(issue),
    )


def _change_cover(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    return respond_to_form(
        request,
        IssueCoverForm(request.POST, issue=issue),
        lambda **facts: actions.change_issue(issue, by=by, **facts),
        "已修改刊头，请重新生成正文。",
        _get_issue_url(issue),
    )


def _change_article(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    article = parse_whole_number(request.POST.get("article", "")) or 0
    return respond_to_form(
        request,
        IssueArticleForm(request.POST),
        lambda **facts: actions.change_article(issue, by=by, article=article, **facts),
        "已修改，请重新生成正文。",
        _get_issue_url(issue),
    )


def _record_channel(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    """Record another channel of an issue."""
    document = Document.objects.filter(source=issue.stream).first()
    if document is None:
        raise Http404("这一期还没有公开")
    return respond_to_form(
        request,
        ChannelReleaseForm(request.POST, request.FILES),
        lambda **facts: record_channel(document, by=by, **facts),
        "已登记。",
        _get_issue_url(issue),
    )


def _compose_issue(request: HttpRequest, issue: Issue, by: Actor) -> HttpResponse:
    """Compose the issue's text with the uploaded printed files, and return to its page."""
    form = PrintedFilesForm(request.POST, request.FILES)

    def work(attachments: "list[UploadedFile[bytes]]") -> None:
        """Compose the issue with the uploaded files, or with those of the last revision if there are none."""
        files = [(one.name, one.stored) for one in (store_upload(upload, by) for upload in attachments)] or None
        actions.compose_issue(issue, by=by, files=files)

    said = f"已生成正文（{timezone.localtime():%H:%M}），请核对后送审。"
    if run_form_with_messages(request, form, work, said):
        warn_of_refused_files(request, form)
    return HttpResponseRedirect(_get_issue_url(issue))


def _get_issue_url(issue: Issue) -> str:
    return reverse("gazette:issue", args=(issue.pk,))


_OPERATIONS: dict[str, Callable[[HttpRequest, Issue, Actor], HttpResponse]] = {
    "arrange": _arrange_articles,
    "add": _add_article,
    "change": _change_article,
    "cover": _change_cover,
    "compose": _compose_issue,
    "channel": _record_channel,
}
