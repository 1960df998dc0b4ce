"""Pass down: choose measures, write and export the draft notice."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_refusal_messages, refuse_too_many_rows
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.open_government_leads import issues_for_itself
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, XLSX_CONTENT_TYPE, download_response
from gongkai.lib.chinese.typed_values import TypedValueError, parse_decimal
from gongkai.lib.writing.notice import render_notice_docx, render_notice_xlsx
from gongkai.work.notices import actions as act
from gongkai.work.notices.actions import accept_submission, return_submission
from gongkai.work.notices.actions.child_drafts import FRONT_FIELDS
from gongkai.work.notices.actions.permissions import is_turn_to_decide
from gongkai.work.notices.models import Ask, Assignment, ChildDraft, Notice
from gongkai.work.notices.passing_down.draft_text import split_names
from gongkai.work.notices.passing_down.drafts import (
    DRAFT_CELLS,
    MAX_EXTRA_HEADS,
    can_draft_or_see_draft,
    drafts_visible_to,
    find_extra_heads,
    find_preselected_measures,
    list_drafting_bodies,
    list_measures_to_pass_on,
    select_extra_heads,
    to_printable,
)
from gongkai.work.notices.passing_down.questions import find_unknown_units, list_questions
from gongkai.work.notices.states import REQUEST_STATES, TASK_KINDS, AssignmentState
from gongkai.work.notices.views.common import get_notice_or_404
from gongkai.work.notices.views.corrections import read_posted_date

# Entries on a page, which can be decided together.
PAGE_SIZE = 100


def list_entries_to_decide(actor: Actor) -> Sequence[Entry]:
    """Return the entries the user should decide now, the earliest first."""
    led = Assignment.leads.through.objects.filter(body_id__in=actor.bodies).values("assignment_id")
    query = Q(pk__in=led) | Q(body_id__in=actor.bodies)
    if not actor.has(Role.CLERK, Role.LEAD) or actor.has(Role.CHIEF):
        query = Q()
    rows = (
        entries_visible_to(actor)
        .filter(query, kind__in=TASK_KINDS, closed_at=None, state__in={AssignmentState.SUBMITTED, *REQUEST_STATES})
        .select_related("body", "office", "assignment__measure", "assignment__notice__government")
        .order_by("moved_at", "pk")
    )
    return [entry for entry in rows if is_turn_to_decide(actor, entry)]


def queue_page(request: HttpRequest) -> HttpResponse:
    """Show pending entries; on POST accept or return the selected ones."""
    actor = get_actor(request.user)
    undone: list[tuple[Entry, str]] = []
    if request.method == "POST":
        done, undone = _decide_selected_submissions(request, actor)
        if done:
            messages.success(request, f"已{'退回' if request.POST.get('do') == 'return' else '通过'}{done}项。")
        if not undone:
            return redirect("notices_queue")
    listed = get_page(request, list_entries_to_decide(actor), PAGE_SIZE)
    rows = list(listed.object_list)
    prefetch_related_objects(
        rows,
        Prefetch(
            "evidence",
            Evidence.objects.filter(withdrawn=False).select_related("attachment__stored"),
            to_attr="standing",
        ),
        Prefetch("assignment__asks", Ask.objects.filter(granted=None).select_related("wanted_body")),
    )
    context = {
        "page": listed,
        "submitted": [entry for entry in rows if entry.state == AssignmentState.SUBMITTED],
        "asked": [entry for entry in rows if entry.state != AssignmentState.SUBMITTED],
        "undone": undone,
        "words": request.POST.get("words", ""),
        "refused_keys": {entry.pk for entry, _ in undone},
        "held_keys": parse_selected(request.POST.getlist("holds")),
    }
    return render(request, "notices/queue.html", context)


def _decide_selected_submissions(request: HttpRequest, actor: Actor) -> tuple[int, list[tuple[Entry, str]]]:
    """Accept or return the ticked submissions; return (number, (entry, reason) refused)."""
    if (verb := request.POST.get("do")) not in {"accept", "return"}:
        raise Http404("没有这个操作")
    ticked = request.POST.getlist("entry")
    if not ticked:
        messages.error(request, "没有选择任务：请勾选要通过或者退回的任务。")
    if refuse_too_many_rows(request, ticked, PAGE_SIZE):
        return 0, []
    pairs = (parse_selected(value.split("-")) for value in ticked)
    versions = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    text = request.POST.get("words", "").strip()
    holds = parse_selected(request.POST.getlist("holds"))
    undone, done = [], 0
    for entry in entries_visible_to(actor).filter(pk__in=versions, kind__in=TASK_KINDS).select_related("body"):
        try:
            if verb == "return":
                return_submission(entry, by=actor, version=versions[entry.pk], reason=text)
            else:
                accept_submission(entry, by=actor, version=versions[entry.pk], words=text, holds=holds)
        except Refused as refusal:
            undone.append((entry, str(refusal)))
        else:
            done += 1
    return done, undone


# Empty rows at the end of a draft.
BLANK_ROWS = 2
# Cells listed when another user has saved in the meantime.
MAX_LISTED_CELLS = 20
# Rows of the form that are read; the action limits how many are stored.
MAX_POSTED_ROWS = 5000


def choose_measures_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the measures to pass down and list the drafts; on POST create one."""
    notice, actor = get_notice_or_404(request, pk)
    if not can_draft_or_see_draft(request.user, actor, notice):
        raise Http404
    if request.method == "POST":
        try:
            draft = _create_draft(request.POST, notice, actor)
        except Refused as refusal:
            add_refusal_messages(request, refusal)
        else:
            return redirect("notices_passing_draft", draft.pk)
    drafts = drafts_visible_to(request.user).filter(source=notice).select_related("government")
    bodies = list_drafting_bodies(actor, notice)
    _, remaining = select_extra_heads(list(list_measures_to_pass_on(notice)))
    everything = request.method == "GET" and "none" not in request.GET
    context = {
        "notice": notice,
        "left": remaining,
        "governments": bodies,
        "inside": bool(bodies) and all(issues_for_itself(body) for body in bodies),
        "drafts": drafts,
        "measures": _group_by_section(notice, bodies[0] if bodies else None),
        "everything": everything,
        "chosen": (find_preselected_measures(notice, bodies[0]) if everything and bodies else set())
        | set(parse_selected(request.POST.getlist("measure"))),
    }
    return render(request, "notices/passing.html", context)


