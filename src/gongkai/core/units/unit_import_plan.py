"""Plan the import of a unit spreadsheet: match by full name, check each cell, order parents first."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Prefetch

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.importers import Difference, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Row, Sheet, Table
from gongkai.core.spreadsheets.writer import cell_value
from gongkai.core.units.models import Body, BodyKind, Office
from gongkai.core.units.naming import AREA_BODY_KINDS
from gongkai.core.units.naming.spelling import clean_name
from gongkai.lib.chinese import lazy_re as re

#: Contact details of the office that receives requests, and the court for disputes.
REQUEST_CONTACT_FIELDS = ("disclosure_office", "postcode", "fax", "email", "court")
_PLAIN_COLUMNS = (
    "short_name",
    "kind",
    "level",
    "code",
    "position",
    "phone",
    "address",
    "hours",
    *REQUEST_CONTACT_FIELDS,
    "active_from",
)


#: Endings of names that determine the kind of a new unit if the sheet gives none.
_KIND_BY_ENDING = (
    (re.compile(r"[乡镇](?:人民)?政府$"), BodyKind.TOWNSHIP),
    (re.compile(r"街道办(?:事处)?$"), BodyKind.SUBDISTRICT),
    (re.compile(r"(?:管委会|管理委员会)$"), BodyKind.COMMITTEE),
    (re.compile(r"政府办公[室厅]$"), BodyKind.GENERAL_OFFICE),
    (re.compile(r"[县区旗市]人民政府$"), BodyKind.DISTRICT),
)


def guess_kind(name: str) -> str:
    """Guess the kind of a new unit from the ending of its name.

    >>> guess_kind("青禾县柳溪镇人民政府"), guess_kind("青禾县教育局")
    ('township', 'department')
    """
    return next((str(kind.value) for end, kind in _KIND_BY_ENDING if end.search(name)), str(BodyKind.DEPARTMENT.value))


@dataclass(slots=True)
class _ImportIndex:
    """Names and codes of stored and imported bodies, by which rows are checked.

    `home` is the government of new units that name none. `bodies` and `coming` (rows of the file) are by full name,
    `governments` by any name and `codes` by code give the full name of a body.
    """

    home: str = ""

    bodies: dict[str, Body] = field(default_factory=dict)
    #: (full name of the parent, a name) maps to the full name of the body with that name.
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    governments: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    coming: dict[str, Row] = field(default_factory=dict)


def plan_rows(
    table: Table,
    sheet: Sheet,
    *,
    by: Actor,
    check_permission: Callable[[Actor, Body | None], list[str]],
    home: str = "",
) -> ImportPlan:
    """Return the import plan of all rows.

    Args:
    table: the rows read from the file.
    sheet: the declared columns.
    by: who imports.
    check_permission: returns the reasons why the actor may not change a unit.
    home: full name of the government of new units that name none, or "".
    """
    index, plan = _build_index(), ImportPlan()
    index.home = home
    for row in table.rows:
        name = clean_name(row["name"])
        if name in index.coming:
            first_row = index.coming[name].number
            plan.errors.append(row.error(sheet, "name", f"与第{first_row}行重复", "请只保留一行"))
        else:
            index.coming[name] = row
    _index_new_governments(index)
    changes = []
    for name, row in index.coming.items():
        errors: list[CellError] = []
        change = _plan_change(row, index, sheet, by, check_permission, errors)
        plan.errors += errors
        if not errors and change is not None:
            changes.append((name, change))
        elif not errors:
            plan.same += 1
    plan.changes = _sort_parents_first(changes, index, sheet, plan)
    return plan


def _build_index() -> _ImportIndex:
    """Return the names, codes and governments of the units, by which an import is checked."""
    index = _ImportIndex()
    offices = Prefetch("offices", queryset=Office.objects.all())
    for body in Body.objects.select_related("parent").prefetch_related("aliases", offices):
        index.bodies[clean_name(body.name)] = body
        if body.code:
            index.codes[body.code] = body.name
        if not body.alive:
            continue
        government_name = body.parent.name if body.parent else ""
        names = {body.name, body.short_name, *(alias.name for alias in body.aliases.all())} - {""}
        for name in names:
            index.names[government_name, clean_name(name)] = body.name
            if body.kind in AREA_BODY_KINDS:
                index.governments[clean_name(name)] = body.name
    return index


def _index_new_governments(index: _ImportIndex) -> None:
    """Add the governments that the file registers to the index."""
    for name, row in index.coming.items():
        if name not in index.bodies and (row["kind"] or guess_kind(row["name"])) in AREA_BODY_KINDS:
            for new_name in {row["name"], row["short_name"] or ""} - {""}:
                index.governments.setdefault(clean_name(new_name), row["name"])


def _plan_change(
    row: Row,
    index: _ImportIndex,
    sheet: Sheet,
    by: Actor,
    check_permission: Callable[[Actor, Body | None], list[str]],
    errors: list[CellError],
) -> RowChange | None:
    """Return what a row changes; None if nothing, or if it has errors (added to `errors`)."""
    body = index.bodies.get(clean_name(row["name"]))
    if body is not None and not body.alive:
        errors.append(row.error(sheet, "name", "这个单位已撤销或已并入其他单位", "请删去这一行，或先恢复单位"))
        return None
    parent = _find_parent(row, body, index, sheet, errors)
    if errors:
        return None
    aliases, offices = _list_new_names(row, body, "aliases"), _list_new_names(row, body, "offices")
    _check_names(row, parent, aliases, index, sheet, errors)
    differences = _list_differences(row, body, sheet)
    facts = {"row": row, "parent": parent, "fields": bool(differences), "aliases": aliases, "offices": offices}
    for key, names in (("aliases", aliases), ("offices", offices)):
        if names:
            differences.append(Difference(sheet.column(key).head, "", "增加" + "、".join(names)))
    if body is not None and not differences:
        return None
    target = body if body is not None else index.bodies.get(clean_name(parent))
    is_root = body is None and not parent
    if (target is not None or is_root) and (reasons := check_permission(by, target)):
        errors.append(row.error(sheet, "name", reasons[0].rstrip("。"), "请删去这一行，或请有权限的人员导入"))
        return None
    return RowChange(row.number, row["name"], body, tuple(differences), facts)


def _find_parent(row: Row, body: Body | None, index: _ImportIndex, sheet: Sheet, errors: list[CellError]) -> str:
    """Return the name of the government above a unit: the row's, else the present one or, for a new unit, the
    importer's; "" for a unit without one. Faults are added to `errors`."""
    parent_name = row["parent"] or ""
    present_parent = body.parent.name if body is not None and body.parent else ""
    if not parent_name:
        if body is None and index.home and row["kind"] != BodyKind.GOVERNMENT:
            return index.home
        if body is None and row["kind"] != BodyKind.GOVERNMENT:
            errors.append(row.error(sheet, "parent", "没有填写所属政府", "新增单位须填写，如：云岭市人民政府"))
        return present_parent
    if body is not None and clean_name(parent_name) == clean_name(present_parent):
        return present_parent
    government = index.governments.get(clean_name(parent_name))
    if government is None:
        errors.append(
            row.error(
                sheet,
                "parent",
                f"名录中没有“{parent_name}”",
                "请填写已登记的政府名称，或把它写入本表（类别填政府）",
            )
        )
        return ""
    if body is not None and government != present_parent:
        errors.append(row.error(sheet, "parent", f"与现在的所属政府“{present_parent}”不同", "改变隶属请在单位页面办理"))
    return government


