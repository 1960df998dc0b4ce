"""The yearly plan of news releases, and what comes after a release: hand-over of results, where the public finds them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.pages import run_with_messages
from gongkai.acts.public_words import personal_hints
from gongkai.interpretation import actions
from gongkai.interpretation.actions.results import has_result
from gongkai.interpretation.forms.releases import (
    CorrectResultForm,
    HandOverForm,
    PlanReleaseForm,
    ResultForm,
)
from gongkai.interpretation.views.common import bodies_seen, writable
from gongkai.interpretation.views.registers import event_seen
from gongkai.units.actors import open_only_if, require_staff_actor


def plan_release(request: HttpRequest) -> HttpResponse:
    """Put a release on the plan; the form comes back empty for the next one."""
    by = require_staff_actor(request)
    bodies = writable(by)
    open_only_if(bodies.exists(), "发布计划由各单位的工作人员和政务公开办填写。")
    first = bodies.first()
    form = PlanReleaseForm(request.POST or None, bodies=bodies, initial={"body": first.pk if first else None})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        body = given.pop("body")
        words = {"主题": given["topic"], "涉及政策": given["policy"]}
        if run_with_messages(
            request, lambda: actions.plan_release(body, by=by, **given), "已列入计划，可以继续填写下一场。"
        ):
            for hint in personal_hints(words):
                messages.warning(request, hint)
            return HttpResponseRedirect(request.path)
    return render(request, "interpretation/release_plan.html", {"form": form})


def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Hand the results of a release over; what was typed stays where it is refused."""
    by = require_staff_actor(request)
    found = event_seen(by, number)
    form = HandOverForm(request.POST or None, request.FILES or None, event=found)
    done = "已移交，接收单位会收到提醒；签收和公开情况见新闻发布页。"
    sent = request.method == "POST" and form.is_valid()
    if sent and run_with_messages(request, lambda: actions.hand_over(found, by=by, **form.facts(by)), done):
        return HttpResponseRedirect(_press(found.on.year))
    reasons = actions.hand_over.why_not(found, by=by)
    return render(
        request, "interpretation/hand_over.html", {"form": form, "event": found, "reasons": reasons}
    )


def result(request: HttpRequest, number: int) -> HttpResponse:
    """Say where the public finds the results of a release."""
    by = require_staff_actor(request)
    found = event_seen(by, number)
    again = has_result(found)
    act, kind = (actions.correct_result, CorrectResultForm) if again else (actions.link_result, ResultForm)
    initial = {"result": found.result_id, "address": found.address} if again else None
    form = kind(request.POST or None, bodies=bodies_seen(by), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if run_with_messages(request, lambda: act(found, by=by, **given), "已登记公开结果。"):
            return HttpResponseRedirect(_press(found.on.year))
    context = {"form": form, "event": found, "reasons": act.why_not(found, by=by), "again": again}
    return render(request, "interpretation/release_result.html", context)


def _press(year: int) -> str:
    this = timezone.localdate().year
    return reverse("interpretation:press") + ("" if year == this else f"?year={year}")
