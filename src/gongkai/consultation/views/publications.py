"""网民留言公开 in the office: choosing from what was answered, masking; its desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages
from gongkai.consultation import actions, figures, published, queries
from gongkai.consultation.actions.publication import masked
from gongkai.consultation.forms_publication import PublicationForm, usual_column
from gongkai.consultation.indicators import findings
from gongkai.consultation.models import Inquiry, MessagePublication
from gongkai.consultation.rules import supervised
from gongkai.editions.sources import document_of
from gongkai.ledger.subjects import with_subjects
from gongkai.publishing.source_desk import desk_of
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, require_staff_actor
from gongkai.units.models import Body

TABS = {"": "可以选登", "chosen": "已选登"}


def publications(request: HttpRequest) -> HttpResponse:
    """What can be chosen, what was chosen and where it stands; above it what an inspection would find."""
    by = require_staff_actor(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    waiting, chosen = published.choosable(request.user), published.chosen(request.user)
    shown = {
        "tab": tab,
        "tabs": [
            ("", f"{TABS['']}（{waiting.count()}）", tab == ""),
            ("chosen", f"{TABS['chosen']}（{chosen.count()}）", tab == "chosen"),
        ],
        "findings": [finding for body in supervised(by) for finding in findings(body)],
    }
    if tab:
        page = page_of(request, chosen.order_by("-pk"))
        shown |= {
            "rows": [
                (message_publication, published.standing_of(message_publication))
                for message_publication in page
            ],
            "page": page,
        }
    else:
        choosable = page_of(request, waiting.select_related("entry__body"))
        with_subjects([inquiry.entry for inquiry in choosable], by)
        shown |= {
            "rows": [(inquiry, not actions.prepare.why_not(inquiry, by=by)) for inquiry in choosable],
            "page": choosable,
        }
    return render(request, "consultation/publications.html", shown)


def publication(request: HttpRequest, number: int) -> HttpResponse:
    """One inquiry's publication, by the number of the inquiry: its text, written or corrected; where it stands; the next step."""
    by = require_staff_actor(request)
    inquiry = get_visible_or_404(request.user, Inquiry, number)
    made = published.chosen(request.user).filter(inquiry=inquiry).first()
    with_subjects([inquiry.entry], by)
    form = PublicationForm(request.POST or None, initial=_initial(inquiry, made), inquiry=inquiry, by=by)
    if request.method == "POST" and run_form_with_messages(
        request, form, lambda **facts: actions.prepare(inquiry, by=by, **facts), "已保存，请送审。"
    ):
        return redirect("consultation:publication", number)
    shown = {"inquiry": inquiry, "form": form, "publication": made, "may_write": not _why_not(inquiry, by)}
    if made:
        placements = document_of(made).placements.select_related("column", "intended")
        shown |= {
            "standing": published.standing_of(made),
            "text": made.texts.last(),
            "columns": [placement.intended or placement.column for placement in placements],
            "desk": desk_of(made, by, back=request.path),
        }
    return render(request, "consultation/publication.html", shown)


def _why_not(inquiry: Inquiry, by: Actor) -> list[str]:
    return actions.prepare.why_not(inquiry, by=by)


def _initial(inquiry: Inquiry, made: MessagePublication | None) -> dict[str, object]:
    """What the form begins with: the last text, or what was asked and answered, masked."""
    text = made.texts.last() if made else None
    if text:
        return {"title": text.title, "summary": text.summary, "answer": text.answer}
    column = usual_column(inquiry.entry.body)
    return {
        "title": masked(inquiry, inquiry.subject.reveal())[:120],
        "summary": masked(inquiry, inquiry.text.reveal()),
        "answer": masked(inquiry, inquiry.answer),
        "columns": [column] if column else [],
    }


def behind(request: HttpRequest) -> HttpResponse:
    """The inquiries behind a figure of 留言统计."""

    by = require_staff_actor(request)
    given = request.GET
    what = given.get("what", "") if given.get("what") in figures.COUNTED else "received"
    year = whole(given.get("year", ""), 9999) or 0
    month, body = whole(given.get("month", ""), 12), whole(given.get("body", ""))
    rows = figures.behind(queries.visible_to(request.user), what, year=max(year, 1), month=month, body=body)
    unit = Body.objects.filter(pk=body).first() if body else None
    words = [f"{year}年", f"{month}月" if month else "", unit.label if unit else "", figures.COUNTED[what]]
    page = page_of(request, rows.select_related("entry__body"))
    with_subjects([inquiry.entry for inquiry in page], by)
    shown = {
        "words": "".join(words[:2]) + (f" · {unit.label}" if unit else "") + f" · {words[3]}",
        "page": page,
    }
    return render(request, "consultation/behind.html", shown)
