"""Pages 政策问答: search answers, read one, rate it; and published messages with their figures."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.search.spelling import suggest_corrections
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.throttle import RateLimit, client_address
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.charts import SettledShare, describe_shares, draw_shares
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.search_results import filter_public_answers, find_answers
from gongkai.work.consultation import answer_index, published_messages, queries
from gongkai.work.consultation import figures as counting
from gongkai.work.consultation.actions.answer_search import record_answer_use
from gongkai.work.consultation.models import UNHELPFUL_REASONS, InquiryCategory, KnownAnswer, Theme, UseWay
from gongkai.work.consultation.public import describe_answer_periods

#: Filter parameters of the page of messages.
FILTER_PARAMETERS = ("body", "category", "year")
#: Number of years offered by the statistics page.
OFFERED_YEARS = 5
#: Units in the chart of the statistics page: those with most messages.
MAX_CHARTED_UNITS = 12


def messages_page(request: HttpRequest) -> HttpResponse:
    """Page: published messages by unit, category and year."""
    tree = get_site(request)
    message_filter = published_messages.MessageFilter.read(request.GET)
    parameters = request.GET
    page = published_messages.list_messages(
        get_reader(request),
        tree.website,
        message_filter,
        after=parameters.get("after", ""),
        before=parameters.get("before", ""),
    )
    bodies, years = published_messages.list_message_filter_choices(get_reader(request), tree.website)
    filter_parameters = {name: parameters[name] for name in FILTER_PARAMETERS if parameters.get(name)}
    context = {
        "asked": message_filter,
        "filtered": message_filter != published_messages.MessageFilter(),
        "rows": page.rows,
        "bodies": bodies,
        "years": years,
        "categories": InquiryCategory.choices,
        "terms": describe_answer_periods(),
        "next": f"?{urlencode({**filter_parameters, 'after': page.next})}" if page.next else "",
        "previous": f"?{urlencode({**filter_parameters, 'before': page.previous})}" if page.previous else "",
    }
    return render(request, "portal/messages.html", context, keep="list")


def message_figures_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Page: received, answered, rate and working days by month and unit."""
    tree = get_site(request)
    today = timezone.localdate()
    if year is not None and not today.year - OFFERED_YEARS < year <= today.year:
        raise Http404("没有这一年的统计")
    chosen = year or today.year
    of_site = counting.list_site_inquiries(tree.website)
    rows = counting.tally_by_month(of_site, chosen)
    received = {day.year for day in counting.filter_countable_inquiries(of_site).dates("received_on", "year")}
    units = counting.sum_by_unit(rows)
    busiest = sorted(units, key=lambda pair: -pair[1].received)[:MAX_CHARTED_UNITS]
    shares = [
        SettledShare(body.label, rate, bool(tally.overdue))
        for body, tally in busiest
        if (rate := tally.in_time_rate) is not None
    ]
    finding = describe_shares(shares, counted="个有到期留言的部门", late="逾期没有答复的") if shares else ""
    context = {
        "year": chosen,
        "years": [
            offered_year
            for offered_year in range(today.year, today.year - OFFERED_YEARS, -1)
            if offered_year in {today.year, chosen} or offered_year in received
        ],
        "total": counting.sum_tallies(rows),
        "months": counting.sum_by_month(rows),
        "units": units,
        "finding": finding,
        "chart": draw_shares(finding, shares) if shares else "",
        "charted": len(busiest),
        "now": timezone.now(),
    }
    return render(request, "portal/message_figures.html", context, keep="figures")


PAGE_SIZE, MAX_SUGGESTIONS = 30, 6
#: One rating of an answer per address and day.
RATING_LIMIT = RateLimit("helped", 1, 86400)
#: One reason per address and day.
REASON_LIMIT = RateLimit("helped-why", 1, 86400)


