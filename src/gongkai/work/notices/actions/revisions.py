"""Actions on an amended version (修订版): link it to the older notice, accept its changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.models import Amending, Duty, Measure, MeasureUnit, Notice, Pairing, UnitMember, UnitState
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.comparison import KEPT, RowLine, VersionComparison, compare_versions, match_duties
from gongkai.work.notices.versions.measure_states import to_wanted_duty
from gongkai.work.notices.versions.row_pairs import normalize_row

MAX_LOG_CHARACTERS = 300
#: Stored in `settled` of a flag that was already settled in the notice in force.
SETTLED_BEFORE = "沿用原通知的核对结果"
# Fields of a unit that its resolution sets.
_RESOLUTION_FIELDS = ("state", "plural", "everyone", "outside", "words")


# --- relation to the older notice -----------------------------------------------------------------


@dataclass
class EarlierAnswers:
    """Answers given for the notice in force that also apply to equal rows of a draft.

    `versions`: (of the draft, of the notice in force) when they were compared. The lists contain objects of the
    draft, changed but not saved.
    """

    versions: tuple[int, int]
    rows: list[Measure] = field(default_factory=list)
    units: list[MeasureUnit] = field(default_factory=list)
    members: list[UnitMember] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)

    def store(self) -> None:
        """Store the answers; call it inside an action."""
        Measure.objects.bulk_update(self.rows, ["flags"], batch_size=200)
        MeasureUnit.objects.bulk_update(self.units, _RESOLUTION_FIELDS, batch_size=200)
        UnitMember.objects.filter(unit__in=self.units).delete()
        UnitMember.objects.bulk_create(self.members, batch_size=500)
        Duty.objects.bulk_update(self.duties, ["due"], batch_size=200)


def _compare_notices_before_transaction(notice: Notice, *, by: Actor, older: Notice | None) -> Mapping[str, object]:
    """Return `earlier`, the clerk's earlier answers that apply to the draft; None without an older notice.

    Called before the transaction, because comparing takes seconds.
    """
    if older is None:
        return {"earlier": None}
    notice.amends = Notice.objects.get(pk=older.pk)  # only of this copy
    return {"earlier": _find_earlier_answers(notice, notice.amends)}


@notice_action(
    "answer_amending",
    verb="correct",
    label="确认是否修订",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_compare_notices_before_transaction,
)
def set_amended_notice(
    notice: Notice, *, by: Actor, older: Notice | None, earlier: EarlierAnswers | None
) -> ActionResult:
    """Set the notice in force that a draft amends, or None.

    Units that both versions print alike are resolved as in the notice in force. Raises Refused
    unless it is a live notice of the same unit and year.
    """
    if older is None or earlier is None:
        notice.amending = Amending.NO
        notice.save(update_fields=["amending"])
        return ActionResult(words="不是修订，单独执行", facts={"older": None})
    if older.pk == notice.pk or (older.government_id, older.own) != (notice.government_id, notice.own):
        raise Refused("请选择同一单位的另一份通知。")
    if older.state != NoticeState.LIVE:
        raise Refused("只有执行中的通知可以由修订版接续。")
    if older.year != notice.year:
        raise Refused(f"原通知是{older.year}年度的，与本通知的年度不同；请先核对年度。")
    notice.amends, notice.amending = older, Amending.YES
    notice.parent = older.parent if notice.parent_id in {None, older.pk} else notice.parent
    notice.save(update_fields=["amends", "amending", "parent"])
    _require_unchanged_notices(notice, older, earlier.versions)
    earlier.store()
    taken = len(earlier.units)
    text = f"修订“{older.title}”{f'（{older.doc_number}）' if older.doc_number else ''}"
    text += f"；{taken}处单位沿用原通知的核对结果" if taken else ""
    return ActionResult(words=text[:MAX_LOG_CHARACTERS], facts={"older": older.pk, "taken": taken})


def _find_earlier_answers(notice: Notice, older: Notice) -> EarlierAnswers:
    """Return the clerk's earlier answers for equal rows: units, flags, years of deadlines."""
    earlier_answers = EarlierAnswers((notice.version, older.version))
    lines = compare_versions(notice).pairs
    rows = {row.pk: row for line in lines for row in (line.old, line.new) if row}
    units: dict[int, list[MeasureUnit]] = defaultdict(list)
    stored = MeasureUnit.objects.filter(measure__in=rows).prefetch_related("members")
    for unit in stored.order_by("position", "pk"):
        units[unit.measure_id].append(unit)
    for line in lines:
        assert line.old is not None
        assert line.new is not None
        unsettled = len(line.new.unsettled)
        if normalize_row(line.old.text) == normalize_row(line.new.text):
            _settle_equal_flags(line.old, line.new)
        earlier_answers.duties += _keep_deadline_years(line.old, line.new)
        old_units, new_units = units[line.old.pk], units[line.new.pk]
        if sorted(measure_unit.printed for measure_unit in old_units) == sorted(
            measure_unit.printed for measure_unit in new_units
        ):
            _copy_resolutions(old_units, new_units, earlier_answers)
            if sorted((measure_unit.printed, measure_unit.part) for measure_unit in old_units) == sorted(
                (measure_unit.printed, measure_unit.part) for measure_unit in new_units
            ):
                _settle_unit_flags(line.new)
        if len(line.new.unsettled) < unsettled:
            earlier_answers.rows.append(line.new)
    return earlier_answers


