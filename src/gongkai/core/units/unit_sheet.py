"""Importer of the unit spreadsheet (单位名录): columns, import and export."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import (
    checked_text,
    choice,
    parse_day,
    parse_mail_address,
    short_text,
    whole_number,
    words_list,
)
from gongkai.core.spreadsheets.importers import ChangeRecorder, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units import queries, rules
from gongkai.core.units.actions import add_alias, add_office, edit
from gongkai.core.units.bulk import NewBody, create_bodies
from gongkai.core.units.models import Alias, Body, BodyKind, BodyLevel, Office, Role
from gongkai.core.units.unit_import_plan import REQUEST_CONTACT_FIELDS, guess_kind, plan_rows
from gongkai.lib.chinese import lazy_re as re

_KIND_BY_LABEL = {label: value for value, label in BodyKind.choices}
#: Labels of kinds that offices use in their own spreadsheets.
_KIND_BY_SYNONYM = {
    "工作部门": BodyKind.DEPARTMENT,
    "组成部门": BodyKind.DEPARTMENT,
    "政府工作部门": BodyKind.DEPARTMENT,
    "直属机构": BodyKind.DEPARTMENT,
    "部门": BodyKind.DEPARTMENT,
    "办公室": BodyKind.GENERAL_OFFICE,
    "乡镇": BodyKind.TOWNSHIP,
    "乡": BodyKind.TOWNSHIP,
    "镇": BodyKind.TOWNSHIP,
    "街道": BodyKind.SUBDISTRICT,
    "园区": BodyKind.COMMITTEE,
    "开发区": BodyKind.COMMITTEE,
    "直属事业单位": BodyKind.INSTITUTION,
    "国企": BodyKind.ENTERPRISE,
}
_LEVEL_BY_LABEL = {label: value for value, label in BodyLevel.choices}
#: Columns that are plain fields of a body.
PLAIN_COLUMNS = (
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

_read_postcode = checked_text(6, re.compile(r"[0-9]{6}").fullmatch, "不是邮政编码，应为6位数字")
#: Columns of the unit spreadsheet.
UNITS_SHEET = Sheet(
    "单位名录",
    (
        Column(
            "name",
            "全称",
            short_text(120),
            required=True,
            width=34,
            also=("单位名称", "单位全称", "机构名称", "部门名称", "单位", "名称"),
            help="批准的全称，据此判断新增或修改；更名请在单位页面办理",
        ),
        Column("short_name", "简称", short_text(60), width=20, help="表格中使用的简称，如：市发展改革委"),
        Column(
            "kind",
            "类别",
            choice(_KIND_BY_LABEL, synonyms=_KIND_BY_SYNONYM),
            write=lambda body: body.get_kind_display(),
            choices=tuple(_KIND_BY_LABEL),
            also=("单位类别", "单位性质", "机构性质", "性质"),
            help="新增单位不填时按名称推定，如“××镇人民政府”为乡镇政府；看不出的为“政府部门”",
        ),
        Column(
            "level",
            "层级",
            choice(_LEVEL_BY_LABEL),
            write=lambda body: body.get_level_display(),
            choices=tuple(_LEVEL_BY_LABEL),
            width=8,
            help="不填时按所属政府推定",
        ),
        Column(
            "parent",
            "所属政府",
            short_text(120),
            write=lambda body: body.parent.name if body.parent else "",
            width=28,
            help="全称、简称或别名；可以是本表中的单位；不填时为本级政府。改变隶属请在单位页面办理",
        ),
        Column(
            "aliases",
            "别名",
            words_list(120),
            write=lambda body: [alias.name for alias in body.aliases.all() if alias.source != Alias.Source.FORMER],
            width=30,
            help="通知中的其他写法，用顿号分开；只增加，不删除",
        ),
        Column(
            "offices",
            "处室",
            words_list(80),
            also=("科室", "内设机构", "股室"),
            write=lambda body: [office.name for office in body.offices.all() if office.active_to is None],
            width=30,
            help="用顿号分开；只增加，不删除",
        ),
        Column("code", "统一社会信用代码", short_text(18), width=22, also=("信用代码", "机构代码")),
        Column("phone", "公开电话", short_text(60), width=18, also=("联系电话", "办公电话", "电话")),
        Column("address", "办公地址", short_text(200), width=34, also=("地址", "办公地点", "单位地址")),
        Column("hours", "办公时间", short_text(120), width=26),
        Column(
            "disclosure_office",
            "公开工作机构",
            short_text(80),
            width=24,
            help="受理政府信息公开申请的机构，在“依申请公开”页公布",
        ),
        Column("postcode", "邮政编码", _read_postcode, width=10, also=("邮编",)),
        Column("fax", "传真号码", short_text(60), width=18, also=("传真",)),
        Column("email", "电子邮箱", parse_mail_address, width=26),
        Column(
            "court",
            "行政诉讼管辖法院",
            short_text(80),
            width=24,
            help="写入答复书的救济途径；政府填写的，所属单位一并适用",
        ),
        Column("active_from", "设立日期", parse_day, width=12),
        Column("position", "排序", whole_number(maximum=1_000_000), width=8, help="数字小的在前"),
    ),
    max_rows=3000,
    intro="单位名录：以“全称”对应已有单位；表中没有的列、已有单位的空白格保持不变。",
)


def _make_body_fields(change: RowChange) -> dict[str, object]:
    row: Row = change.facts["row"]
    return {key: row[key] for key in PLAIN_COLUMNS if row.has(key) and row[key] not in (None, "")}


def _make_new_body(change: RowChange) -> NewBody:
    """Return the unit of a row that is not known yet."""
    facts = change.facts
    fields = {"kind": guess_kind(facts["row"]["name"]), **_make_body_fields(change)}
    return NewBody(facts["row"]["name"], facts["parent"], fields, facts["aliases"], facts["offices"])


def _edit_body(change: RowChange, by: Actor, recorder: ChangeRecorder) -> None:
    """Change the fields, aliases and offices of a unit as an import row requires; record them for undo."""
    body = change.target
    assert isinstance(body, Body)
    if change.facts["fields"]:
        recorder.before(body)
        body = edit(body, by=by, **_make_body_fields(change))
    for name in change.facts["aliases"]:
        recorder.made(add_alias(body, by=by, name=name))
    for name in change.facts["offices"]:
        closed_office = Office.objects.filter(body=body, name=name).first()
        if closed_office:
            recorder.before(closed_office)
        office = add_office(body, by=by, name=name)
        if not closed_office:
            recorder.made(office)


class BodyImporter(Importer):
    """Importer and exporter of units."""

    name = "units"
    label = "单位名录"
    sheet = UNITS_SHEET
    home = "units:bodies"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor is of a 政务公开办 or is an installation command."""
        allowed = getattr(by, "system", False) or by.has(Role.CHIEF)  # type: ignore[attr-defined]
        return [] if allowed else ["只有政务公开办可以导入单位名录。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the plan of the bodies that the rows would create and change, parents first."""
        return plan_rows(
            table, self.sheet, by=by, check_permission=rules.check_units_manager, home=queries.get_government_name(by)
        )

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Create all new bodies in a few statements; edit existing ones through the actions."""
        new_bodies = [_make_new_body(change) for change in changes if change.made]
        for row in create_bodies(new_bodies, by=by) if new_bodies else ():
            recorder.made(row)
        for change in changes:
            if not change.made:
                _edit_body(change, by, recorder)

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing a row: only the 政务公开办 over the unit may, and closed units stay unchanged."""
        if isinstance(row, Body) and changed is not None:
            return edit.why_not(row, by=by)
        return rules.check_units_manager(by, row.body if isinstance(row, Alias) else row)  # type: ignore[arg-type]

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the units that the actor sees, for export."""
        bodies = queries.existing_bodies(queries.visible_to(by)).select_related("parent")
        offices = Prefetch("offices", queryset=Office.objects.order_by("position", "pk"))
        return bodies.prefetch_related("aliases", offices).order_by("path")


#: The importer of the unit spreadsheet.
BODY_IMPORTER = BodyImporter()
