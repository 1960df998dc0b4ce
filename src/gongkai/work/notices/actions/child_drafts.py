"""Draft notices for lower units: create, save, discard, import as a notice."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Notification, Refused, action
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.open_government_leads import issues_for_itself
from gongkai.lib.typed_json import read_record, read_text
from gongkai.lib.writing.notice import render_notice_docx
from gongkai.work.notices.actions.imports import StartedImport, import_file, start_file_import
from gongkai.work.notices.actions.permissions import OWN_UNIT_ONLY_ERROR, can_import_for, list_reasons_against_importing
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.models import ChildDraft, Measure, Notice
from gongkai.work.notices.passing_down import draft_text
from gongkai.work.notices.passing_down.drafts import (
    DRAFT_CELLS,
    MAX_DRAFT_ROWS,
    DraftRow,
    build_first_rows,
    find_extra_heads,
    list_measures_to_pass_on,
    to_printable,
)
from gongkai.work.notices.passing_down.questions import find_unknown_units
from gongkai.work.notices.states import NoticeState

MAX_EXTRA_CHARACTERS = 2_000
# Label and maximum length of the fields around the table.
FRONT_FIELDS = {
    "title": ("标题", 300),
    "issuer_name": ("印发单位", 200),
    "addressee": ("主送机关", 300),
    "preamble": ("正文", 20_000),
    "doc_number": ("发文字号", 80),
    "copied_to": ("抄送", 300),
}
_OPTIONAL_FIELDS = {"doc_number", "copied_to"}


def list_reasons_unless_chief_of_draft(by: Actor, draft: ChildDraft) -> list[str]:
    """Return reasons unless the user may import for the government or unit of the draft."""
    if can_import_for(by, draft.government):
        return []
    return [OWN_UNIT_ONLY_ERROR if issues_for_itself(draft.government) else "只有政务公开办可以办理。"]


@action("passing.draft", label="起草下发通知", rule=list_reasons_against_importing)
def create_child_draft(
    _: None, *, by: Actor, source: Notice, government: Body, measures: Sequence[int]
) -> ActionResult:
    """Create a draft from chosen measures of a notice, with place names replaced.

    The result is the `ChildDraft`. A unit writes a draft for its offices and lower units from a
    government's notice.
    """
    inside = issues_for_itself(government)
    if not can_import_for(by, government) or (inside and source.own):
        raise Refused(f"您不能为{government.label}起草通知，请由它的政务公开办起草。")
    if source.state == NoticeState.SUPERSEDED:
        raise Refused("这份通知已被取代，请从取代它的通知起草。")
    if source.state == NoticeState.VOID:
        raise Refused("这份通知已作废，请从执行中的通知起草。")
    chosen = list(list_measures_to_pass_on(source, government).filter(pk__in=measures))
    if not chosen:
        raise Refused("请至少选择一条举措。")
    own = "" if inside else draft_text.find_place(government.name)
    issuer = _find_issuer_name(government)
    draft = ChildDraft.objects.create(
        government=government,
        source=source,
        title=draft_text.build_title(issuer, own, source.year)[:300],
        issuer_name=issuer,
        addressee=draft_text.build_addressee(own, inside=inside),
        preamble=draft_text.build_preamble(source.title, source.doc_number, own, source.year, inside=inside),
        rows=build_first_rows(government, source, chosen),
        drafted_by=by.name,
    )
    return ActionResult(
        words=f"从“{source.title}”选{len(chosen)}条举措起草"[:300],
        facts={"source": source.pk, "measures": [measure.pk for measure in chosen]},
        result=draft,
        stream=f"childdraft/{draft.pk}",
        tell=_make_issuing_office_notifications(draft, by),
    )


def _find_issuer_name(government: Body) -> str:
    """Return the name of a government's general office (composed if it has none), or a unit's own name."""
    if issues_for_itself(government):
        return government.name
    office = Body.objects.filter(parent=government, kind=BodyKind.GENERAL_OFFICE).order_by("pk").first()
    return office.name if office else f"{government.name}办公室"


def _make_issuing_office_notifications(draft: ChildDraft, by: Actor) -> tuple[Notification, ...]:
    """Return the notification to the office that issues the draft; none if its author works there or a unit issues
    it.
    """
    if issues_for_itself(draft.government):
        return ()
    if any(post.role == Role.CHIEF and post.reach == draft.government.path for post in by.posts):
        return ()
    unknown = list(find_unknown_units(draft))
    doubt = (
        f"其中{'、'.join(unknown[:12])}{'等' if len(unknown) > 12 else ''}不在本级单位名录中，请改为实际承担的单位。"
    )
    return (
        Notification(
            subject=f"下发通知草稿：{draft.title[:60]}",
            body=f"{by.name}为{draft.government.label}起草了通知，共{len(draft.rows)}条举措，请核对。{doubt if unknown else ''}",
            link=draft.url,
            key=f"passing:{draft.pk}",
            posts=((Role.CHIEF, draft.government_id),),
        ),
    )


@action("passing.save", label="保存下发通知草稿", rule=list_reasons_unless_chief_of_draft)
def save_child_draft(
    draft: ChildDraft, *, by: Actor, front: Mapping[str, object], rows: Sequence[Mapping[str, object]]
) -> ActionResult:
    """Save the fields around the table (`front`) and all rows in order."""
    reasons = []
    for name, (label, longest) in FRONT_FIELDS.items():
        value = str(front.get(name, getattr(draft, name))).replace("\r\n", "\n").strip()
        if not value and name not in _OPTIONAL_FIELDS:
            reasons.append(f"请填写{label}。")
        if len(value) > longest:
            reasons.append(f"{label}不能超过{longest}字。")
        setattr(draft, name, value)
    if "signed_on" in front:
        draft.signed_on = signed if isinstance(signed := front["signed_on"], date) else None
    if not rows:
        reasons.append("至少保留一条举措。")
    if len(rows) > MAX_DRAFT_ROWS:
        reasons.append(f"举措不能超过{MAX_DRAFT_ROWS}条。")
    came_from, heads = {row["measure"] for row in draft.rows}, find_extra_heads(draft.rows)
    draft.rows = [_clean_row(row, place, came_from, heads, reasons) for place, row in enumerate(rows, start=1)]
    used = {head for row in draft.rows for head, text in row["extras"].items() if text}
    for row in draft.rows:  # Remove columns without text in any row.
        row["extras"] = {head: text for head, text in row["extras"].items() if head in used}
    if reasons:
        raise Refused(reasons)
    draft.save()
    return ActionResult(
        words=f"保存草稿，{len(draft.rows)}条举措", facts={"rows": len(draft.rows), "version": draft.version + 1}
    )


def _clean_row(
    row: Mapping[str, object], place: int, came_from: set[object], heads: Sequence[str], reasons: list[str]
) -> dict[str, object]:
    """Return a row as stored; append objections to `reasons`."""
    made: dict[str, object] = {"measure": row.get("measure") if row.get("measure") in came_from else None}
    for name, (label, longest) in DRAFT_CELLS.items():
        value = str(row.get(name) or "").replace("\r\n", "\n").strip()
        if len(value) > longest:
            reasons.append(f"第{place}条：{label}不能超过{longest}字。")
        made[name] = value
    made["extras"] = _clean_extras(read_record(row, "extras"), place, heads, reasons)
    if not made["text"]:
        reasons.append(f"第{place}条：请填写贯彻举措，不需要的请删去。")
    if not made["section"]:
        reasons.append(f"第{place}条：请填写工作任务。")
    for name in ("lead", "responsible"):
        made[name] = draft_text.split_names(read_text(made, name))
    if not made["lead"] and not made["responsible"]:
        reasons.append(f"第{place}条：请填写牵头单位或者责任单位。")
    return made


def _clean_extras(extras: Mapping[str, object], place: int, heads: Sequence[str], reasons: list[str]) -> dict[str, str]:
    """Return the stripped cells of further columns by heading; an objection to a long one is added to `reasons`."""
    made = {head: str(extras.get(head) or "").replace("\r\n", "\n").strip() for head in heads if head in extras}
    for head, text in made.items():
        if len(text) > MAX_EXTRA_CHARACTERS:
            reasons.append(f"第{place}条：{head}不能超过{MAX_EXTRA_CHARACTERS}字。")
    return made


@action("passing.discard", label="删除下发通知草稿", rule=list_reasons_unless_chief_of_draft)
def discard_child_draft(draft: ChildDraft, *, by: Actor) -> ActionResult:
    """Delete a draft; the log keeps its title."""
    stream, text = f"childdraft/{draft.pk}", f"删除草稿“{draft.title}”"
    draft.delete()
    return ActionResult(words=text[:300], stream=stream, result=True)


def _find_missing_fields(draft: ChildDraft) -> list[str]:
    """Return reasons (Chinese) against importing a draft: imported already, no date, rows without or with unknown
    units.
    """
    if draft.issued is not None and draft.issued.state != NoticeState.VOID:
        return ["这份草稿已经导入。"]
    reasons = [] if draft.signed_on else ["请填写成文日期并保存。"]
    lacking = [place for place, row in enumerate(draft.rows, start=1) if not row["lead"] + row["responsible"]]
    if lacking:
        reasons.append(f"第{'、'.join(map(str, lacking[:20]))}条还没有写明由谁落实。")
    if issues_for_itself(draft.government) and (unknown := list(find_unknown_units(draft))):
        names = "、".join(unknown[:12])
        reasons.append(f"{names}{'等' if len(unknown) > 12 else ''}不在名录中，请改为实际承担的处室或者单位。")
    return reasons


def _print_and_read(draft: ChildDraft, *, by: Actor) -> Mapping[str, object]:
    """Print and read the draft before the transaction, which takes seconds; return arguments of `issue_child_draft`."""
    from gongkai.work.notices.importing.uploads import find_issuer  # It imports actions of this package.

    source = read_source(render_notice_docx(to_printable(draft)), f"{draft.title[:60]}.docx")
    issuer = find_issuer(draft.issuer_name, draft.government)
    started = start_file_import(source, by=by, government=draft.government, issuer=issuer)
    return {"source": source, "issuer": issuer, "started": started, "seen": draft.version}


@action(
    "passing.issue",
    label="按草稿导入通知",
    rule=list_reasons_unless_chief_of_draft,
    ready=_find_missing_fields,
    ahead=_print_and_read,
)
def issue_child_draft(
    draft: ChildDraft, *, by: Actor, source: NoticeSource, issuer: Body | None, started: StartedImport | None, seen: int
) -> ActionResult:
    """Import a finished draft as a notice, to be reviewed. Return the `Notice`.

    `Measure.parent` is set for each row that reading reproduces. Raises Conflict when the draft has
    changed since `seen`.
    """
    if draft.version != seen:
        raise Conflict(ROW_CHANGED_ERROR)
    notice = import_file(source, by=by, government=draft.government, issuer=issuer, started=started).notice
    linked = _link_to_sources(notice, draft)
    draft.issued = notice
    draft.save(update_fields=["issued"])
    return ActionResult(
        words=f"按草稿导入“{notice.title}”"[:300], facts={"notice": notice.pk, "linked": linked}, result=notice
    )


def _link_to_sources(notice: Notice, draft: ChildDraft) -> int:
    """Set the notice's parent and each row's source measure, if that still exists; return how many rows."""
    measures = list(notice.measures.filter(preamble=False).order_by("position", "pk"))
    matched = _match_measures_with_rows(measures, draft.rows)
    existing = Measure.objects.in_bulk([row["measure"] for _, row in matched])
    pairs = [(measure, row) for measure, row in matched if row["measure"] in existing]
    for measure, row in pairs:
        measure.parent_id = row["measure"]
    Measure.objects.bulk_update([measure for measure, _ in pairs], ["parent"])
    notice.parent = draft.source
    notice.save(update_fields=["parent"])
    return len(pairs)


def _match_measures_with_rows(measures: Sequence[Measure], rows: Sequence[DraftRow]) -> list[tuple[Measure, DraftRow]]:
    """Return (measure, draft row) pairs of equal text, or by order if texts differ but not the number of rows.

    Rows without a source measure are left out.
    """
    by_words: dict[str, list[DraftRow]] = {}
    for row in rows:
        by_words.setdefault(_remove_white_space(row["text"]), []).append(row)
    # Rows with equal text are matched in order.
    pairs = [
        (measure, rows_with_text.pop(0))
        for measure in measures
        if (rows_with_text := by_words.get(_remove_white_space(measure.text)))
    ]
    if len(pairs) < len(measures) == len(rows):
        pairs = list(zip(measures, rows, strict=True))
    return [(measure, row) for measure, row in pairs if row["measure"] is not None]


def _remove_white_space(text: str) -> str:
    return re.sub(r"\s", "", text)
