"""本部门执行的法规规章: the list, one text against its source, taking the source's text over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages, say_no, say_wrong
from gongkai.policies import actions, texts
from gongkai.policies.forms.kept import CompareForm, KeptForm
from gongkai.policies.forms.naming import proposals
from gongkai.policies.models import Checked, KeptText
from gongkai.policies.originals import MOST_UPLOAD, read_text
from gongkai.policies.queries.office import kept_visible_to, named_to
from gongkai.policies.rules import keeps
from gongkai.policies.views.common import body_written_for, to, writes_for
from gongkai.publishing.models import ItemPage
from gongkai.richtext import plain
from gongkai.richtext.difference import fold_same
from gongkai.ui.asked import whole
from gongkai.units.actors import require_staff_actor


def kept(request: HttpRequest) -> HttpResponse:
    """本部门执行的法规规章: three groups, when each was last checked; what differs and what cannot be opened (L-01, L-02)."""
    by = require_staff_actor(request)
    rows = list(kept_visible_to(by).select_related("record", "body").defer("text"))
    chosen = whole(request.GET.get("body", ""))
    bodies = {row.body_id: row.body for row in rows}
    rows = [row for row in rows if chosen is None or row.body_id == chosen]
    groups = []
    for level in texts.KEPT_LEVELS:
        some = [row for row in rows if row.record.level == level]
        days = [row.checked_on for row in some if row.checked_on]
        last = min(days) if some and len(days) == len(some) else None
        groups.append(
            {
                "label": level.label,
                "rows": some,
                "last": last,
                "never": sum(r.checked_on is None for r in some),
            }
        )
    return render(
        request,
        "policies/kept.html",
        {
            "groups": groups,
            "differing": [r for r in rows if r.result == Checked.DIFFERENT],
            "dead": [r for r in rows if r.result == Checked.DEAD],
            "bodies": list(bodies.values()),
            "chosen": chosen,
            "writes": writes_for(by),
            "form": KeptForm(by=by),
            "names": proposals(named_to(by).filter(level__in=texts.KEPT_LEVELS)),
        },
    )


def kept_new(request: HttpRequest, body: int) -> HttpResponse:
    """Put a regulation or rule on the list of what a unit enforces."""
    by = require_staff_actor(request)
    owner = body_written_for(by, body)
    form = KeptForm(request.POST, by=by)
    run_form_with_messages(
        request, form, lambda **facts: actions.keep_text(owner, by=by, **facts), "已列入。"
    )
    return to("kept")


def _kept_seen(request: HttpRequest, number: int) -> tuple[Actor, KeptText]:
    by = require_staff_actor(request)
    return by, get_visible_or_404(by, KeptText, number)


def kept_one(request: HttpRequest, number: int) -> HttpResponse:
    """One text against its source."""
    by, row = _kept_seen(request, number)
    ours = texts.text_for(by, row.record)
    lines = texts.differences(ours, row.text) if row.result == Checked.DIFFERENT else []
    return render(
        request,
        "policies/kept_one.html",
        {
            "kept": row,
            "lines": fold_same(lines),
            "may": not keeps(by, row),
            "may_take": not keeps(by, row.record),
            "has_text": bool(ours),
            "form": CompareForm(initial={"edition": row.edition}),
            "reachable": texts.allowed(row.address) if row.address else False,
        },
    )


def kept_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Compare with a file or the address, take the source's text over, or drop the row."""
    by, row = _kept_seen(request, number)
    if request.method != "POST":
        return to("kept_one", number)
    if verb == "compare":
        _compare(request, by, row)
    elif verb == "drop":
        if run_with_messages(request, lambda: actions.drop_text(row, by=by), "已移出。"):
            return to("kept")
    elif verb == "take-over":
        made = []
        if run_with_messages(
            request,
            lambda: made.append(actions.take_over(row, by=by)),
            "已采用来源文字，作为新的草稿，送审后公开。",
        ) and isinstance(made[0], ItemPage):
            return HttpResponseRedirect(reverse("publishing:item", args=(made[0].pk,)))
    else:
        raise Http404
    return to("kept_one", number)


def _compare(request: HttpRequest, by: Actor, row: KeptText) -> None:
    form = CompareForm(request.POST, request.FILES)
    if not form.is_valid():
        say_wrong(request, form)
        return
    upload = form.cleaned_data["file"]
    try:
        if upload:
            html, _ = read_text(upload.read(MOST_UPLOAD + 1), upload.name or "", lambda *_: "0" * 64)
            text = plain(html)
        elif row.address:
            text = texts.fetch(row.address)
        else:
            messages.error(request, "请选择来源文件，或者先填写来源网址。")
            return
    except texts.Dead as dead:
        words = str(dead)
        if texts.allowed(row.address):
            run_with_messages(
                request, lambda: actions.mark_dead(row, by=by, words=words), f"{words}，已记入。"
            )
        else:
            messages.error(request, f"{words}。")
        return
    except Refused as refused:
        say_no(request, refused)
        return
    facts = {"edition": form.cleaned_data["edition"], "checked_on": form.cleaned_data["checked_on"]}
    run_with_messages(request, lambda: actions.compare_text(row, by=by, text=text, **facts), "已核对。")
