"""Views of 文件清理: rounds, cases, verdicts, closing."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.policies import actions, round_closing
from gongkai.content.policies.actions.cleanup import find_closing_obstacles, list_units_with_enterable_opinions
from gongkai.content.policies.forms.records import CleanupVerdictForm, CloseRoundForm, join_level_labels
from gongkai.content.policies.importing.cleanup import VERDICTS_SHEET
from gongkai.content.policies.models import CleanupCase, CleanupRound, CleanupTask, CleanupVerdict, RoundState
from gongkai.content.policies.rules import check_round_closer, check_round_manager
from gongkai.content.policies.validity_periods import load_last_day
from gongkai.content.policies.views.common import redirect_to
from gongkai.content.publishing.item_list import items_visible_to
from gongkai.content.reviewing.required_reading import SCAN_PART
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.acts.shown_content import record_shown
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.files.serving import serve_stored
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.queries import visible_to
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number

#: Documents of a clean-up on a page.
CASES_PER_PAGE = 100


def _get_round(by: Actor, number: int) -> CleanupRound:
    return get_visible_or_404(by, CleanupRound, number)


def round_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a round: cases with verdicts, progress of units, reasons against closing."""
    return _render_round(request, require_staff_actor(request), number, request.GET, {})


def _render_round(
    request: HttpRequest, by: Actor, number: int, query: QueryDict, refused_forms: dict[int, CleanupVerdictForm]
) -> HttpResponse:
    """Render a round; refused rows are shown as typed, with their errors (`refused_forms` by case key)."""
    cleanup_round = _get_round(by, number)
    may_run = not check_round_manager(by, cleanup_round)
    cases = cleanup_round.cases.select_related("record", "body").prefetch_related("record__decisions__actor")
    if not may_run:
        cases = cases.filter(body__in=by.bodies)
    tab = query.get("tab", "")
    body = parse_whole_number(query.get("body", ""))
    shown = cases.filter(body=body) if body else cases
    shown = shown.filter(verdict="") if tab == "left" else shown.filter(verdict=tab) if tab else shown
    tasks = _list_tasks(cleanup_round, by)
    counts_by_verdict: dict[str, int] = dict(cases.values_list("verdict").annotate(n=Count("pk")).order_by())
    tabs = [("", "全部", sum(counts_by_verdict.values())), ("left", "未提出", counts_by_verdict.get("", 0))]
    tabs += [(value, label, counts_by_verdict.get(value, 0)) for value, label in CleanupVerdict.choices if value]
    open_ = cleanup_round.state == RoundState.OPEN
    units = list_units_with_enterable_opinions(by, cleanup_round) if open_ else set()
    page = get_page(request, shown, CASES_PER_PAGE)
    ended = round_closing.find_ended_records(cleanup_round, timezone.localdate()) if open_ else {}
    return render(
        request,
        "policies/round.html",
        {
            "round": cleanup_round,
            "open": open_,
            "opens_item": items_visible_to(by).filter(pk=cleanup_round.item_number).exists(),
            "may_run": may_run,
            "may_close": not check_round_closer(by, cleanup_round),
            "page": page,
            "cases": [
                (
                    case,
                    load_last_day(case.record),
                    refused_forms.get(case.pk),
                    ended.get(case.record_id),
                    open_ and case.body_id in units,
                )
                for case in page
            ],
            "judging": open_ and bool(units),
            "reopens": not actions.reopen_round.why_not(cleanup_round, by=by),
            "query": query.urlencode(),
            "tabs": [(n, text, count, n == tab) for n, text, count in tabs],
            "verdicts": CleanupVerdict.choices,
            "tasks": tasks if may_run else [],
            "own": [t for t in tasks if t[0].body_id in by.bodies],
            "lacks": find_closing_obstacles(cleanup_round) if open_ and may_run else [],
            "levels": join_level_labels(cleanup_round.levels),
            "close_form": CloseRoundForm(
                auto_id="close_%s", by=by, unit=round_closing.get_publishing_body(cleanup_round.body)
            ),
            "total": sum(counts_by_verdict.values()),
            "left": counts_by_verdict.get("", 0),
            "counts": round_closing.count_verdicts(cleanup_round),
        },
    )


def _list_tasks(cleanup_round: CleanupRound, by: Actor) -> list[tuple[CleanupTask, str, int, int]]:
    """Return (task, URL of its entry or "", documents, undecided documents) of a round's units.

    Heads and signers of the government may run its round and read no entries of other units.
    """
    tallies = {
        row["body"]: (row["n"], row["left"])
        for row in cleanup_round.cases.values("body")
        .annotate(n=Count("pk"), left=Count("pk", filter=Q(verdict="")))
        .order_by()
    }
    rows = cleanup_round.tasks.select_related("body", "entry").order_by("body__position", "body_id")
    visible = set(visible_to(by).filter(cleanup__round=cleanup_round).values_list("pk", flat=True))
    return [
        (task, get_entry_url(task.entry) if task.entry_id in visible else "", *tallies.get(task.body_id, (0, 0)))
        for task in rows
    ]


