"""Import a file as a draft notice, in one transaction; the same file is imported only once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.files.store import store_as_read
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.openness import issues_for_itself
from gongkai.lib.privacy import proofread
from gongkai.lib.typed_json import text
from gongkai.work.notices.actions.permissions import can_import_for, check_can_import
from gongkai.work.notices.entries.columns import find_misspelt_names, list_column_keys
from gongkai.work.notices.entries.deadlines import find_default, load_own_defaults
from gongkai.work.notices.importing.file_remarks import find_remarks
from gongkai.work.notices.importing.first_row import flag_first_row
from gongkai.work.notices.importing.flags import (
    ask_once,
    flag_deadlines,
    flag_form_owners,
    flag_misspelt_paths,
    flag_parent_deadlines,
    flag_unassigned_heads,
    rule_key,
)
from gongkai.work.notices.importing.source import NoticeSource, apply_learnt_heads
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import AwaitedAct, Duty, Measure, MeasureUnit, Notice, UnitMember
from gongkai.work.notices.planning.channels import find_channel_columns
from gongkai.work.notices.planning.drafting import (
    DraftDuty,
    DraftMeasure,
    DraftUnit,
    apply_choice,
    build_drafts,
    find_year,
)
from gongkai.work.notices.planning.paths import ExistingColumns, split_paths
from gongkai.work.notices.planning.roles import CHOICES_BY_FORM, COLUMNS, LEAD_OWES, PrintedNotice
from gongkai.work.notices.planning.row_checks import flag_mismatches
from gongkai.work.notices.planning.rules import FROM_ISSUE, VagueMeaning, find_last_day
from gongkai.work.notices.planning.shared_deadlines import apply_deadlines, find_reading_time
from gongkai.work.notices.planning.shared_owners import apply_shared_owners, find_stated_owner
from gongkai.work.notices.planning.unused_words import add_closing_orders, flag_unused_words
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.supersession import propose_amended_notice


@dataclass(frozen=True)
class ImportResult:
    """The imported notice; `already` is true if the file had been imported before."""

    notice: Notice
    already: bool


# Characters proofread before the transaction in order to load the proofreading tables.
WARM_UP_CHARACTERS = 500


def import_file(source: NoticeSource, *, by: Actor, government: Body, issuer: Body | None = None) -> ImportResult:
    """Import a file, or return the notice imported from the same file before.

    Raises Refused when the user may not import for the government or the file contains no tasks.
    """
    same = find_same_file(government, source.digest)
    there = same.first()
    if there is None:
        source = apply_learnt_heads(source, government)
        # Loading the proofreading tables takes 0.8 s once a process: do it before the database is
        # locked.
        proofread(source.text[:WARM_UP_CHARACTERS])
        try:
            made = import_notice(None, by=by, source=source, government=government, issuer=issuer)
            return ImportResult(made, already=False)
        except IntegrityError:
            if (there := same.first()) is None:
                raise
    return ImportResult(there, already=True)


def find_same_file(government: Body, digest: str) -> QuerySet[Notice]:
    """Return the notice of a government imported from a file; void notices do not count."""
    return Notice.objects.filter(government=government, source_digest=digest).exclude(state=NoticeState.VOID)


@dataclass(frozen=True)
class RowPlan:
    """Finished rows of a notice, and the resolver of their names."""

    drafts: list[DraftMeasure]
    names: NameResolver


def _plan_import(
    _: None, *, by: Actor, source: NoticeSource, government: Body, issuer: Body | None = None
) -> Mapping[str, object]:
    """Plan the notice and its rows before the transaction, because that takes seconds."""
    if not can_import_for(by, government):
        raise Refused(f"您不能为{government.label}导入通知，请由它的政务公开办导入。")
    notice = _build_notice(source, government, issuer, by)
    return {"plan": (notice, plan_rows(notice, source, find_previous_choices(government)))}


@action("notice.import", label="导入通知", rule=check_can_import, ahead=_plan_import)
def import_notice(
    _: None,
    *,
    by: Actor,
    source: NoticeSource,
    government: Body,
    plan: tuple[Notice, RowPlan],
    issuer: Body | None = None,
) -> ActionResult:
    """Store a parsed notice as a draft with measures, duties, resolved units and flags.

    The result is the `Notice`.
    """
    notice, rows = plan
    drafts = rows.drafts
    notice.source_file = store_as_read(source.data, by)
    notice.save(force_insert=True)
    store_rows(notice, rows)
    propose_amended_notice(notice)
    if notice.amends_id and notice.parent_id == notice.amends_id:  # A notice that this one amends is not its parent.
        notice.parent = None
        notice.save(update_fields=["parent"])
    duties = sum(len(draft.duties) for draft in drafts)
    return ActionResult(
        words=f"导入“{notice.title}”，{len(drafts)}条举措、{duties}项要求",
        to_state=notice.state,
        facts={"digest": source.digest, "file": source.name, "measures": len(drafts), "duties": duties},
        result=notice,
        stream=f"notice/{notice.pk}",
    )


def find_previous_choices(government: Body) -> dict[str, str]:
    """Return the owner chosen for each form in earlier notices of a government; the newest wins."""
    rows = Notice.objects.filter(government=government).exclude(owing={}).order_by("-pk")
    chosen: dict[str, str] = {}
    for owing in rows.values_list("owing", flat=True)[:20]:
        chosen = {**owing, **chosen}
    return chosen


def build_draft_rows(source: NoticeSource, chosen: Mapping[str, str]) -> list[DraftMeasure]:
    """Return the rows of a file with deadlines and owners, from the text or the earlier choices."""
    printed = PrintedNotice([(head.printed, head.meaning) for head in source.heads], source.text)
    when = find_reading_time(source.parsed)
    named, _ = apply_shared_owners(build_drafts(source.parsed, printed), source.text, when)
    if (said := find_stated_owner(source.text)[0]) in CHOICES_BY_FORM[COLUMNS]:
        chosen = {**chosen, COLUMNS: said}
    whole = add_closing_orders(named, source.parsed, source.text, when)
    rows = apply_deadlines(whole, source.parsed, source.text)
    return [apply_choice(row, chosen[row.form]) if row.form in chosen else row for row in rows]


def split_row_paths(drafts: Sequence[DraftMeasure], known: ExistingColumns, text: str) -> list[DraftMeasure]:
    """Separate marked channels from column paths in rows, by comparison with existing columns."""
    columns = find_channel_columns(drafts, text)
    return [row if row.preamble else split_paths(row, known, columns) for row in drafts]


def complete_rows(
    drafts: Sequence[DraftMeasure],
    parsed: Mapping[str, object],
    text: str,
    chosen: Mapping[str, str],
    who: Callable[[DraftUnit], frozenset[object]],
    known: ExistingColumns,
) -> list[DraftMeasure]:
    """Return the rows of a notice as they are stored, with paths split and all questions flagged. Pure.

    Args: `drafts` come from `build_draft_rows`; `parsed` is the documented JSON; `chosen` maps a
    form to the owner chosen before; `who` resolves a printed unit; `known` are the columns of the
    site.
    """
    choice, note = find_stated_owner(text)
    said = {COLUMNS} if choice == LEAD_OWES else set[str]()
    rows = split_row_paths(flag_form_owners(drafts, chosen, who, said, note), known, text)
    asked = flag_mismatches(flag_unused_words(rows, text, find_reading_time(parsed)), known)
    return ask_once(flag_unassigned_heads(asked, parsed))


def plan_rows(notice: Notice, source: NoticeSource, chosen: Mapping[str, str]) -> RowPlan:
    """Return the rows of a file as they will be stored; nothing is written.

    `chosen` maps each form of row to the owner chosen in earlier notices. Raises Refused without rows.
    """
    drafts = build_draft_rows(source, chosen)
    if not drafts:
        raise Refused("没有读到任何任务，请确认文件里有任务分工表。")
    names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
    columns = ExistingColumns.of(list_column_keys(notice.government))
    flagged = flag_first_row(notice, source, drafts)
    done = complete_rows(flagged, source.parsed, notice.source_text, chosen, names.known, columns)
    return RowPlan(done, names)


def store_rows(notice: Notice, plan: RowPlan) -> None:
    """Store the rows of a table: measures, resolved units and duties."""
    rows = _store_measures(notice, plan.drafts)
    _store_units(rows, plan.drafts, plan.names)
    _store_duties(notice, rows, plan.drafts)


def _build_notice(source: NoticeSource, government: Body, issuer: Body | None, by: Actor) -> Notice:
    parsed = source.parsed
    notice = Notice(
        government=government,
        own=issues_for_itself(government),
        issuer=issuer,
        issuer_name=str(parsed.get("issuer") or (issuer.name if issuer else ""))[:200],
        title=str(parsed.get("title") or source.name)[:300],
        doc_number=str(parsed.get("doc_number") or "")[:80],
        issued_on=date.fromisoformat(text(parsed, "issued_on")) if parsed.get("issued_on") else None,
        year=find_year(parsed, timezone.localdate()),
        for_comment=parsed.get("status") == "draft",
        source_name=source.name[:200],
        source_digest=source.digest,
        source_text=source.text,
        parsed=parsed,
        heads=[{"head": head.printed, "meaning": head.meaning, "by": ""} for head in source.heads],
        remarks=find_remarks(source, issuer),
        basis=list(parsed.get("basis") or ()),
        imported_by=by.name,
    )
    notice.parent = find_parent(notice)
    return notice


def find_parent(notice: Notice) -> Notice | None:
    """Return the notice cited as its basis, by document number or title.

    Notices that other units issued for themselves are ignored.
    """
    for basis in notice.basis:
        number, title = basis.get("doc_number"), basis.get("title")
        others = Notice.objects.exclude(pk=notice.pk).exclude(state=NoticeState.VOID)
        others = others.filter(Q(own=False) | Q(government=notice.government_id))
        found = others.filter(doc_number=number).first() if number else None
        found = found or (others.filter(title__contains=title).first() if title else None)
        if found:
            return found
    return None


def _find_parent_deadlines(notice: Notice) -> dict[str, date]:
    """Return the last day of each deadline of the parent that counts from its date of issue."""
    above = notice.parent
    if above is None or above.issued_on is None:
        return {}
    rules = Duty.objects.filter(measure__notice=above, due__counts_from=FROM_ISSUE).values_list("due", flat=True)
    days = ((rule_key(rule), find_last_day(rule, above.year, issued=above.issued_on)) for rule in rules)
    return {key: day for key, day in days if day}


def store_row(notice: Notice, draft: DraftMeasure, *, after: int) -> Measure:
    """Store one more draft row after a position and resolve its units."""
    drafts = split_row_paths([draft], ExistingColumns.of(list_column_keys(notice.government)), "")
    rows = _store_measures(notice, drafts, after=after)
    _store_units(rows, drafts, NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice)))
    _store_duties(notice, rows, drafts)
    return rows[0]


def _store_measures(notice: Notice, drafts: list[DraftMeasure], after: int = 0) -> list[Measure]:
    above = _find_parent_deadlines(notice)
    names = {name for draft_measure in drafts for duty in draft_measure.duties for path in duty.paths for name in path}
    slips = find_misspelt_names(names, notice.government)
    return Measure.objects.bulk_create(
        [
            Measure(
                notice=notice,
                position=after + place * 10,
                section=draft.section[:300],
                section_no=draft.section_no,
                item=draft.item[:300],
                text=draft.text,
                extras=dict(draft.extras),
                preamble=draft.preamble,
                dropped=draft.dropped,
                page=draft.page,
                cells=list(draft.cells),
                form=draft.form,
                lead_owes=draft.lead_owes,
                flags=[
                    *draft.flags,
                    *flag_deadlines(draft, notice.issued_on),
                    *flag_parent_deadlines(draft, notice.issued_on, above),
                    *flag_misspelt_paths(draft, slips),
                ],
            )
            for place, draft in enumerate(drafts, start=1)
        ],
        batch_size=500,
    )


def _store_units(rows: list[Measure], drafts: list[DraftMeasure], names: NameResolver) -> None:
    units, meant = [], []
    for measure, draft in zip(rows, drafts, strict=True):
        for place, unit in enumerate(draft.units):
            who = names.of(unit)
            meant.append(who)
            units.append(
                MeasureUnit(
                    measure=measure,
                    part=unit.part,
                    position=place,
                    printed=unit.printed[:200],
                    state=who.state,
                    plural=who.plural,
                    words=who.words,
                    helps=unit.helps,
                )
            )
    stored = MeasureUnit.objects.bulk_create(units, batch_size=500)
    UnitMember.objects.bulk_create(
        [
            UnitMember(unit=unit, body=body, office=office)
            for unit, who in zip(stored, meant, strict=True)
            for body, office in who.members
        ],
        batch_size=500,
    )


def _store_duties(notice: Notice, rows: list[Measure], drafts: list[DraftMeasure]) -> None:
    events = dict.fromkeys(duty.awaits for draft in drafts for duty in draft.duties if duty.awaits)
    acts = {words: AwaitedAct.objects.create(notice=notice, words=words[:300]) for words in events}
    own = load_own_defaults(notice.government)
    Duty.objects.bulk_create(
        [
            build_duty(measure, duty, place, own, acts.get(duty.awaits))
            for measure, draft in zip(rows, drafts, strict=True)
            for place, duty in enumerate(draft.duties, start=1)
        ],
        batch_size=500,
    )


def build_duty(
    measure: Measure, duty: DraftDuty, place: int, own: dict[str, VagueMeaning], awaits: AwaitedAct | None
) -> Duty:
    """Return an unsaved duty, with the default for a vague deadline."""
    default = find_default(duty.due, own)
    return Duty(
        measure=measure,
        position=place,
        text=duty.text,
        paths=[list(path) for path in duty.paths],
        channels=list(duty.channels),
        due=dict(duty.due),
        due_text=str(duty.due.get("text") or "")[:200],
        cycle=default.cycle if default else "",
        default_note=default.note if default else "",
        default_by=default.set_by if default else "",
        awaits=awaits,
        guides=duty.guides,
    )
