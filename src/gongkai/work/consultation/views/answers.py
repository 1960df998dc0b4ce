"""Views of publications of inquiries and of answers: pages, acts and form."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.models import map_document_titles
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.units.actors import refuse_form_unless, require_staff_actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.consultation import actions, answer_index, published_messages, queries
from gongkai.work.consultation.answer_reviews import find_probable_mistakes
from gongkai.work.consultation.facts import describe_documents
from gongkai.work.consultation.forms_publication import KnownAnswerForm, MessagePublicationForm, get_message_column
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.rules import list_handled_units, mask_inquiry_text
from gongkai.work.consultation.states import ANSWER_MACHINE, REVIEW_STATES, AnswerState


def publication_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the publication of an inquiry: form, status and review; save it on a POST."""
    by = require_staff_actor(request)
    inquiry = get_visible_or_404(request.user, Inquiry, number)
    publication = published_messages.list_selected_publications(request.user).filter(inquiry=inquiry).first()
    set_subjects([inquiry.entry], by)
    column = get_message_column(inquiry.entry.body)
    initial = {"columns": [column] if column else []}
    form = MessagePublicationForm(request.POST or None, initial=initial, inquiry=inquiry, by=by)
    if request.method == "POST" and run_form_with_messages(
        request, form, lambda **facts: actions.prepare_publication(inquiry, by=by, **facts), "已保存，请送审。"
    ):
        return redirect("consultation:publication", number)
    context = {
        "inquiry": inquiry,
        "form": form,
        "publication": publication,
        "may_write": not actions.prepare_publication.why_not(inquiry, by=by),
    }
    if publication:
        placements = ensure_document(publication).placements.select_related("column", "intended")
        context |= {
            "standing": published_messages.describe_publication_status(publication),
            "text": publication.texts.last(),
            "columns": [placement.intended or placement.column for placement in placements],
            "desk": make_source_desk(publication, by, back=request.path),
        }
    return render(request, "consultation/publication.html", context)


# Acts on the page of an answer, the next one first.
ANSWER_VERBS = ("submit", "check", "release", "return", "confirm", "retire")
# States in which the text is still under review.
UNFINISHED_STATES = REVIEW_STATES | {AnswerState.DRAFT}
VERBS_WITH_REASON = frozenset({"return", "retire"})
# A salutation, which is removed: an answer of the base is for everybody.
SALUTATION_PATTERN = re.compile(
    r"^(?:尊敬的)?某某(?:女士|先生|同志|老师)?(?:[:：,，]\s*(?:您好|你好)?|您好|你好)[!！。,，、:：\s]*"
)


def answer_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show an answer with its flags, history and acts."""
    by = require_staff_actor(request)
    answer = get_visible_or_404(request.user, KnownAnswer, number)
    offers = []
    for verb in ANSWER_VERBS:
        action = ACTIONS_BY_NAME[f"answers.{verb}"]
        if answer.state in ANSWER_MACHINE.moves[verb].sources:
            offers.append(
                {
                    "verb": verb,
                    "action": action,
                    "why_not": action.why_not(answer, by=by),
                    "reason": verb in VERBS_WITH_REASON,
                }
            )
    context = {
        "known": answer,
        "offers": [offer for offer in offers if not offer["why_not"]],
        "barred": [offer for offer in offers if offer["why_not"]],
        "may_revise": not ACTIONS_BY_NAME["answers.revise"].why_not(answer, by=by),
        "flags": answer_index.find_flags(answer),
        "slips": find_probable_mistakes(answer) if answer.state in UNFINISHED_STATES else [],
        "documents": map_document_titles(answer.documents.all()).values(),
        "media": map_document_titles(answer.media.all()).values(),
        "alike": answer_index.find_duplicate_answers(answer.question, excluded=answer.pk),
        "history": list(read_stream(answer.stream)),
    }
    return render(request, "consultation/answer.html", context)


def run_answer_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Run one of ANSWER_VERBS on an answer of the Q&A base."""
    by = require_staff_actor(request)
    answer = get_visible_or_404(request.user, KnownAnswer, number)
    if verb not in ANSWER_VERBS or request.method != "POST":
        raise Http404
    facts = {"reason": request.POST.get("reason", "")} if verb in VERBS_WITH_REASON else {}
    action = ACTIONS_BY_NAME[f"answers.{verb}"]
    run_with_messages(
        request,
        lambda: action(answer, by=by, version=_get_posted_version(request, answer), **facts),
        f"已{action.label}。",
    )
    return redirect("consultation:answer", number)


def _get_posted_version(request: HttpRequest, known_answer: KnownAnswer) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else known_answer.version


def edit_answer(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Write a new answer, optionally from an inquiry (`?inquiry=`), or revise one."""
    by = require_staff_actor(request)
    answer = get_visible_or_404(request.user, KnownAnswer, number) if number else None
    source = (
        queries.inquiries_visible_to(request.user)
        .filter(pk=parse_whole_number(request.GET.get("inquiry", "")) or 0)
        .first()
        if not answer
        else None
    )
    refuse_form_unless(list_handled_units(by).exists(), "问答由各单位的工作人员和政务公开办编写。")
    form = KnownAnswerForm(
        request.POST or None,
        initial=_make_initial_answer_data(answer, source),
        by=by,
        source=answer.source if answer else source,
        bodies=list_handled_units(by),
    )
    if answer:  # it stays with its unit
        del form.fields["body"]
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        body = facts.pop("body", None)
        answers: list[KnownAnswer] = []

        def save() -> None:
            """Change the answer or write a new one."""
            if answer:
                answers.append(
                    actions.revise_answer(answer, by=by, version=_get_posted_version(request, answer), **facts)
                )
            else:
                answers.append(actions.write_answer(body, by=by, source=source, **facts))

        if run_with_messages(request, save, "已保存，请提交初审。"):
            return redirect("consultation:answer", answers[0].pk)
    facts_shown = {"form": form, "known": answer, "source": source}
    return render(request, "consultation/edit.html", facts_shown)


def _make_initial_answer_data(answer: KnownAnswer | None, source: Inquiry | None) -> dict[str, object]:
    """Return the form's initial values, of an answer or of an answered inquiry; {} without either."""
    if answer:
        return {
            "question": answer.question,
            "variants": "\n".join(answer.variants),
            "answer": answer.answer,
            "basis": answer.basis,
            "themes": list(answer.themes.all()),
            "documents": describe_documents(answer.documents.all()),
            "visuals": describe_documents(answer.media.all()),
            "contact": answer.contact,
            "valid_until": answer.valid_until,
            "kept_because": answer.kept_because,
        }
    if source:
        return {
            "body": source.entry.body_id,
            "question": mask_inquiry_text(source, source.subject.reveal()),
            "answer": SALUTATION_PATTERN.sub("", mask_inquiry_text(source, source.answer)),
        }
    return {}
