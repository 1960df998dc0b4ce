"""Screenings with their hits and decisions; the statistics."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does_form
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.newmedia import actions, queries
from gongkai.newmedia.forms import DecisionForm, HitForm
from gongkai.newmedia.models import Hit, Screening
from gongkai.newmedia.rules import oversees
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.cells import day, short
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.ui.asked import whole
from gongkai.units.actors import staff

HITS = Sheet(
    "政务新媒体排查清单",
    (
        Column("body", "主办单位", short(120), width=26),
        Column("account", "账号", short(120), width=28),
        Column("reasons", "问题", short(300), width=36),
        Column("words", "情况", short(300), width=30),
        Column("decision", "处理", short(20), width=12),
        Column("decision_words", "理由或者要求", short(300), width=36),
        Column("decided_on", "决定日期", day, width=12),
        Column("decided_by", "决定人", short(120), width=12),
    ),
)


def _hits(request: HttpRequest, number: int) -> QuerySet[Hit]:
    by = staff(request)
    found = get_visible_or_404(by, Screening, number)
    hits = found.hits.select_related("account__body", "entry").order_by("account__body__position", "pk")
    return hits.filter(account__in=queries.visible_to(by)) if oversees(by, found.body) else hits


@may_be_long("newmedia.screening", "新媒体排查", rows=_hits, asked=asks_file)
def screening(request: HttpRequest, number: int) -> HttpResponse:
    """One screening: what speaks against which account, what was decided; the 政务公开办 decides and adds by hand."""
    by = staff(request)
    found = get_visible_or_404(by, Screening, number)
    may = not oversees(by, found.body)
    hits = _hits(request, number)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(HITS, [_as_row(one) for one in hits], str(found))
    form = HitForm(request.POST if request.POST.get("do") == "add" else None)
    form.fields["account"].queryset = queries.to_be_listed(found)  # type: ignore[attr-defined]
    if request.method == "POST":
        if request.POST.get("do") == "add":
            done = does_form(
                request, form, lambda **facts: actions.add_hit(found, by=by, **facts), "已列入。"
            )
        else:
            hit = get_object_or_404(found.hits, pk=whole(request.POST.get("hit", "")) or 0)
            decision = DecisionForm(request.POST)
            done = does_form(
                request, decision, lambda **facts: actions.decide_hit(hit, by=by, **facts), "已决定。"
            )
        if done:
            return redirect("newmedia:screening", number)
    shown = {
        "screening": found,
        "hits": hits,
        "may": may,
        "form": form,
        "decision": DecisionForm(auto_id=False),
    }
    return render(request, "newmedia/screening.html", shown)


def _as_row(hit: Hit) -> dict[str, object]:
    return {
        "body": hit.account.body.name,
        "account": str(hit.account),
        "reasons": hit.reasons_label,
        "words": hit.words,
        "decision": hit.get_decision_display(),
        "decision_words": hit.decision_words,
        "decided_on": hit.decided_on,
        "decided_by": hit.decided_by,
    }


def statistics(request: HttpRequest) -> HttpResponse:
    """Figures by platform and by unit."""
    by = staff(request)
    rows = list(queries.visible_to(by).order_by("body__position", "body_id", "platform"))
    shown = {
        "tables": [
            ("按平台", queries.statistics(rows, by_unit=False)),
            ("按单位", queries.statistics(rows, by_unit=True)),
        ],
        "any": bool(rows),
    }
    return render(request, "newmedia/statistics.html", shown)
