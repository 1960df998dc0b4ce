"""The view for selecting and masking an inquiry for publication (网民留言公开)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.content.editions.sources import document_of
from gongkai.content.publishing.source_desk import desk_of
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages
from gongkai.core.intake.forms.previews import marked
from gongkai.core.ledger.subjects import with_subjects
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.work.consultation import actions, published
from gongkai.work.consultation.deidentification import deidentify_inquiry, mask_inquiry_text
from gongkai.work.consultation.forms_publication import PublicationForm, get_usual_column
from gongkai.work.consultation.models import Inquiry, MessagePublication


def publication_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the publication of an inquiry: text, status and next step."""
    by = require_staff_actor(request)
    inquiry = get_visible_or_404(request.user, Inquiry, number)
    made = published.list_selected_publications(request.user).filter(inquiry=inquiry).first()
    with_subjects([inquiry.entry], by)
    form = PublicationForm(
        request.POST or None, initial=_initial_publication_data(inquiry, made), inquiry=inquiry, by=by
    )
    if request.method == "POST" and run_form_with_messages(
        request,
        form,
        lambda **facts: actions.prepare_publication(inquiry, by=by, **facts),
        "已保存，请送审。",
    ):
        return redirect("consultation:publication", number)
    shown = {
        "inquiry": inquiry,
        "form": form,
        "publication": made,
        "may_write": not _find_publication_objections(inquiry, by),
    }
    if not made:
        whole = {"留言摘要": inquiry.text.reveal(), "答复内容": inquiry.answer}
        texts = {label: deidentify_inquiry(inquiry, text) for label, text in whole.items()}
        shown["hidden"] = [marked(label, text) for label, text in texts.items() if text.changed]
    if made:
        placements = document_of(made).placements.select_related("column", "intended")
        shown |= {
            "standing": published.describe_publication_status(made),
            "text": made.texts.last(),
            "columns": [placement.intended or placement.column for placement in placements],
            "desk": desk_of(made, by, back=request.path),
        }
    return render(request, "consultation/publication.html", shown)


def _find_publication_objections(inquiry: Inquiry, by: Actor) -> list[str]:
    return actions.prepare_publication.why_not(inquiry, by=by)


def _initial_publication_data(inquiry: Inquiry, made: MessagePublication | None) -> dict[str, object]:
    text = made.texts.last() if made else None
    if text:
        return {"title": text.title, "summary": text.summary, "answer": text.answer}
    column = get_usual_column(inquiry.entry.body)
    return {
        "title": mask_inquiry_text(inquiry, inquiry.subject.reveal())[:120],
        "summary": mask_inquiry_text(inquiry, inquiry.text.reveal()),
        "answer": mask_inquiry_text(inquiry, inquiry.answer),
        "columns": [column] if column else [],
    }
