"""Views of comments (list, grouping, registration), and the export of survey replies."""

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs.exports import always_returns_file, long_export
from gongkai.core.background_jobs.models import Errand
from gongkai.core.intake.queries import make_party_context
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file, parse_selected
from gongkai.work.participation import actions, queries, rules
from gongkai.work.participation.forms import StaffCommentForm
from gongkai.work.participation.importers import COMMENT_SHEET
from gongkai.work.participation.models import Comment, CommentChannel, Consultation, Point, Survey
from gongkai.work.participation.registrations import (
    MAX_GROUPED_IN_REQUEST,
    describe_grouping_result,
    start_background_grouping,
)
from gongkai.work.participation.surveys import export_replies, make_question_column_key, replies_visible_to

COMMENTS_PER_PAGE = 50
# Filter values for comments without a point.
UNGROUPED_VALUES = frozenset({"none", "未归纳"})


def _get_visible_period(request: HttpRequest, number: int) -> Consultation:
    consultation = get_visible_or_404(request.user, Consultation, number)
    return consultation


@long_export(
    "participation.comments",
    "公众意见",
    rows=lambda request, number: _get_visible_period(request, number).comments.all(),
    wants_file=asks_file,
)
def list_comments(request: HttpRequest, number: int) -> HttpResponse:
    """List or export the comments of a period, filtered by words, channel and point."""
    by = require_staff_actor(request)
    consultation = _get_visible_period(request, number)
    if request.GET.get("format") == "xlsx":
        return spreadsheet_response(
            COMMENT_SHEET, queries.export_comments(consultation), f"{consultation.decision.entry.number}公众意见"
        )
    words, channel, point_text = _parse_filters(request.GET)
    numbers = _filter_comments(consultation, request.GET)
    page = get_page(request, numbers, COMMENTS_PER_PAGE)
    listed = Comment.objects.filter(pk__in=list(page.object_list)).select_related("point")
    context = {
        "consultation": consultation,
        "decision": consultation.decision,
        "page": page,
        "comments": listed.order_by("number"),
        "asked": words,
        "way": channel,
        "under": point_text,
        "narrowed": bool(words or channel or point_text),
        "ways": CommentChannel.choices,
        "offered": queries.list_largest_points(consultation),
        "counts": queries.count_comments_by_outcome(consultation),
        "loose": consultation.comments.filter(point=None).count(),
        "may": not rules.list_reasons_unless_unit_staff(by, consultation),
        "query": request.GET.urlencode(),
    }
    return render(request, "participation/comments.html", context)


def _parse_filters(parameters: QueryDict) -> tuple[str, str, str]:
    """Return (search text, channel, point) of the query string."""
    text, channel, point_text = (parameters.get(name, "").strip()[:80] for name in ("q", "channel", "point"))
    return text, channel, point_text


def _filter_comments(consultation: Consultation, parameters: QueryDict) -> "QuerySet[Comment, int] | list[int]":
    """Return primary keys of a period's comments that match words, channel and point, by number."""
    text, channel, point_text = _parse_filters(parameters)
    rows = consultation.comments.order_by("number")
    if point_text in UNGROUPED_VALUES:
        rows = rows.filter(point=None)
    elif point_text:
        rows = rows.filter(point__in=queries.search_points(consultation, point_text))
    if channel in CommentChannel.values:
        rows = rows.filter(channel=channel)
    return queries.search_comments(rows, text) if text else rows.values_list("pk", flat=True)


def _get_selected_comments(request: HttpRequest, consultation: Consultation) -> list[int]:
    """Return primary keys of the ticked comments, or with `every` of all that match the list's filters.

    Return [] for `every` without filters.
    """
    if request.POST.get("every"):
        list_query = QueryDict(request.POST.get("query", "")[:500])
        return list(_filter_comments(consultation, list_query)) if any(_parse_filters(list_query)) else []
    return parse_selected(request.POST.getlist("mark"))


