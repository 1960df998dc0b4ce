"""Pages of periods of law (期限规定) and of their changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger import legal_changes
from gongkai.core.ledger.forms.legal_changes import FigureChangeForm
from gongkai.core.ledger.models import ChangeState, LegalChange
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.paging import page_of
from gongkai.lib import law


def terms(request: HttpRequest) -> HttpResponse:
    """Page: the periods in force today, and the changes that were entered."""
    by, today = require_staff_actor(request), law.figures()
    figures = [today.get(key, one) for key, one in legal_changes.changeable().items()]
    context = {
        "figures": sorted(figures, key=lambda one: one.key),
        "page": page_of(request, legal_changes.changes_visible_to(by).order_by("-pk")),
        "may": not legal_changes.enter_figure.why_not(None, by=by),
    }
    return render(request, "ledger/terms.html", context)


def enter_term(request: HttpRequest) -> HttpResponse:
    """Page: enter a change of a period; the next page previews it."""
    by = require_staff_actor(request)
    form = FigureChangeForm(request.POST if request.method == "POST" else None)
    reasons = legal_changes.enter_figure.why_not(None, by=by)
    if not reasons and form.is_valid():
        made: list[LegalChange] = []
        facts = form.cleaned_data
        if run_with_messages(
            request,
            lambda: made.append(legal_changes.enter_figure(None, by=by, **facts)),
            "已登记，由另一人核对后生效。",
        ):
            return redirect("ledger_legal_change", pk=made[0].pk)
    return render(request, "ledger/enter_term.html", {"form": form, "reasons": reasons})


def legal_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: a change with the open entries that it moves; confirm or refuse it."""
    by, change = require_staff_actor(request), get_visible_or_404(request.user, LegalChange, pk)
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            run_with_messages(
                request,
                lambda: legal_changes.confirm(change, by=by),
                "已核对，变动生效。未办结事项的到期日由日常任务重新计算，已办结的不变。",
            )
        else:
            reason = request.POST.get("reason", "")
            run_with_messages(request, lambda: legal_changes.refuse(change, by=by, reason=reason), "已不予登记。")
        return redirect("ledger_legal_change", pk=change.pk)
    waits = change.state == ChangeState.WAITING
    moved = legal_changes.preview(change) if waits else []
    context = {
        "change": change,
        "waits": waits,
        "page": page_of(request, moved),
        "confirm_reasons": legal_changes.confirm.why_not(change, by=by),
        "may_refuse": not legal_changes.refuse.why_not(change, by=by),
    }
    return render(request, "ledger/legal_change.html", context)