def answers_page(request: HttpRequest) -> HttpResponse:
    """Page: search answers, or browse by theme."""
    get_site(request)
    query = clean_query(request.GET.get("q", ""), 200)
    theme = Theme.objects.filter(pk=parse_whole_number(request.GET.get("theme", "")) or 0).first()
    rows = queries.list_public_answers()
    found_answers = find_answers(query)
    if theme:
        rows = rows.filter(themes=theme)
    context = {
        "asked": query,
        "theme": theme,
        "found": found_answers.found,
        "sure": found_answers.sure,
        "related": found_answers.related,
        "spellings": suggest_corrections(query, None, _has_near_answer) if query and not found_answers.found else [],
        "themes": Theme.objects.filter(answers__in=queries.list_public_answers()).distinct(),
        "rows": [] if query else get_page(request, rows.order_by("-uses", "-released_at", "-pk"), PAGE_SIZE),
    }
    return render(request, "portal/answers.html", context, keep="figures")


def _has_near_answer(text: str) -> bool:
    return bool(filter_public_answers(answer_index.find_near_answers(text, k=MAX_SUGGESTIONS)))


def suggest_questions(request: HttpRequest) -> HttpResponse:
    """Fragment: the most similar questions to the typed text."""
    get_site(request)
    query = clean_query(request.GET.get("q", ""), 200)
    answers = filter_public_answers(answer_index.find_near_answers(query, k=MAX_SUGGESTIONS)) if len(query) > 1 else []
    text = get_template("portal/suggested_answers.html").render({"found": answers, "asked": query})
    return finish_response(request, HttpResponse(text), "private")


def answer_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one answer with basis, date and rating."""
    get_site(request)
    answer = queries.list_public_answers().prefetch_related("documents", "themes").filter(pk=number).first()
    if answer is None:
        raise Http404("没有这条问答，或者已经停用")
    similar_answers = [
        similar
        for similar in filter_public_answers(answer_index.find_near_answers(answer.question, k=5))
        if similar.pk != answer.pk
    ]
    context = {
        "known": answer,
        "near": similar_answers,
        "flags": answer_index.find_flags(answer),
        "thanked": "thanks" in request.GET,
        "whys": UNHELPFUL_REASONS.items() if request.GET.get("thanks") == "why" else (),
        "asked": clean_query(request.GET.get("q", ""), 200),
        "documents": _list_documents_shown_on_site(request, answer.documents.all()),
        "media": _list_documents_shown_on_site(request, answer.media.all()),
    }
    return render(request, "portal/answer.html", context, keep="figures")


def _list_documents_shown_on_site(request: HttpRequest, documents: Iterable[Document]) -> list[Shelf]:
    rows = shelf_visible_to(ANONYMOUS).filter(website=get_site(request).website, column=None)
    return list(rows.filter(document__in=documents).order_by("pk"))


@csrf_exempt  # the page is kept by caches; nothing is done in anybody's name, and one address counts once an answer and day
@require_POST
def rate_answer(request: HttpRequest, number: int) -> HttpResponse:
    """Count a rating of an answer or its reason, once per address, answer and day."""
    helped = request.POST.get("helped", "")
    field = {"yes": "helpful", "no": "unhelpful"}.get(helped) or next(
        (reason for reason in UNHELPFUL_REASONS if reason == helped), None
    )
    if field is None or not queries.list_public_answers().filter(pk=number).exists():
        raise Http404("没有这条问答，或者已经停用")
    limit = REASON_LIMIT if field in UNHELPFUL_REASONS else RATING_LIMIT
    if limit.hit(f"{client_address(request)} {number}") == 1:
        KnownAnswer.objects.filter(pk=number).update(**{field: F(field) + 1})
        question = request.POST.get("asked", "").replace("\0", "").strip()[:200]
        if field == "helpful" and question:
            record_answer_use(KnownAnswer.objects.get(pk=number), UseWay.HELPED, question=question)
    return redirect(f"/answers/{number}/?thanks{'=why' if field == 'unhelpful' else ''}")