def _get_typed_point(request: HttpRequest, consultation: Consultation) -> Point | None:
    """Return the point whose name was typed; without a unique one show a message, return None."""
    typed_text = request.POST.get("point", "")[:80]
    points = queries.search_points(consultation, typed_text)
    if len(points) == 1:
        return points[0]
    if points:
        several = "；".join(f"{point.position}. {point.gist[:20]}" for point in points)
        messages.error(request, f"有几项归纳意见含有“{typed_text}”，请填写序号：{several}。")
    elif typed_text.strip():
        messages.error(request, f"没有序号或者文字是“{typed_text}”的归纳意见。")
    else:
        messages.error(request, "请填写要归入哪一项：序号，或者归纳意见中的字。")
    return None


@require_POST
def run_comment_act(request: HttpRequest, number: int) -> HttpResponse:
    """Group similar comments, or assign the selected ones to a new or typed point or to none."""
    by = require_staff_actor(request)
    consultation = _get_visible_period(request, number)
    verb = request.POST.get("do", "")
    if verb == "group":
        if consultation.comments.filter(point=None).count() > MAX_GROUPED_IN_REQUEST:
            errands: list[Errand] = []
            if run_with_messages(request, lambda: errands.append(start_background_grouping(consultation, by=by))):
                return redirect("errands:one", errands[0].pk)
        else:
            counts: list[int] = []
            if run_with_messages(request, lambda: counts.append(actions.group_comments(consultation, by=by))):
                messages.success(request, describe_grouping_result(consultation, counts[0]))
    elif verb == "new":
        gist, comment_ids = request.POST.get("gist", ""), _get_selected_comments(request, consultation)

        @transaction.atomic
        def run_chosen_act() -> None:
            point = actions.add_point(consultation, by=by, gist=gist)
            if comment_ids:
                actions.assign_comments_to_point(consultation, by=by, comments=comment_ids, point=point)

        run_with_messages(request, run_chosen_act, "已新增归纳意见。")
    elif verb == "out":
        comment_ids = _get_selected_comments(request, consultation)
        run_with_messages(
            request,
            lambda: actions.assign_comments_to_point(consultation, by=by, comments=comment_ids, point=None),
            "已移出归纳。",
        )
    elif (point := _get_typed_point(request, consultation)) is not None:
        comment_ids = _get_selected_comments(request, consultation)
        run_with_messages(
            request,
            lambda: actions.assign_comments_to_point(consultation, by=by, comments=comment_ids, point=point),
            "已归入。",
        )
    query = request.POST.get("query", "")[:500]
    response = redirect("participation:comments", number)
    if query:
        response["Location"] += f"?{query}"
    return response


def register_comment_view(request: HttpRequest, number: int) -> HttpResponse:
    """Register a comment received by another channel."""
    by = require_staff_actor(request)
    consultation = _get_visible_period(request, number)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = StaffCommentForm(*data, initial={"received_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        received_on = facts.pop("received_on")
        now = timezone.localtime()
        facts["received_at"] = (
            now
            if received_on == now.date()
            else now.replace(year=received_on.year, month=received_on.month, day=received_on.day)
        )
        if run_with_messages(request, lambda: actions.register_comment(consultation, by=by, **facts), "已登记。"):
            return redirect("participation:comments", number)
    return render(request, "participation/register.html", {"form": form, "consultation": consultation})


def comment_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a comment, with its commenter and files for those who may see them."""
    by = require_staff_actor(request)
    comment = get_visible_or_404(by, Comment, number)
    may = not rules.list_reasons_unless_unit_staff(by, comment)
    context = {"comment": comment, "may": may, "entry": comment.consultation.decision.entry}
    context["shown"] = make_party_context(by, comment.matter)
    return render(request, "participation/comment.html", context)


@long_export(
    "participation.replies",
    "网上调研答卷",
    rows=lambda request, number: replies_visible_to(require_staff_actor(request)).filter(survey=number),
    wants_file=always_returns_file,
)
def export_replies_view(request: HttpRequest, number: int) -> HttpResponse:
    """Export the visible replies to a survey; written answers are masked."""
    by, survey = require_staff_actor(request), get_visible_or_404(request.user, Survey, number)
    columns = [Column("number", "编号", width=8), Column("received_at", "收到时间", width=18)]
    columns += [
        Column(make_question_column_key(question), f"{question_number}. {question['text']}", width=30)
        for question_number, question in enumerate(survey.asked, 1)
    ]
    return spreadsheet_response(
        Sheet("答卷", tuple(columns)), export_replies(survey, by), f"{survey.title}答卷", guide=False
    )
