"""The base of answers in the office: list, one answer, writing and reviewing."""

import re

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.action import REGISTRY
from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.consultation import actions, queries, recall
from gongkai.consultation import coverage as covering
from gongkai.consultation.actions.publication import masked
from gongkai.consultation.basis import written
from gongkai.consultation.forms import AnswerForm
from gongkai.consultation.models import Inquiry, KnownAnswer, Theme
from gongkai.consultation.reviewing import slips
from gongkai.consultation.rules import own_bodies
from gongkai.consultation.states import ANSWER, UNDER_REVIEW, AnswerState
from gongkai.publishing.documents import titles_of
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, open_only_if, require_staff_actor
from gongkai.units.models import Body, Role

#: Acts that the page of an answer offers, the usual next one first; those with a reason ask for it.
VERBS = ("submit", "check", "release", "return", "confirm", "retire")
#: States in which somebody still reads the words before they go out.
UNDER_WORK = UNDER_REVIEW | {AnswerState.DRAFT}
WITH_REASON = frozenset({"return", "retire"})
#: To whom a letter was written: an answer of the base is for everybody.
SALUTATION = re.compile(
    r"^(?:尊敬的)?某某(?:女士|先生|同志|老师)?(?:[:：,，]\s*(?:您好|你好)?|您好|你好)[!！。,，、:：\s]*"
)


def writable(by: Actor) -> QuerySet[Body]:
    """Return the units for which somebody may write."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    for post in by.posts:
        if post.role == Role.CHIEF:
            return rows.filter(path__startswith=post.reach).order_by("position", "pk")
    return rows.filter(pk__in=[body.pk for body in own_bodies(by)]).order_by("position", "pk")


def index(request: HttpRequest) -> HttpResponse:
    """List the base: by words, state, theme; what is due for tidying first among the tabs."""
    by = require_staff_actor(request)
    rows = queries.answers_visible_to(request.user)
    asked, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    due = queries.to_tidy(rows)
    if state == "tidy":
        rows = due
    elif state in ANSWER.labels:
        rows = rows.filter(state=state)
    if asked:
        rows = rows.filter(
            pk__in=[known_answer.pk for known_answer in recall.suggest(asked, k=30)]
        ) | rows.filter(question__icontains=asked)
    found = rows.select_related("body").prefetch_related("themes", "documents").distinct()
    page = page_of(request, found.order_by("-changed_at", "-pk"))
    shown = {
        "rows": [(known_answer, recall.flags_of(known_answer)) for known_answer in page],
        "page": page,
        "asked": asked,
        "state": state,
        "states": [("", "全部"), *ANSWER.labels.items(), ("tidy", f"待梳理（{due.count()}）")],
        "may_write": writable(by).exists(),
    }
    return render(request, "consultation/answers.html", shown)


def coverage(request: HttpRequest) -> HttpResponse:
    """How complete the base is, by theme (C-05)."""
    require_staff_actor(request)
    uncovered = covering.uncovered()
    shown = {
        "themes": covering.themes(),
        "policies": uncovered[: covering.MOST_POLICIES],
        "count": uncovered.count(),
        "lacking": covering.without_media()[: covering.MOST_ANSWERS],
    }
    return render(request, "consultation/coverage.html", shown)


def answer(request: HttpRequest, number: int) -> HttpResponse:
    """One answer: its words, what speaks against it, its history, and the acts that are allowed."""
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
    """Do one act on an answer."""
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
    """Write a new answer (from an inquiry where one is named), or revise one."""
    by = require_staff_actor(request)
    known = get_visible_or_404(request.user, KnownAnswer, number) if number else None
    source = (
        queries.visible_to(request.user).filter(pk=whole(request.GET.get("inquiry", "")) or 0).first()
        if not known
        else None
    )
    open_only_if(writable(by).exists(), "问答由各单位的工作人员和政务公开办编写。")
    form = AnswerForm(request.POST or None, initial=_initial(known, source), bodies=writable(by))
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
    """What a form begins with: the answer as it stands, or what was asked and answered, without who asked."""
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
