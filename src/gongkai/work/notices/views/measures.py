"""The page of one measure; correct (更正) a measure in force; declare a notice void."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.publishing.actions import create_draft
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file, parse_whole_number
from gongkai.work.notices.actions import amend_measure, revoke_notice
from gongkai.work.notices.entries.columns import list_task_columns
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.planning.descriptions import PERIOD_WORDS, describe_rule, remove_paths
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.queries.visible import assignments_visible_to
from gongkai.work.notices.states import CANCELLED_OUTCOMES, NoticeState
from gongkai.work.notices.versions.measure_states import AmendmentResult, WantedDuty, WantedMeasure, load_current_state
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect
from gongkai.work.notices.views.corrections import read_posted_rule
from gongkai.work.notices.views.review import DEADLINE_CHOICES, list_suggested_names


def show_measure(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Show a measure with its visible entries, or export them as a spreadsheet."""
    notice, actor = get_notice_or_404(request, pk)
    row = notice.measures.filter(pk=measure).first()
    if row is None:
        raise Http404
    shown = load_current_state(row)
    entries = (
        assignments_visible_to(request.user)
        .filter(measure=row)
        .select_related("entry__body", "entry__office")
        .order_by("entry__body__position", "entry__body", "pk")
    )
    if asks_file(request):
        # In the order of the page; a measure has at most a few hundred entries.
        return spreadsheet_response(LEDGER_SHEET, [entry.entry for entry in entries], f"举措{row.pk}各单位进展")
    context = {
        "notice": notice,
        "measure": row,
        "shown": shown,
        "duties": [(remove_paths(duty.text), describe_rule(duty.due), duty) for duty in shown.duties],
        "entries": get_page(request, entries),
        "fallen": CANCELLED_OUTCOMES,
        "hidden": Assignment.objects.filter(measure=row).count() - entries.count(),
        "amended": _list_corrections(notice.pk, row.pk),
        "may_amend": not amend_measure.why_not(notice, by=actor),
        "LIVE": NoticeState.LIVE,
    }
    return render(request, "notices/measure.html", context)


def _list_corrections(notice: int, measure: int) -> list[Movement]:
    """Return the log records of the corrections of a measure, the newest first."""
    rows = Movement.objects.filter(stream=f"notice/{notice}", action="notice.amend").order_by("-seq")
    return [movement for movement in rows if movement.facts.get("measure") == measure]


# Empty lines at the end of the checklist, and maximum lines read.
BLANK_LINES, MAX_LINES = 1, 80


@dataclass
class DutyFields:
    """A duty as shown in the form; `at` is its index there."""

    at: int
    duty: WantedDuty
    paths: str
    channels: str

    @property
    def prefix(self) -> str:
        """Return the prefix of this duty's form field names, for example `d0-`."""
        return f"d{self.at}-"