def _create_draft(values: QueryDict, notice: Notice, actor: Actor) -> ChildDraft:
    """Create the draft of a lower government from the ticked measures.

    Raises:
        Refused: when the user may not draft for that government.
    """
    government_key = parse_whole_number(values.get("government", "")) or 0
    government = next((body for body in list_drafting_bodies(actor, notice) if body.pk == government_key), None)
    if government is None:
        raise Refused("请选择由哪个政府下发。")
    draft: ChildDraft = act.create_child_draft(
        None, by=actor, source=notice, government=government, measures=parse_selected(values.getlist("measure"))
    )
    return draft


def _group_by_section(notice: Notice, body: Body | None) -> list[tuple[str, list[object]]]:
    """Return (section, measures to pass on) in order."""
    by_section: dict[str, list[object]] = {}
    for measure in list_measures_to_pass_on(notice, body):
        by_section.setdefault(measure.section, []).append(measure)
    return list(by_section.items())


def edit_draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft, on POST save, issue or discard it; `?as=docx` or `?as=xlsx` exports it."""
    child = get_visible_or_404(request.user, ChildDraft, pk)
    form = request.GET.get("as", "")
    if form == "docx":
        return download_response(render_notice_docx(to_printable(child)), f"{child.title[:60]}.docx", DOCX_CONTENT_TYPE)
    if form == "xlsx":
        return download_response(render_notice_xlsx(to_printable(child)), f"{child.title[:60]}.xlsx", XLSX_CONTENT_TYPE)
    actor = get_actor(request.user)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            return _handle_post(request, child, actor)
        except Refused as refusal:
            met = _describe_conflict(child, request.POST) if isinstance(refusal, Conflict) else []
            reasons = [*refusal.reasons, *met]
            _restore_posted_values(child, request.POST)
    heads = find_extra_heads(child.rows)
    context = {
        "draft": child,
        "signed_on": request.POST.get("signed_on", child.signed_on),
        "heads": heads,
        "rows": [
            (at, row, [(head, (row.get("extras") or {}).get(head, "")) for head in heads])
            for at, row in enumerate(child.rows, start=1)
        ],
        "empty": [(head, "") for head in heads],
        "blanks": range(len(child.rows) + 1, len(child.rows) + 1 + BLANK_ROWS),
        "may": not act.save_child_draft.why_not(child, by=actor),
        "reasons": reasons,
        "inside": issues_for_itself(child.government),
        "why_not": act.issue_child_draft.why_not(child, by=actor),
        "strangers": list(find_unknown_units(child).items()),
        "questions": list_questions(child),
    }
    return render(request, "notices/passing_draft.html", context, status=422 if reasons else 200)


def _handle_post(request: HttpRequest, child: ChildDraft, actor: Actor) -> HttpResponse:
    """Discard, issue or save a draft and redirect."""
    if request.POST.get("do") == "discard":
        source = child.source_id
        act.discard_child_draft(child, by=actor)
        messages.success(request, "草稿已删除。")
        return redirect("notices_passing", source)
    if request.POST.get("do") == "issue":
        issued = act.issue_child_draft(
            child, by=actor, version=parse_whole_number(request.POST.get("version", "")) or 0
        )
        messages.success(request, "已按草稿导入，请核对后确认。")
        return redirect("notices_review", issued.pk)
    _check_row_numbers(request.POST)
    front: dict[str, object] = {name: request.POST.get(name, "") for name in FRONT_FIELDS}
    act.save_child_draft(
        child,
        by=actor,
        version=parse_whole_number(request.POST.get("version", "")) or 0,
        front=front | {"signed_on": read_posted_date(request.POST.get("signed_on", ""))},
        rows=read_posted_rows(request.POST),
    )
    messages.success(request, "已保存。")
    return redirect("notices_passing_draft", child.pk)


def read_posted_rows(values: QueryDict) -> list[dict[str, object]]:
    """Return the rows of the form in order, without removed and blank ones."""
    found_: list[tuple[Decimal, int, dict[str, object]]] = []
    heads, gone = values.getlist("head")[:MAX_EXTRA_HEADS], set(values.getlist("drop-head"))
    for at in range((parse_whole_number(values.get("count", ""), MAX_POSTED_ROWS) or 0) + 1):
        row: dict[str, object] = {name: values.get(f"{name}-{at}", "").strip() for name in DRAFT_CELLS}
        if values.get(f"remove-{at}") or not any(row.values()):
            continue
        row["measure"] = parse_whole_number(values.get(f"measure-{at}", "")) or None
        row["extras"] = {
            head: values.get(f"extra-{at}-{place}", "").strip() for place, head in enumerate(heads) if head not in gone
        }
        found_.append((_read_row_number(values, at) or Decimal(at), at, row))
    return [row for _, _, row in sorted(found_, key=lambda one: one[:2])]


def _read_row_number(values: QueryDict, row_index: int) -> Decimal | None:
    try:
        return parse_decimal(values.get(f"order-{row_index}", ""))
    except TypedValueError:
        return None


def _check_row_numbers(values: QueryDict) -> None:
    """Raise Refused if a row number cannot be read, because the order would change."""
    typed = {name: str(values[name]).strip() for name in values if name.startswith("order-")}
    unread = [
        text
        for name, text in typed.items()
        if text and _read_row_number(values, parse_whole_number(name[6:]) or 0) is None
    ]
    if unread:
        raise Refused(f"序号“{'”“'.join(unread)[:60]}”不是数字，请填写 3 或者 3.5。")


def _describe_conflict(child: ChildDraft, values: QueryDict) -> list[str]:
    """Return Chinese text on the differences between another user's saved draft and the form."""
    differences = list(_iterate_differences(child, values))
    if not differences:
        return []
    rest_note = [f"另有{len(differences) - MAX_LISTED_CELLS}处不同。"] if len(differences) > MAX_LISTED_CELLS else []
    return [*differences[:MAX_LISTED_CELLS], *rest_note, "再次保存将以您填写的为准；需要保留他人所写的，请先改入本页。"]