def _copy_resolutions(old: Sequence[MeasureUnit], new: Sequence[MeasureUnit], earlier_answers: EarlierAnswers) -> None:
    """Copy state and members of printed names that only the older version resolved; parts come from the new one."""
    known: dict[str, list[MeasureUnit]] = defaultdict(list)
    for unit in old:
        known[unit.printed].append(unit)
    for unit in new:
        like = known[unit.printed].pop(0)
        if unit.state == UnitState.RESOLVED or like.state != UnitState.RESOLVED:
            continue
        for name in _RESOLUTION_FIELDS:
            setattr(unit, name, getattr(like, name))
        earlier_answers.units.append(unit)
        earlier_answers.members += [
            UnitMember(unit=unit, body_id=member.body_id, office_id=member.office_id) for member in like.members.all()
        ]


def _settle_equal_flags(old: Measure, new: Measure) -> None:
    """Settle flags of an unchanged row that were settled with the same words before."""
    known = {(flag.get("field"), flag.get("message")) for flag in old.flags if flag.get("settled")}
    for flag in new.flags:
        if not flag.get("settled") and (flag.get("field"), flag.get("message")) in known:
            flag["settled"] = SETTLED_BEFORE


def _keep_deadline_years(old: Measure, new: Measure) -> Iterator[Duty]:
    """Keep the year of a deadline that both versions print alike; yield the duties.

    3月31日前 in a version of July is the day that had been ordered before.
    """
    running = {duty.pk: duty for duty in old.duties.all()}
    read = {duty.pk: duty for duty in new.duties.all()}
    partner = match_duties(
        [to_wanted_duty(duty) for duty in running.values()], [to_wanted_duty(duty) for duty in read.values()]
    )
    for pk, duty in read.items():
        before = running[partner[pk]].due if pk in partner else {}
        alike = before.get("text") and before.get("text") == duty.due.get("text")
        dated = {before.get("kind"), duty.due.get("kind")} == {"by_date"}
        day = str(before["date"]) if alike and dated else ""
        if day and day[4:] == str(duty.due["date"])[4:] and duty.due["date"] != day:
            duty.due = {**duty.due, "date": day}
            yield duty


def _settle_unit_flags(row: Measure) -> None:
    """Mark the flags on units as settled by the older notice."""
    for flag in row.flags:
        if flag.get("field") in {"lead", "responsible", "partner"} and not flag.get("settled"):
            flag["settled"] = SETTLED_BEFORE


# --- acceptance of rows ---------------------------------------------------------------------------


def _compare_versions_before_transaction(notice: Notice, *, by: Actor, **_: object) -> Mapping[str, object]:
    """Return `revision`, the comparison with the amended notice (Refused: that is not confirmed yet)."""
    if not notice.is_revision:
        raise Refused("请先确认本通知修订的是哪一份通知。")
    return {"revision": compare_versions(notice)}


def _require_unchanged_notices(notice: Notice, older: Notice, versions: tuple[int, int]) -> None:
    """Raise Conflict if either notice changed since these versions."""
    stored = Notice.objects.filter(pk=older.pk).values_list("version", flat=True).first()
    if versions != (notice.version, stored):
        raise Conflict(ROW_CHANGED_ERROR)


def _require_unchanged_versions(notice: Notice, revision: VersionComparison) -> None:
    """Raise Conflict if one of the compared notices changed since."""
    _require_unchanged_notices(notice, revision.older, (revision.notice.version, revision.older.version))