def save_verdicts(request: HttpRequest, number: int) -> HttpResponse:
    """Save the verdicts of changed rows; refused rows are redisplayed as typed."""
    by = require_staff_actor(request)
    cleanup_round = _get_round(by, number)
    if request.method != "POST":
        return redirect_to("round", number)
    cases = {str(c.pk): c for c in cleanup_round.cases.select_related("record", "body", "round")}
    filled_form = _fill_bulk_values(request.POST)
    done, refused_forms = 0, dict[int, CleanupVerdictForm]()
    for key in request.POST.getlist("case"):
        if case := cases.get(key):
            form = CleanupVerdictForm(filled_form, prefix=f"c{key}")
            verdict = _save_verdict(case, form, by)
            done += verdict is True
            if verdict is False:
                refused_forms[case.pk] = form
    if done:
        messages.success(request, f"已保存{done}件的清理意见。")
    if "bulk" in request.POST and not request.POST.getlist("pick"):
        messages.error(request, "请先勾选要成批填写的文件。")
    asked = QueryDict(request.POST.get("query", "")[:200].removeprefix("?"))
    if refused_forms:
        messages.error(request, f"有{len(refused_forms)}件没有保存，原因写在各行，改正后再保存。")
        request.GET = asked  # the page of rows that was filled in
        return _render_round(request, by, number, asked, refused_forms)
    response = redirect_to("round", number)
    response["Location"] += f"?{asked.urlencode()}" if asked else ""
    return response


def _fill_bulk_values(parameters: QueryDict) -> QueryDict:
    """Return the submitted form, with a bulk verdict and reason copied into the selected rows."""
    if "bulk" not in parameters:
        return parameters
    filled = parameters.copy()
    for key in parameters.getlist("pick"):
        filled[f"c{key}-verdict"] = parameters.get("bulk_verdict", "")
        if reason := parameters.get("bulk_reason", "").strip():
            filled[f"c{key}-reason"] = reason
        if parameters.get("bulk_verdict") != CleanupVerdict.KEEP:
            filled.pop(f"c{key}-until", None)
    return filled


def _save_verdict(case: CleanupCase, form: CleanupVerdictForm, by: Actor) -> bool | None:
    """Save one verdict: True if saved, None if unchanged, False with the errors in the form."""
    if not form.is_valid():
        return False
    facts = {name: form.cleaned_data[name] for name in ("verdict", "reason", "until")}
    version, untouched = form.get_shown_version()
    if untouched or (case.verdict, case.reason, case.until) == tuple(facts.values()):
        return None
    try:
        actions.give_verdict(case, by=by, version=version, **facts)
    except Conflict:
        now = "，".join(filter(None, (case.get_verdict_display(), case.reason)))
        form.add_error(None, f"打开页面后已由{case.decided_by or '他人'}改为“{now}”，请核对；仍要改的，再保存一次。")
        return False
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return False
    return True


def change_round(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Add new documents to a round, close, reopen or cancel it."""
    by = require_staff_actor(request)
    made = _get_round(by, number)
    if request.method != "POST":
        return redirect_to("round", number)
    if verb == "take-in":
        run_with_messages(request, lambda: actions.add_new_documents(made, by=by), "新入库的文件已补列。")
    elif verb == "cancel":
        reason = request.POST.get("reason", "")
        run_with_messages(request, lambda: actions.cancel_round(made, by=by, reason=reason), "清理已取消。")
    elif verb == "reopen":
        reason = request.POST.get("reason", "")
        run_with_messages(
            request, lambda: actions.reopen_round(made, by=by, reason=reason), "清理已退回，可以修改意见。"
        )
    elif verb == "close":
        form = CloseRoundForm(request.POST, by=by, unit=round_closing.get_publishing_body(made.body))
        return respond_to_form(
            request,
            form,
            lambda result_on, columns: actions.draft_round_result(
                made, by=by, result_on=result_on, columns=list(columns)
            ),
            "清理结果已起草，请送审；签发公布后各项意见生效，公众现在看到的有效性不变。",
            redirect_to("round", number).url,
        )
    return redirect_to("round", number)


def opinion_paper(request: HttpRequest, number: int, task: int) -> HttpResponseBase:
    """Store or download the document with a unit's opinions."""
    by = require_staff_actor(request)
    cleanup_round = _get_round(by, number)
    found = cleanup_round.tasks.select_related("round__body", "body", "entry", "paper").filter(pk=task).first()
    if found is None or (check_round_manager(by, cleanup_round) and found.body_id not in by.bodies):
        raise Http404("没有这份意见")
    if request.method != "POST":
        if found.paper is None:
            raise Http404("没有这份意见")
        if request.method == "GET":
            record_shown(found.entry.stream, by, [(SCAN_PART, found.paper.pk)])
        return serve_stored(found.paper, found.paper_name, inline=True)

    def keep() -> None:
        """Store the uploaded scan as the written opinion (Refused: there is none)."""
        upload = request.FILES.get("scan")
        if upload is None:
            raise Refused("请附上书面意见的扫描件。")
        name = str(upload.name)[-200:]
        actions.store_opinion_paper(found, by=by, scan=store_publishable_file(upload.read(), name, by), scan_name=name)

    run_with_messages(request, keep, "书面意见已登记，并已告知该单位；现在可以代为录入。")
    return redirect_to("round", number)


def _list_cases(request: HttpRequest, number: int) -> QuerySet[CleanupCase]:
    """Return the round's cases; only those of the actor's units unless he manages it."""
    by = require_staff_actor(request)
    cleanup_round = _get_round(by, number)
    cases = CleanupCase.objects.filter(round=cleanup_round).select_related("record", "body", "round")
    cases = cases.prefetch_related("record__decisions__actor")
    return cases.filter(body__in=by.bodies) if check_round_manager(by, cleanup_round) else cases


@long_export("policies.round", "清理情况", rows=_list_cases)
def export_round(request: HttpRequest, number: int) -> HttpResponse:
    """Return the round's cases as a spreadsheet that can be imported."""
    return spreadsheet_response(
        VERDICTS_SHEET, _list_cases(request, number), f"{_get_round(require_staff_actor(request), number).name}"
    )
