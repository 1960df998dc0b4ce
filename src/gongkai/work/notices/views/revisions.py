"""An amended version: question, comparison with the notice in force, acceptance of rows."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.notices import actions as act
from gongkai.work.notices.actions import confirm_notice
from gongkai.work.notices.models import Amending, Notice
from gongkai.work.notices.states import NOTICE_MACHINE
from gongkai.work.notices.versions.comparison import STATUS_LABELS, VersionComparison, compare_versions
from gongkai.work.notices.versions.supersession import list_amendable_notices, list_amending_reasons
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect

# The filter for pending rows.
PENDING_FILTER = "waits"


@dataclass(frozen=True)
class AmendingQuestion:
    """The question whether a draft amends a notice in force (`older`, for `reasons`), or one of those
    `offered`.

    `asked`: it is open; `revision` is the comparison if the draft amends a notice.
    """

    asked: bool  # the clerk has not answered it yet
    older: Notice | None
    reasons: tuple[str, ...]
    offered: tuple[Notice, ...]
    revision: VersionComparison | None

    @property
    def others(self) -> list[Notice]:
        """Return the offered notices that the draft may amend, without the likeliest one."""
        return [notice for notice in self.offered if notice != self.older]


def build_amending_question(notice: Notice) -> AmendingQuestion | None:
    """Return the question for the review page, or None if no notice in force could be amended."""
    offered = tuple(list_amendable_notices(notice))
    if not notice.editable or not (offered or notice.amends_id):
        return None
    known = notice.amending in {Amending.ASKED, Amending.YES}
    older = notice.amends if known else None
    return AmendingQuestion(
        asked=notice.awaits_amending_answer,
        older=older,
        reasons=tuple(list_amending_reasons(notice)) if older else (),
        offered=offered,
        revision=compare_versions(notice) if notice.is_revision else None,
    )


def revision_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the comparison, optionally of one kind (`?show=`); on POST accept or pair rows."""
    notice, actor = get_notice_or_404(request, pk)
    if request.method == "POST":
        return _handle_post(request, notice, actor)
    if not notice.is_revision or notice.state not in NOTICE_MACHINE.moves["compare"].sources:
        return redirect("notices_notice", pk)
    revision = compare_versions(notice)
    show = request.GET.get("show", "")
    show = show if show in {*STATUS_LABELS, PENDING_FILTER} else ""
    lines = [
        row_line
        for row_line in revision.lines
        if not show or row_line.status == show or (show == PENDING_FILTER and row_line.waits)
    ]
    paired = {row_line.old.pk for row_line in revision.pairs if row_line.old}
    context = {
        "notice": notice,
        "revision": revision,
        "lines": lines,
        "show": show,
        "filters": [("", "全部", len(revision.lines)), (PENDING_FILTER, "待确认", revision.waiting), *revision.counts],
        "together": sum(
            1 for row_line in revision.lines if row_line.waits and not row_line.alone and not row_line.rivals
        ),
        "running": [(row_line.old, row_line.old.pk in paired) for row_line in revision.lines if row_line.old],
        "editable": not confirm_notice.rule(actor, notice),
    }
    return render(request, "notices/revision.html", context)


def _handle_post(request: HttpRequest, notice: Notice, actor: Actor) -> HttpResponse:
    """Pair rows, keep a dropped row or accept rows, depending on the posted form."""
    values = request.POST
    return_url = reverse("notices_revision", args=[notice.pk])
    if values.get("show") in {*STATUS_LABELS, PENDING_FILTER}:
        return_url += f"?show={values['show']}"
    key = values.get("row", "")

    def run_posted_decision() -> None:
        """Pair, keep or accept the posted row."""
        if values.get("do") == "pair":
            new_row = parse_whole_number(values.get("new", ""))
            if not new_row:
                raise Refused("请刷新页面后重试。")
            act.pair_rows(notice, by=actor, new=new_row, old=parse_whole_number(values.get("old", "")) or None)
        elif values.get("do") == "keep":
            act.keep_dropped_row(notice, by=actor, row=key, reason=values.get("reason", ""))
        else:
            act.accept_rows(notice, by=actor, row=key)

    return run_and_redirect(request, run_posted_decision, "已记下。", return_url)


@require_POST
def answer_amending_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record which notice in force this one amends, if any."""
    notice, actor = get_notice_or_404(request, pk)
    number = parse_whole_number(request.POST.get("older", ""))
    yes = request.POST.get("do") == "yes"

    def set_amended() -> None:
        """Set which notice is amended, or that none is."""
        older = list_amendable_notices(notice).filter(pk=number or 0).first() if yes else None
        if yes and older is None:
            raise Refused("请选择修订的是哪一份通知。")
        act.set_amended_notice(notice, by=actor, older=older)

    text = "已记下，请逐条核对变化。" if yes else "已记下，本通知单独执行。"
    return run_and_redirect(request, set_amended, text, "notices_revision" if yes else "notices_review", pk)