@notice_action(
    "accept_rows",
    verb="compare",
    label="采用修订",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_compare_versions_before_transaction,
)
def accept_rows(notice: Notice, *, by: Actor, revision: VersionComparison, row: str = "") -> ActionResult:
    """Accept the change of one row (`RowLine.key`), or all that need no decision of their own.

    The result is the number of rows.
    """
    _require_unchanged_versions(notice, revision)
    lines = [line for line in revision.lines if line.waits or line.status == KEPT]
    row_lines = (
        [line for line in lines if line.key == row]
        if row
        else [line for line in lines if line.waits and not line.alone and not line.rivals]
    )
    if not row_lines:
        raise Refused("这一行刚刚已有变化，请刷新后重试。" if row else "其余各行须逐行采用。")
    _save_pairings(notice, row_lines, by)
    text = f"采用修订：{_get_row_title(row_lines[0])}" if row else f"采用修订{len(row_lines)}行"
    return ActionResult(
        words=text[:MAX_LOG_CHARACTERS], facts={"rows": [line.key for line in row_lines]}, result=len(row_lines)
    )


@notice_action(
    "keep_row",
    verb="compare",
    label="修订版未列入，继续办理",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_compare_versions_before_transaction,
)
def keep_dropped_row(notice: Notice, *, by: Actor, revision: VersionComparison, row: str, reason: str) -> ActionResult:
    """Continue a row that the amended version drops, with a reason."""
    text = " ".join(reason.split())
    if not text:
        raise Refused("请写明继续办理的原因，如“本年度已部署，办完为止”。")
    _require_unchanged_versions(notice, revision)
    lines = [line for line in revision.lines if line.key == row and line.old and not line.new]
    if not lines:
        raise Refused("这一行刚刚已有变化，请刷新后重试。")
    _save_pairings(notice, lines, by, text)
    return ActionResult(
        words=f"继续办理：{_get_row_title(lines[0])}（{text}）"[:MAX_LOG_CHARACTERS], facts={"row": row}
    )


@notice_action(
    "pair_rows",
    verb="compare",
    label="更正新旧对应",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_compare_versions_before_transaction,
)
def pair_rows(notice: Notice, *, by: Actor, revision: VersionComparison, new: int, old: int | None) -> ActionResult:
    """Pair a row of the amended version with one in force, or with None if it is new."""
    _require_unchanged_versions(notice, revision)
    mine = next((line for line in revision.lines if line.new and line.new.pk == new), None)
    there = next((line for line in revision.lines if line.old and line.old.pk == old), None) if old else None
    if mine is None or (old and there is None):
        raise Refused("这一行已不存在，请刷新后重试。")
    pairings = Pairing.objects.filter(notice=notice, other=revision.older)
    pairings.filter(own=new).delete()
    if there and there.new and there.new.pk != new:
        pairings.filter(own=there.new).delete()
        Pairing.objects.create(notice=notice, other=revision.older, own=there.new, upper=None, by=by.name)
    pairings.filter(
        own=None, upper__in=[row_line.old for row_line in (mine, there) if row_line and row_line.old]
    ).delete()
    Pairing.objects.create(
        notice=notice, other=revision.older, own_id=new, upper=there.old if there else None, by=by.name
    )
    decision = f"对应“{there.old.title}”" if there and there.old else "为新增"
    return ActionResult(
        words=f"“{_get_row_title(mine)}”{decision}"[:MAX_LOG_CHARACTERS], facts={"new": new, "old": old}
    )


def _save_pairings(notice: Notice, lines: Iterable[RowLine], by: Actor, text: str = "") -> None:
    """Store the decision that these lines correspond as shown."""
    older = notice.amends_id
    assert older is not None
    existing = {
        (stored.own_id, stored.upper_id): stored for stored in Pairing.objects.filter(notice=notice, other=older)
    }
    new_pairings: list[Pairing] = []
    for line in lines:
        sides = line.new.pk if line.new else None, line.old.pk if line.old else None
        pairing = existing.get(sides)
        if pairing is None:
            pairing = Pairing(notice=notice, other_id=older, own_id=sides[0], upper_id=sides[1])
            new_pairings.append(pairing)
        pairing.seen, pairing.by, pairing.words = line.seen, by.name, text[:200]
        if pairing.pk:
            pairing.save()
    Pairing.objects.bulk_create(new_pairings, batch_size=500)


def _get_row_title(line: RowLine) -> str:
    """Return the title of the new row, else of the old one."""
    row = line.new or line.old
    return row.title if row else ""
