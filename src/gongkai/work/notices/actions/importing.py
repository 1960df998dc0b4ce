"""Import a file as a draft notice, in one transaction; the same file is imported only once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.files.store import store_as_read
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.openness import issues_for_itself
from gongkai.lib.privacy import proofread
from gongkai.lib.typed_json import text
from gongkai.work.notices.actions.rules import imports, imports_for
from gongkai.work.notices.column_meanings import MEANINGS
from gongkai.work.notices.columns import column_keys, misspelt
from gongkai.work.notices.defaults import default_of, own_defaults
from gongkai.work.notices.doubts import (
    asked_owing,
    asked_own,
    asked_unread,
    asked_whose,
    asked_year,
    limit_doubts,
    parent_doubts,
    path_doubts,
    rule_key,
)
from gongkai.work.notices.learnt import with_learnt
from gongkai.work.notices.models import AwaitedAct, Duty, Measure, MeasureUnit, Notice, UnitMember
from gongkai.work.notices.planning.accounted import with_accounts
from gongkai.work.notices.planning.drafting import (
    DraftDuty,
    DraftMeasure,
    DraftUnit,
    measures,
    remarks,
    with_choice,
    year_of,
)
from gongkai.work.notices.planning.marked_channels import channel_columns
from gongkai.work.notices.planning.named_places import REMARKS_HEAD
from gongkai.work.notices.planning.parts import CHOICES, COLUMNS, WAYS, Printed
from gongkai.work.notices.planning.places import Known, unused_columns, with_places
from gongkai.work.notices.planning.rules import ISSUE, last_day
from gongkai.work.notices.planning.shared_limits import when_read, with_limits
from gongkai.work.notices.planning.shared_owners import roles_said, with_shared_owners
from gongkai.work.notices.planning.unused import with_closing_orders, with_unused
from gongkai.work.notices.planning.vague import Vague
from gongkai.work.notices.resolving import Names, strange_issuer
from gongkai.work.notices.revising import propose_amended
from gongkai.work.notices.source import Source
from gongkai.work.notices.states import NoticeState


@dataclass(frozen=True)
class Imported:
    """The imported notice; `already` is true if the file had been imported before."""

    notice: Notice
    already: bool


# Characters proofread before the transaction in order to load the proofreading tables.
PROOFREAD_FIRST = 500


def bring_in(source: Source, *, by: Actor, government: Body, issuer: Body | None = None) -> Imported:
    """Import a file, or return the notice imported from the same file before.

    Raises Refused when the user may not import for the government or the file contains no tasks.
    """
    same = same_file(government, source.digest)
    there = same.first()
    if there is None:
        source = with_learnt(source, government)
        # Loading the proofreading tables takes 0.8 s once a process: do it before the database is
        # locked.
        proofread(source.text[:PROOFREAD_FIRST])
        try:
            with transaction.atomic():
                made = import_notice(None, by=by, source=source, government=government, issuer=issuer)
            return Imported(made, already=False)
        except IntegrityError:
            if (there := same.first()) is None:
                raise
    return Imported(there, already=True)


def same_file(government: Body, digest: str) -> QuerySet[Notice]:
    """Return the notice of a government imported from a file; void notices do not count."""
    return Notice.objects.filter(government=government, source_digest=digest).exclude(state=NoticeState.VOID)


@action("notice.import", label="导入通知", rule=imports)
def import_notice(
    _: None, *, by: Actor, source: Source, government: Body, issuer: Body | None = None
) -> ActionResult:
    """Store a parsed notice as a draft with measures, duties, resolved units and flags.

    The result is the `Notice`.
    """
    if not imports_for(by, government):
        raise Refused(f"您不能为{government.label}导入通知，请由它的政务公开办导入。")
    parsed = source.parsed
    chosen = chosen_before(government)
    drafts = drafts_of(source, chosen)
    if not drafts:
        raise Refused("没有读到任何任务，请确认文件里有任务分工表。")
    notice = _notice(source, government, issuer, by)
    first = asked_year(_whose(notice, drafts[0]), parsed, notice.year)
    drafts = [first, *drafts[1:]]
    store_rows(notice, drafts, chosen)
    propose_amended(notice)
    if (
        notice.amends_id and notice.parent_id == notice.amends_id
    ):  # A notice that this one amends is not its parent.
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


def chosen_before(government: Body) -> dict[str, str]:
    """Return the owner chosen for each form in earlier notices of a government; the newest wins."""
    rows = Notice.objects.filter(government=government).exclude(owing={}).order_by("-pk")
    chosen: dict[str, str] = {}
    for owing in rows.values_list("owing", flat=True)[:20]:
        chosen = {**owing, **chosen}
    return chosen


def drafts_of(source: Source, chosen: Mapping[str, str]) -> list[DraftMeasure]:
    """Return the rows of a file with deadlines and owners, from the text or the earlier choices."""
    printed = Printed([(head.printed, head.meaning) for head in source.heads], source.text)
    when = when_read(source.parsed)
    named, _ = with_shared_owners(measures(source.parsed, printed), source.text, when)
    if (said := roles_said(source.text)[0]) in WAYS[COLUMNS]:
        chosen = {**chosen, COLUMNS: said}
    whole = with_closing_orders(named, source.parsed, source.text, when)
    rows = with_limits(whole, source.parsed, source.text)
    return [with_choice(row, chosen[row.form]) if row.form in chosen else row for row in rows]


def placed(drafts: Sequence[DraftMeasure], known: Known, text: str) -> list[DraftMeasure]:
    """Separate marked channels from column paths in rows, by comparison with existing columns."""
    columns = channel_columns(drafts, text)
    return [row if row.preamble else with_places(row, known, columns) for row in drafts]


def completed(
    drafts: Sequence[DraftMeasure],
    parsed: Mapping[str, object],
    text: str,
    chosen: Mapping[str, str],
    who: Callable[[DraftUnit], frozenset[object]],
    known: Known,
) -> list[DraftMeasure]:
    """Return the rows of a notice as they are stored, with paths split and all questions flagged. Pure.

    Args: `drafts` come from `build_draft_rows`; `parsed` is the documented JSON; `chosen` maps a
    form to the owner chosen before; `who` resolves a printed unit; `known` are the columns of the
    site.
    """
    said = {COLUMNS} if roles_said(text)[0] else set[str]()
    rows = placed(asked_owing(drafts, chosen, who, said), known, text)
    return asked_unread(with_accounts(with_unused(rows, text, when_read(parsed)), known), parsed)


def _whose(notice: Notice, first: DraftMeasure) -> DraftMeasure:
    """Add a flag to the first row when the notice does not state whose it is."""
    if not notice.own:
        return asked_whose(first, notice.parsed, notice.issuer)
    ours = notice.issuer_id == notice.government_id
    return asked_own(first, notice.government.label, notice.issuer_name, ours=ours)


def store_rows(notice: Notice, drafts: list[DraftMeasure], chosen: Mapping[str, str]) -> None:
    """Store the rows of a table: measures, resolved units and duties.

    `chosen` maps each form of row to the owner chosen in earlier notices.
    """
    names = Names(notice.government, notice.issuer, strange=strange_issuer(notice))
    columns = Known.of(column_keys(notice.government))
    drafts = completed(drafts, notice.parsed, notice.source_text, chosen, names.known, columns)
    rows = _store_measures(notice, drafts)
    _store_units(rows, drafts, names)
    _store_duties(notice, rows, drafts)


def _notice(source: Source, government: Body, issuer: Body | None, by: Actor) -> Notice:
    parsed = source.parsed
    notice = Notice(
        government=government,
        own=issues_for_itself(government),
        issuer=issuer,
        issuer_name=str(parsed.get("issuer") or (issuer.name if issuer else ""))[:200],
        title=str(parsed.get("title") or source.name)[:300],
        doc_number=str(parsed.get("doc_number") or "")[:80],
        issued_on=date.fromisoformat(text(parsed, "issued_on")) if parsed.get("issued_on") else None,
        year=year_of(parsed, timezone.localdate()),
        for_comment=parsed.get("status") == "draft",
        source_name=source.name[:200],
        source_digest=source.digest,
        source_text=source.text,
        parsed=parsed,
        heads=[{"head": head.printed, "meaning": head.meaning, "by": ""} for head in source.heads],
        remarks=remarks_of(source, issuer),
        basis=list(parsed.get("basis") or ()),
        imported_by=by.name,
    )
    notice.parent = parent_of(notice)
    notice.source_file = store_as_read(source.data, by)
    notice.save(force_insert=True)
    return notice


def remarks_of(source: Source, issuer: Body | None) -> list[str]:
    """Return remarks on the file as a whole, shown on the review page."""
    learnt = [
        f"表头“{printed}”按以前的更正读作“{MEANINGS[meaning]}”。"
        for printed, meaning in source.learnt.items()
    ]
    drafts = measures(source.parsed)
    columns = channel_columns(drafts, source.text)
    unused = unused_columns([(head.printed, head.meaning) for head in source.heads], drafts, columns)
    noted = [head for head in unused if REMARKS_HEAD.search(head)]
    rest = [head for head in unused if head not in noted]
    many = "这一列" if len(rest) == 1 else f"这{len(rest)}列"
    said = [f"表中{_quoted(rest)}{many}没有用上，原文照列在各行，不产生要求。"] if rest else []
    said += [f"表中{_quoted(noted)}栏不单独产生要求，只读取其中写明的公开渠道和牵头单位。"] if noted else []
    known = [f"“{head}”栏打勾的，按公开渠道“{name}”读取。" for head, name in columns.ticked.items()]
    known += [
        f"“{head}”栏的代号按文中说明读取：{'、'.join(f'{code}为{name}' for code, name in legend.items())}。"
        for head, legend in columns.codes.items()
    ]
    told = [remark for remark in remarks(source.parsed) if not _about_ticks(remark, columns.ticked)]
    owners = with_shared_owners(drafts, source.text, when_read(source.parsed))[1]
    if (choice := roles_said(source.text))[0]:
        owners = [*owners, f"通知写明“{choice[1]}”，牵头单位和责任单位分列的，按{CHOICES[choice[0]]}读取。"]
    return [*told, *_unknown_issuer(source.parsed, issuer), *learnt, *known, *said, *owners]


def _quoted(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _about_ticks(remark: str, ticked: Mapping[str, str]) -> bool:
    """Tell whether a remark only reports unknown heads that turned out to be ticked channels."""
    heads = re.findall(r"“([^”]+)”", remark.split("不认识", maxsplit=1)[0]) if "不认识" in remark else []
    return bool(heads) and all(head in ticked for head in heads)


def _unknown_issuer(parsed: Mapping[str, object], issuer: Body | None) -> list[str]:
    printed = str(parsed.get("issuer") or "")
    if issuer is not None or not printed:
        return []
    return [f"印发单位“{printed}”不在单位名录中，请核对这份通知是否由本级单位落实。"]


def parent_of(notice: Notice) -> Notice | None:
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


def _days_above(notice: Notice) -> dict[str, date]:
    """Return the last day of each deadline of the parent that counts from its date of issue."""
    above = notice.parent
    if above is None or above.issued_on is None:
        return {}
    rules = Duty.objects.filter(measure__notice=above, due__counts_from=ISSUE).values_list("due", flat=True)
    days = ((rule_key(rule), last_day(rule, above.year, issued=above.issued_on)) for rule in rules)
    return {key: day for key, day in days if day}


def store_row(notice: Notice, draft: DraftMeasure, *, after: int) -> Measure:
    """Store one more draft row after a position and resolve its units."""
    drafts = placed([draft], Known.of(column_keys(notice.government)), "")
    rows = _store_measures(notice, drafts, after=after)
    _store_units(rows, drafts, Names(notice.government, notice.issuer, strange=strange_issuer(notice)))
    _store_duties(notice, rows, drafts)
    return rows[0]


def _store_measures(notice: Notice, drafts: list[DraftMeasure], after: int = 0) -> list[Measure]:
    above = _days_above(notice)
    names = {
        name
        for draft_measure in drafts
        for duty in draft_measure.duties
        for path in duty.paths
        for name in path
    }
    slips = misspelt(names, notice.government)
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
                    *limit_doubts(draft, notice.issued_on),
                    *parent_doubts(draft, notice.issued_on, above),
                    *path_doubts(draft, slips),
                ],
            )
            for place, draft in enumerate(drafts, start=1)
        ],
        batch_size=500,
    )


def _store_units(rows: list[Measure], drafts: list[DraftMeasure], names: Names) -> None:
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
    own = own_defaults(notice.government)
    Duty.objects.bulk_create(
        [
            duty_row(measure, duty, place, own, acts.get(duty.awaits))
            for measure, draft in zip(rows, drafts, strict=True)
            for place, duty in enumerate(draft.duties, start=1)
        ],
        batch_size=500,
    )


def duty_row(
    measure: Measure, duty: DraftDuty, place: int, own: dict[str, Vague], awaits: AwaitedAct | None
) -> Duty:
    """Return an unsaved duty, with the default for a vague deadline."""
    default = default_of(duty.due, own)
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