def amend_measure_page(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Show the form; on POST preview (`do=look`) or save (`do=save`) the changes."""
    notice, actor = get_notice_or_404(request, pk)
    row = notice.measures.filter(pk=measure).first()
    if row is None or amend_measure.rule(actor, notice):
        raise Http404
    if notice.editable:
        return redirect("notices_review", pk)
    current = load_current_state(row)
    entered, reasons, amendment_result = current, amend_measure.why_not(notice, by=actor), None
    if request.method == "POST":
        try:
            entered = _read_measure(request.POST, current)
            version = parse_whole_number(request.POST.get("version", ""))
            facts = {"measure": row.pk, "wanted": entered, "reason": request.POST.get("reason", "")}
            if request.POST.get("do") == "save":
                done = run_with_messages(
                    request,
                    lambda: amend_measure(notice, by=actor, version=version, **facts),
                    "已更正，相关单位已收到消息。",
                )
                if done:
                    return redirect("notices_measure", notice.pk, row.pk)
            amendment_result = _preview_amendment(notice, actor, version, facts)
        except Refused as refusal:
            reasons = refusal.reasons
    context = _build_context(request, notice, row, entered, reasons, amendment_result)
    refused = bool(reasons) and request.method == "POST"
    return render(request, "notices/amend.html", context, status=422 if refused else 200)


def _preview_amendment(
    notice: Notice, actor: Actor, version: int | None, facts: Mapping[str, object]
) -> AmendmentResult:
    """Run the action and roll it back, to show its exact changes."""
    with transaction.atomic():
        amendment_result: AmendmentResult = amend_measure(notice, by=actor, version=version, **facts)
        transaction.set_rollback(True)
    return amendment_result


def _build_context(
    request: HttpRequest,
    notice: Notice,
    row: Measure,
    wanted_measure: WantedMeasure,
    reasons: list[str],
    result: AmendmentResult | None,
) -> dict[str, object]:
    """Return the context of the form, with blank lines for further duties."""
    lines = [_to_duty_fields(index, duty) for index, duty in enumerate(wanted_measure.duties)]
    blank = [_to_duty_fields(len(lines) + n, WantedDuty(None, "")) for n in range(BLANK_LINES)]
    return {
        "notice": notice,
        "measure": row,
        "wanted": wanted_measure,
        "lead": "、".join(wanted_measure.lead),
        "responsible": "、".join(wanted_measure.responsible),
        "partner": "、".join(wanted_measure.partner),
        "lines": [*lines, *blank],
        "limits": DEADLINE_CHOICES,
        "periods": list(PERIOD_WORDS.items()),
        "cycles": list(TRACK_LABELS.items()),
        "bodies": list_suggested_names(notice),
        "reasons": reasons,
        "made": result,
        "reason": request.POST.get("reason", ""),
        "entries": row.assignments.count(),
    }


def _to_duty_fields(duty_index: int, duty: WantedDuty) -> DutyFields:
    paths = "\n".join(">".join(path) for path in duty.paths)
    return DutyFields(duty_index, duty, paths, "、".join(duty.channels))


def _read_measure(post: QueryDict, before: WantedMeasure) -> WantedMeasure:
    """Return the wanted measure; fields missing in the form stay.

    Raises Refused when a number in a deadline cannot be read.
    """
    known = {duty.pk: duty for duty in before.duties}
    duties = []
    for index in range(min(parse_whole_number(post.get("count", "")) or 0, MAX_LINES)):
        number = parse_whole_number(post.get(f"d{index}-pk", ""))
        was = known.get(number) if number else None
        text = post.get(f"d{index}-text", "").replace("\r\n", "\n").strip()
        if post.get(f"d{index}-remove") or (was is None and not text):
            continue
        duties.append(_read_duty(post, index, number, was, text))
    return WantedMeasure(
        section=post.get("section", before.section).strip(),
        item=post.get("item", before.item).strip(),
        text=post.get("text", before.text).replace("\r\n", "\n").strip(),
        lead=_read_names(post.get("lead"), before.lead),
        responsible=_read_names(post.get("responsible"), before.responsible),
        duties=tuple(duties),
        partner=_read_names(post.get("partner"), before.partner),
    )


def _read_duty(post: QueryDict, duty_index: int, number: int | None, was: WantedDuty | None, text: str) -> WantedDuty:
    """Read the fields `d{at}-…` of one duty."""
    parameters = QueryDict(mutable=True)
    for key, values in post.lists():
        if key.startswith(f"d{duty_index}-"):
            parameters.setlist(key.removeprefix(f"d{duty_index}-"), values)
    lines = post.get(f"d{duty_index}-paths", "").replace("＞", ">").splitlines()
    paths = (tuple(level.strip() for level in line.split(">") if level.strip()) for line in lines)
    names = post.get(f"d{duty_index}-channels", "").replace("，", "、").split("、")
    return WantedDuty(
        number,
        text,
        read_posted_rule(parameters, dict(was.due) if was else {}),
        tuple(path for path in paths if path),
        tuple(name.strip() for name in names if name.strip()),
    )


def _read_names(text: str | None, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a list, each once, or `before` if it was not posted."""
    if text is None:
        return before
    found_ = (part.strip() for part in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、"))
    return tuple(dict.fromkeys(value for value in found_ if value))


def void_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a notice void."""
    notice, actor = get_notice_or_404(request, pk)
    return run_and_redirect(
        request,
        lambda: revoke_notice(notice, by=actor, reason=request.POST.get("reason", "").strip()),
        "已作废，没有办结的任务已取消。",
        "notices_notice",
        pk,
    )


@require_POST
def draft_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a text for a task as an item of its unit, opened in the editor."""
    by = require_staff_actor(request)
    task = get_visible_or_404(by, Assignment, pk)
    item_pages: list[ItemPage] = []
    columns = list_task_columns(task)

    def write() -> None:
        """Draft an item for the task."""
        item_pages.append(
            create_draft(
                task.body,
                by=by,
                columns=columns,
                task=task.pk,
                title=task.entry.title,
                issuer=task.body.name,
                source=task.body.label,
                formed_on=timezone.localdate(),
                attribute=DisclosureAttribute.PROACTIVE,
            )
        )

    chosen = "栏目已按任务选好。请写正文" if columns else "任务没有写明公开路径。请选栏目，写正文"
    if run_with_messages(request, write, f"已起草，{chosen}，再送审。"):
        return redirect("wagtailadmin_pages:edit", item_pages[0].pk)
    return redirect("ledger_entry", task.pk)
