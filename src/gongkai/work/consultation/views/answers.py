"""Views of answers: page, acts and form."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.content.publishing.documents import titles_of
from gongkai.core.acts.action import REGISTRY
from gongkai.core.acts.chain import history
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import open_only_if, require_staff_actor
from gongkai.core.widgets.asked import whole
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.consultation import actions, queries, recall
from gongkai.work.consultation.basis import written
from gongkai.work.consultation.deidentification import masked
from gongkai.work.consultation.forms import AnswerForm
from gongkai.work.consultation.models import Inquiry, KnownAnswer, Theme
from gongkai.work.consultation.reviewing import slips
from gongkai.work.consultation.rules import writable_bodies
from gongkai.work.consultation.states import ANSWER, UNDER_REVIEW, AnswerState

# Acts on the page of an answer, the next one first.
VERBS = ("submit", "check", "release", "return", "confirm", "retire")
# States in which the text is still under review.
UNDER_WORK = UNDER_REVIEW | {AnswerState.DRAFT}
WITH_REASON = frozenset({"return", "retire"})
# A salutation, which is removed: an answer of the base is for everybody.
SALUTATION = re.compile(
    r"^(?:尊敬的)?某某(?:女士|先生|同志|老师)?(?:[:：,，]\s*(?:您好|你好)?|您好|你好)[!！。,，、:：\s]*"
)


def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Show an answer with its flags, history and allowed acts."""
    by = require_staff_actor(request)
    known = get_visible_or_404(request.user, KnownAnswer, number)
    offers = []
    for verb in VERBS:
        action = REGISTRY[f"answers.{verb}"]
        if known.state in ANSWER.moves[verb].sources:
            offers.append(
                {
                    "verb": verb,
                    "action": action,
                    "why_not": action.why_not(known, by=by),
                    "reason": verb in WITH_REASON,
                }
            )
    shown = {
        "known": known,
        "offers": [offer for offer in offers if not offer["why_not"]],
        "barred": [offer for offer in offers if offer["why_not"]],
        "may_revise": not REGISTRY["answers.revise"].why_not(known, by=by),
        "flags": recall.flags_of(known),
        "slips": slips(known) if known.state in UNDER_WORK else [],
        "documents": titles_of(known.documents.all()).values(),
        "media": titles_of(known.media.all()).values(),
        "alike": recall.alike(known.question, besides=known.pk),
        "history": list(history(known.stream)),
    }
    return render(request, "consultation/answer.html", shown)


def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Run an act on an answer."""
    by = require_staff_actor(request)
    known = get_visible_or_404(request.user, KnownAnswer, number)
    if verb not in VERBS or request.method != "POST":
        raise Http404
    facts = {"reason": request.POST.get("reason", "")} if verb in WITH_REASON else {}
    action = REGISTRY[f"answers.{verb}"]
    run_with_messages(
        request,
        lambda: action(known, by=by, version=_version(request, known), **facts),
        f"已{action.label}。",
    )
    return redirect("consultation:answer", number)


def _version(request: HttpRequest, known: KnownAnswer) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else known.version


def edit(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Write a new answer, optionally from an inquiry, or revise one."""
    by = require_staff_actor(request)
    known = get_visible_or_404(request.user, KnownAnswer, number) if number else None
    source = (
        queries.visible_to(request.user).filter(pk=whole(request.GET.get("inquiry", "")) or 0).first()
        if not known
        else None
    )
    open_only_if(writable_bodies(by).exists(), "问答由各单位的工作人员和政务公开办编写。")
    form = AnswerForm(request.POST or None, initial=_initial(known, source), bodies=writable_bodies(by))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        body = facts.pop("body")
        made: list[KnownAnswer] = []

        def save() -> None:
            if known:
                made.append(actions.revise(known, by=by, version=_version(request, known), **facts))
            else:
                made.append(actions.write(body, by=by, source=source, **facts))

        if run_with_messages(request, save, "已保存，请提交初审。"):
            return redirect("consultation:answer", made[0].pk)
    shown = {"form": form, "known": known, "source": source, "themes": Theme.objects.exists()}
    return render(request, "consultation/edit.html", shown)


def _initial(known: KnownAnswer | None, source: Inquiry | None) -> dict[str, object]:
    if known:
        return {
            "body": known.body_id,
            "question": known.question,
            "variants": "\n".join(known.variants),
            "answer": known.answer,
            "basis": known.basis,
            "themes": list(known.themes.all()),
            "documents": written(known.documents.all()),
            "visuals": written(known.media.all()),
            "contact": known.contact,
            "valid_until": known.valid_until,
            "kept_because": known.kept_because,
        }
    if source:
        return {
            "body": source.entry.body_id,
            "question": masked(source, source.subject.reveal()),
            "answer": SALUTATION.sub("", masked(source, source.answer)),
        }
    return {}
