"""Views for registering inquiries, the hotline screen and statistics."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.queries import default_website
from gongkai.content.search.rows import find_cards_on_first_site
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.views import register_once
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, refuse_form_unless, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.charts import draw_comparison
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import get_requested_year, parse_selected, parse_whole_number
from gongkai.lib import law
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.work.consultation import actions, answer_index, queries
from gongkai.work.consultation import figures as counting
from gongkai.work.consultation.answer_index import AnswerSearchResult
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.forms import InquiryRegistrationForm
from gongkai.work.consultation.models import OFFERED_CATEGORIES, Inquiry, InquiryChannel, KnownAnswer, Theme
from gongkai.work.consultation.rules import list_assignable_units, list_own_units

# Maximum answers on a sheet, and answers offered on a page.
MAX_ANSWERS_PER_SHEET, ANSWERS_PER_PAGE = 12, 60


def notice_board_sheet(request: HttpRequest) -> HttpResponse:
    """Show public answers by use to select from, and the selected ones as a sheet with QR codes."""
    require_staff_actor(request)
    theme = Theme.objects.filter(pk=parse_whole_number(request.GET.get("theme", "")) or 0).first()
    rows = queries.list_public_answers().order_by("-uses", "pk")
    if theme:
        rows = rows.filter(themes=theme)
    chosen = parse_selected(request.GET.getlist("answer"))
    page = get_page(request, rows, ANSWERS_PER_PAGE)
    existing_ids = {known_answer.pk for known_answer in page}
    context = {
        "theme": theme,
        "themes": Theme.objects.filter(answers__in=queries.list_public_answers()).distinct(),
        "rows": page,
        # selections on other pages are kept
        "elsewhere": [number for number in chosen if number not in existing_ids],
        "most": MAX_ANSWERS_PER_SHEET,
        "sheet": _make_sheet_items(rows.filter(pk__in=chosen)) if chosen else [],
        "cut": len(chosen) > MAX_ANSWERS_PER_SHEET,
        "chosen": chosen,
        "today": timezone.localdate(),
    }
    return render(request, "consultation/board.html", context)


def _make_sheet_items(rows: QuerySet[KnownAnswer]) -> list[dict[str, object]]:
    """Return answers with public address and QR code, for a sheet."""
    website = default_website()
    sheet_items = []
    for known_answer in rows[:MAX_ANSWERS_PER_SHEET]:
        address = f"{home_url(website)}{reverse('portal:answer', args=[known_answer.pk])}" if website else ""
        sheet_items.append({"answer": known_answer, "code": _make_qr_code(address), "address": address})
    return sheet_items


def _make_qr_code(address: str) -> str:
    import segno  # needed by few pages

    return str(segno.make(address, error="m").svg_data_uri(scale=3, border=1)) if address else ""


#: Name under which the form is protected against double submission.
INQUIRY_FORM_NAME = "inquiry-register"
FIGURE_SHEET = Sheet(
    "留言统计",
    (
        Column("month", "月份", width=10),
        Column("body", "单位", width=28),
        Column("received", "收到", width=8),
        Column("answered", "已答复", width=8),
        Column("in_time", "按期答复", width=10),
        Column("late", "逾期答复", width=10),
        Column("open", "未答复", width=8),
        Column("overdue", "逾期未答复", width=12),
        Column("rate", "答复率（%）", width=12),
        Column("average", "平均用时（工作日）", width=18),
    ),
)

FIGURE_COLUMNS = ("received", "answered", "in_time", "late", "open", "overdue", "rate", "average")


# Channels on which the asker is answered at once.
SPOKEN_CHANNELS = (
    InquiryChannel.PHONE,
    InquiryChannel.WINDOW,
    InquiryChannel.HOTLINE,
    InquiryChannel.ONSITE,
    InquiryChannel.AREA,
    InquiryChannel.COMMITTEE,
)


def hotline_screen(request: HttpRequest) -> HttpResponse:
    """Show the search of the hotline screen and its matches; to htmx only the matches."""
    by = require_staff_actor(request)
    query = clean_query(request.GET.get("q", ""), 300)
    search_result = answer_index.search_answers(query) if query else None
    template = "consultation/found.html" if request.headers.get("HX-Request") else "consultation/hotline.html"
    channel = request.GET.get("channel", InquiryChannel.PHONE)
    context = {
        "asked": query,
        "recalled": search_result,
        "cards": find_cards_on_first_site(query),
        "may_register": bool(list_own_units(by)),
        "channels": [(inquiry_channel.value, inquiry_channel.label) for inquiry_channel in SPOKEN_CHANNELS],
        "channel": channel if channel in SPOKEN_CHANNELS else InquiryChannel.PHONE.value,
    }
    return render(request, template, context)


def record_given_answer(request: HttpRequest, number: int) -> HttpResponse:
    """Record, on a POST, that an answer was given to a caller (C-02)."""
    by = require_staff_actor(request)
    known_answer = get_visible_or_404(by, KnownAnswer, number)
    channel = request.POST.get("channel", InquiryChannel.PHONE)
    if request.method == "POST":
        own_units = list_own_units(by)
        refuse_form_unless(bool(own_units), "来电由各单位的工作人员和政务公开办登记。")
        question, text = request.POST.get("asked", "")[:2000], request.POST.get("words", "")[:300]
        run_with_messages(
            request,
            lambda: actions.record_spoken_answer(
                own_units[0], by=by, known=known_answer, asked=question, channel=channel, words=text
            ),
            "已登记为当场答复，计入台账和统计。",
        )
    return redirect(f"{reverse('consultation:hotline')}?{urlencode({'channel': channel})}")


def _register_inquiry(form: InquiryRegistrationForm, by: Actor) -> tuple[str, str]:
    """Register the inquiry of the form; return (matter, last four digits of the phone)."""
    facts, particulars = form.facts(), form.said()
    del facts["receiver"]
    receiver = form.cleaned_data["receiver"]
    inquiry: Inquiry = actions.register_inquiry(receiver, by=by, facts=InquiryFacts.read(**facts), said=particulars)
    return inquiry.matter, particulars.last_four


def _find_unseen_answers(request: HttpRequest, form: InquiryRegistrationForm) -> AnswerSearchResult | None:
    """Return a search with near matches the clerk has not seen (C-02), else None."""
    if request.POST.get("seen") or not form.is_valid() or form.cleaned_data["category"] not in OFFERED_CATEGORIES:
        return None
    search_result = answer_index.search_answers(f"{form.cleaned_data['title']} {form.cleaned_data['text']}"[:300])
    return search_result if search_result.near else None


def _describe_spoken_question(form: InquiryRegistrationForm) -> str:
    """Return the question if the asker hears the answer at once, else ""."""
    spoken = form.cleaned_data["channel"] in SPOKEN_CHANNELS
    return f"{form.cleaned_data['title']} {form.cleaned_data['text']}"[:300] if spoken else ""


def register_inquiry_view(request: HttpRequest) -> HttpResponse:
    """Register an inquiry not made on the website, after showing near answers of the base once."""
    by = require_staff_actor(request)
    bodies = Body.objects.filter(pk__in=[body.pk for body in list_own_units(by)])
    spoken_question = request.GET.get("q", "")
    values = {
        "text": spoken_question[:2000],
        "title": spoken_question[:120],
        "channel": request.GET.get("channel", InquiryChannel.PHONE),
    }
    form = InquiryRegistrationForm(
        request.POST or None,
        initial=values,
        bodies=bodies.order_by("position"),
        units=list_assignable_units(by).order_by("position", "pk"),
    )
    if spoken_question:  # coming from the hotline screen: focus the first empty field
        form.fields["text"].widget.attrs["autofocus"] = True
    unseen_answers = _find_unseen_answers(request, form) if request.method == "POST" else None
    if unseen_answers is None and (
        matter := register_once(
            request, form, INQUIRY_FORM_NAME, lambda: _register_inquiry(form, by), by=by, asker="咨询人"
        )
    ):
        inquiry = Inquiry.objects.select_related("entry", "repeat_of__entry").get(pk=matter.number)
        if inquiry.repeat_of:
            messages.warning(request, f"同一咨询人此前提过相同的事项：{inquiry.repeat_of.entry.number}。")
        return redirect(inquiry.entry.url)
    context = {
        "form": form,
        "may": bodies.exists(),
        "once": new_token(INQUIRY_FORM_NAME),
        "unsent": unseen_answers is not None,
        "proposals": queries.propose_units(values["text"]),
        "recalled": unseen_answers
        or (answer_index.search_answers(spoken_question[:300]) if spoken_question.strip() else None),
        "asked": _describe_spoken_question(form) if unseen_answers else spoken_question[:300],
        "channel": form["channel"].value(),
        "within": law.get_figures_in_force()["consultation.reply"].words,
    }
    return render(request, "consultation/register.html", context)


def inquiry_figures(request: HttpRequest) -> HttpResponse:
    """Show a year's statistics of inquiries (M-02), or export them by month and unit."""
    by = require_staff_actor(request)
    year = get_requested_year(request)
    rows = counting.tally_by_month(queries.inquiries_visible_to(request.user), year)
    if request.GET.get("format") == "xlsx":
        cells = [
            {"month": f"{row.month:%Y-%m}", "body": row.body.name}
            | {name: getattr(row, name) for name in FIGURE_COLUMNS}
            for row in rows
        ]
        return spreadsheet_response(FIGURE_SHEET, cells, f"{year}年留言统计")
    context = {
        "year": year,
        "base": f"year={year}",
        "total": counting.sum_tallies(rows),
        "compared": draw_comparison(
            "按期答复率最低的是{label}，{value}",
            ((body.label, tally.in_time_rate) for body, tally in counting.sum_by_unit(rows)),
            unit="%",
            maximum=100,
            lowest_first=True,
            target=(100, "应当全部按期"),
        ),
        "lapsed": counting.count_lapses(year, by),
        "rows": [(row, f"year={year}&month={row.month.month}&body={row.body.pk}") for row in rows],
    }
    return render(request, "consultation/figures.html", context)