def _list_new_names(row: Row, body: Body | None, key: str) -> list[str]:
    """Return the aliases or offices (`key`) of a row that the unit does not have yet."""
    entered_names = row[key] or []
    if body is None:
        return [name for name in entered_names if name not in {row["name"], row["short_name"]}]
    if key == "offices":
        present_names = {office.name for office in body.offices.all() if office.active_to is None}
    else:
        present_names = {alias.name for alias in body.aliases.all()} | {body.name, body.short_name}
    return [name for name in entered_names if name not in present_names]


def _check_names(
    row: Row, parent: str, aliases: list[str], index: _ImportIndex, sheet: Sheet, errors: list[CellError]
) -> None:
    """Add an error for each name or code of a row that another unit has, stored or in this file; note the others
    in the index."""
    pairs = [("name", row["name"]), ("short_name", row["short_name"] or "")]
    pairs += [("aliases", aliase) for aliase in aliases]
    for key, name in pairs:
        if not name:
            continue
        owner = index.names.setdefault((parent, clean_name(name)), row["name"])
        if clean_name(owner) != clean_name(row["name"]):
            errors.append(row.error(sheet, key, f"“{name}”已是“{owner}”的名称", "请改用其他写法"))
    code = row["code"] or ""
    if code:
        owner = index.codes.setdefault(code, row["name"])
        if clean_name(owner) != clean_name(row["name"]):
            errors.append(row.error(sheet, "code", f"这个代码已属于“{owner}”", "请核对；如为更名，请在单位页面办理"))


def _list_differences(row: Row, body: Body | None, sheet: Sheet) -> list[Difference]:
    """Return the plain fields that a row changes, with old and new text; for a new unit (None) all that it fills."""
    differences = []
    for key in _PLAIN_COLUMNS:
        value = row[key]
        if not row.has(key) or value in (None, ""):
            continue
        column = sheet.column(key)
        old_value = getattr(body, key) if body is not None else None
        if old_value != value:
            old_text = cell_value(column.value_of(body)) if body is not None else ""
            new_text = next((label for label in column.choices if column.read(label) == value), value)
            differences.append(Difference(column.head, str(old_text or ""), str(new_text)))
    return differences


def _sort_parents_first(
    changes: list[tuple[str, RowChange]], index: _ImportIndex, sheet: Sheet, plan: ImportPlan
) -> list[RowChange]:
    """Return the changes with governments before their units; add an error where a government is missing."""
    waiting, done = dict(changes), set(index.bodies)
    ordered: list[RowChange] = []
    while waiting:
        ready_names = [
            name
            for name, change in waiting.items()
            if not change.made or not change.facts["parent"] or clean_name(change.facts["parent"]) in done
        ]
        if not ready_names:
            for change in waiting.values():
                row: Row = change.facts["row"]
                plan.errors.append(row.error(sheet, "parent", "所属政府有误，无法登记", "请先改正所属政府那一行"))
            return ordered
        for name in ready_names:
            ordered.append(waiting.pop(name))
            done.add(name)
    return ordered