def _iterate_differences(child: ChildDraft, values: QueryDict) -> Iterator[str]:
    """Yield the differences between a draft as saved by another user and the form, in Chinese."""
    for name, (label, _) in FRONT_FIELDS.items():
        if (theirs := getattr(child, name)) != _normalize_text(values.get(name, "")):
            yield f"{label}现为“{theirs}”。"
    signed = child.signed_on.isoformat() if child.signed_on else ""
    if signed != values.get("signed_on", "").strip():
        yield f"成文日期现为“{signed}”。"
    rows = read_posted_rows(values)
    if len(rows) != len(child.rows):
        yield f"举措现有{len(child.rows)}条，您填写的是{len(rows)}条。"
    for at, (row, mine) in enumerate(zip(child.rows, rows, strict=False), start=1):
        for name, (label, _) in DRAFT_CELLS.items():
            names, text = row.get(name) or "", _normalize_text(str(mine[name]))
            if names != (split_names(text) if isinstance(names, list) else text):
                yield f"第{at}条{label}现为“{'、'.join(names) if isinstance(names, list) else names}”。"


def _normalize_text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _restore_posted_values(child: ChildDraft, values: QueryDict) -> None:
    """Put the posted values into the draft, so that the page shows them again."""
    came_from = {row["measure"] for row in child.rows}
    for name in FRONT_FIELDS:
        setattr(child, name, values.get(name, getattr(child, name)))
    child.rows = read_posted_rows(values) or child.rows
    for row in child.rows:
        row["measure"] = row["measure"] if row["measure"] in came_from else None
        for name in ("lead", "responsible"):
            row[name] = split_names(row[name]) if isinstance(row[name], str) else row[name]
