"""Record findings of external inspections and compare them with our own runs."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.rows import cached_in_batch, insert_row
from gongkai.core.ledger.models import Rectification
from gongkai.core.ledger.rectification import FoundFault, check_not_ordered, order_rectification
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets import Sheet
from gongkai.core.spreadsheets import sheet as sheets
from gongkai.core.spreadsheets.cells import choice, format_value, parse_day, parse_with, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.forms import base
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, is_above, list_actor_bodies
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.lib.chinese.typed_values import parse_decimal
from gongkai.oversight.inspection import queries
from gongkai.oversight.inspection.actions import DEFAULT_RECTIFICATION_DAYS
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, OutsideFinding, RunState, Weight
from gongkai.oversight.inspection.rules import check_inspector

WEIGHTS_BY_LABEL = {label: value for value, label in Weight.choices}


@register_visible_to(OutsideFinding)
def visible_to(user: object) -> QuerySet[OutsideFinding]:
    """Return the external findings on sites visible to the user."""
    return OutsideFinding.objects.filter(site__in=queries.visible_to(user)).select_related("site__body")


def _check_recorder(by: Actor, body: Body) -> list[str]:
    return [] if is_above(by, body) else ["第三方检查结果由政务公开办登记。"]


def _check_orderer(by: Actor, row: OutsideFinding) -> list[str]:
    return check_inspector(by, row.site)


def _check_remover(by: Actor, row: OutsideFinding) -> list[str]:
    """Return reasons unless the user may remove this finding of others."""
    if reasons := _check_orderer(by, row):
        return reasons
    return check_clears_other_unit(by, row.site.body, "删除对本单位网站的检查结果") if row.site.body else []


@action("inspection.enter_outside", label="登记第三方检查结果", rule=_check_recorder, quiet=True)
def record_external_finding(
    body: Body,
    *,
    by: Actor,
    site: InspectedSite,
    on: date,
    inspector: str,
    weight: str,
    what: str = "",
    url: str = "",
    score: Decimal | None = None,
) -> ActionResult:
    """Record one line of an external inspection: a problem, or that none was found.

    `body` is the government that commissioned the inspection.
    """
    if reasons := check_inspector(by, site):
        raise Refused(reasons)
    if on > timezone.localdate():
        raise Refused("检查日期晚于今天，请核对。")
    if (weight == Weight.NONE) != (not what.strip()):
        raise Refused("请写明发现的问题；没有发现问题的，类别选“没有发现问题”，问题不填。")
    row = insert_row(
        OutsideFinding(
            site=site,
            on=on,
            inspector=inspector.strip(),
            weight=weight,
            what=what.strip(),
            url=url.strip(),
            score=score,
        )
    )
    return ActionResult(
        words=f"{row.inspector}{on:%Y-%m-%d}检查：{row.what or row.get_weight_display()}"[:300], result=row
    )


@action("inspection.remove_outside", label="删除", rule=_check_remover)
def remove_external_finding(row: OutsideFinding, *, by: Actor) -> ActionResult:
    """Remove an external finding that was entered by mistake."""
    text = f"删除{row}"
    row.delete()
    return ActionResult(words=text)


def _find_rectification_order(row: OutsideFinding) -> Rectification | None:
    ordered = Rectification.objects.filter(source=queries.INSPECTION_SOURCE, source_ref=_make_reference(row))
    return ordered.select_related("entry").order_by("-pk").first()


def _make_reference(row: OutsideFinding) -> str:
    return f"outside/{row.pk}"


def _check_orderable(row: OutsideFinding) -> list[str]:
    """Return the Chinese reasons why no rectification can be ordered."""
    if row.weight == Weight.NONE:
        return ["没有发现问题，不需要整改。"]
    if row.site.body is None:
        return [f"“{row.site.name}”没有登记责任单位，请先在检查的网站里登记，再下达整改要求。"]
    return check_not_ordered(queries.INSPECTION_SOURCE, _make_reference(row))


@action("inspection.order_outside", label="下达整改要求", rule=_check_orderer, ready=_check_orderable)
def order_external_finding(row: OutsideFinding, *, by: Actor, demand: str, until: date) -> ActionResult:
    """Order the unit of the site to rectify an external finding, and return the new ledger entry (W-05)."""
    assert row.site.body is not None  # `_check_orderable` guarantees it
    fault = FoundFault(
        source=queries.INSPECTION_SOURCE,
        ref=_make_reference(row),
        title=f"{row.site.name}：{row.what}"[:300],
        what=row.what,
        demand=demand.strip(),
        basis=f"{row.inspector}{row.on:%Y-%m-%d}的检查",
        address=row.url or row.site.address,
        facts={"检查": f"{row.inspector}，{row.on.isoformat()}", "类别": row.get_weight_display()},
    )
    entry = order_rectification(row.site.body, by=by, found=fault, until=until)
    return ActionResult(
        words=f"对“{row.what[:100]}”下达整改要求（{entry.number}）", facts={"entry": entry.pk}, result=entry
    )


def _describe_order(row: OutsideFinding) -> str:
    order = _find_rectification_order(row)
    return f"{order.entry.number}（{order.entry.state_label}）" if order else ""


def get_own_run(row: OutsideFinding) -> InspectionRun | None:
    """Return our newest finished run of the finding's site in the quarter of the finding, or None."""
    first_day = date(row.on.year, (row.on.month - 1) // 3 * 3 + 1, 1)
    next_quarter = date(row.on.year + first_day.month // 10, (first_day.month + 2) % 12 + 1, 1)
    runs = row.site.runs.filter(state=RunState.DONE, today__gte=first_day, today__lt=next_quarter)
    return runs.order_by("-pk").first()


def describe_own_run(row: OutsideFinding) -> str:
    """Return a sentence on our own inspection in the quarter of an external finding."""
    run = get_own_run(row)
    if run is None:
        return "本季度没有检查"
    verdict = f"{run.today:%Y-%m-%d}：{run.verdict}，{run.score:g}分"
    if not row.url:
        return verdict
    count = run.findings.filter(url=row.url).count()
    return f"{verdict}；这个网址{f'发现{count}处问题' if count else '没有发现问题'}"


def _list_governments(by: Actor) -> QuerySet[Body, Body]:
    return list_actor_bodies(by, roles=(), supervising=(Role.CHIEF,)).filter(kind__in=GOVERNING_KINDS)


class OutsideFindingRegister(Register[OutsideFinding]):
    """Register of external findings by site and day, next to our own runs."""

    name, model, title = "inspection.outside", OutsideFinding, "第三方检查结果"
    section = (("网站检查", "inspection:overview"),)
    columns = (
        "on",
        "site",
        "inspector",
        "weight",
        "what",
        "url",
        Column("score", at=FILE_AND_RECORD),
        Column("beside", "本系统同季度的检查", value=describe_own_run),
        Column("order", "整改", value=_describe_order, order="", at=frozenset({"record"})),
    )
    main = "what"
    filters = (YearFilter("on"), "site", "weight")
    search_fields = ("what", "url", "inspector")
    intro = "上级机关和第三方每季度的检查结果，逐条登记或者用表格导入，与本系统同一季度的检查对照。"
    empty = "还没有登记第三方检查结果。"
    new = New(
        action=record_external_finding,
        label="登记",
        targets=_list_governments,
        target_label="本级政府",
        offers={"site": lambda by, row: queries.visible_to(by).filter(queries.make_inspected_condition())},
        fields=("site", "on", "inspector", "weight", "what", "url", "score"),
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=order_external_finding,
            asks={"demand": base.words_field("整改要求", rows=3), "until": YearCheckedDateField(label="整改期限")},
            when=lambda row: row.weight != Weight.NONE and _find_rectification_order(row) is None,
            initial=lambda by, row: {"until": timezone.localdate() + timedelta(days=DEFAULT_RECTIFICATION_DAYS)},
            done="已下达整改要求。",
            then=lambda entry: entry.url,
        ),
        Act(action=remove_external_finding, quick=True, done="已删除。"),
    )
    importer = "outside_findings"


def _parse_score(value: object) -> Decimal | None:
    """Return the score in a cell; None if blank.

    Raises:
        BadCell: it is no number from 0 to 200 with two decimals.
    """
    text = format_value(value).removesuffix("分")
    score = parse_with(parse_decimal, text)
    if score is not None and (not 0 <= score <= 200 or round(score, 2) != score):
        raise sheets.BadCell(f"“{text[:20]}”不是得分", "请填写0至200的数字，最多两位小数")
    return score


EXTERNAL_FINDINGS_SHEET = Sheet(
    "第三方检查结果",
    (
        sheets.Column(
            "site",
            "网站",
            short_text(300),
            required=True,
            width=30,
            also=("网站名称", "首页网址"),
            write=lambda row: row.site.name,
        ),
        sheets.Column("on", "检查日期", parse_day, required=True, width=12),
        sheets.Column("inspector", "检查单位", short_text(120), required=True, width=24, also=("第三方机构",)),
        sheets.Column(
            "weight",
            "类别",
            choice(WEIGHTS_BY_LABEL),
            required=True,
            width=14,
            choices=tuple(WEIGHTS_BY_LABEL),
            write=lambda row: row.get_weight_display(),
        ),
        sheets.Column("what", "问题", short_text(300), width=50, also=("问题描述", "存在问题")),
        sheets.Column("url", "网址", short_text(1000), width=40, also=("问题网址", "链接")),
        sheets.Column("score", "得分", _parse_score, width=8),
    ),
    max_rows=5000,
    intro="每行一个问题；没有发现问题的网站写一行，类别填“没有发现问题”。网站填登记的名称或者首页网址。",
)


class OutsideFindingsImporter(Importer):
    """Import and export of findings of external inspections."""

    makes = (OutsideFinding,)
    name, label, sheet, home = "outside_findings", "第三方检查结果", EXTERNAL_FINDINGS_SHEET, "inspection:outside"

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons against an import; only the open-government office may import."""
        return [] if by.has(Role.CHIEF) else ["只有政务公开办可以导入。"]

    def plan(self, table: sheets.Table, *, by: Actor) -> ImportPlan:
        """Return the new lines, identified by site, day, inspector, problem and address."""
        plan, sites = ImportPlan(), dict[str, InspectedSite | None]()
        for site in queries.visible_to(by):
            for name in {site.name, site.address, site.address.rstrip("/")}:
                sites[name] = None if name in sites else site
        known_keys: set[tuple[object, ...]] = set(visible_to(by).values_list("site", "on", "inspector", "what", "url"))
        for row in table.rows:
            inspected_site = sites.get(row["site"])
            if inspected_site is None:
                fault = "有几个网站登记为这个名称" if row["site"] in sites else "没有登记这个网站"
                todo = (
                    "请填写“网站检查”里登记的首页网址"
                    if row["site"] in sites
                    else "请填写“网站检查”里登记的名称或者首页网址"
                )
                plan.errors.append(row.error(EXTERNAL_FINDINGS_SHEET, "site", fault, todo))
                continue
            facts = {name: row[name] or "" for name in ("inspector", "weight", "what", "url")} | {
                "on": row["on"],
                "score": row["score"],
            }
            if row["on"] > timezone.localdate():
                plan.errors.append(row.error(EXTERNAL_FINDINGS_SHEET, "on", "检查日期晚于今天", "请核对日期"))
            elif (facts["weight"] == Weight.NONE) != (not facts["what"]):
                plan.errors.append(
                    row.error(
                        EXTERNAL_FINDINGS_SHEET,
                        "what",
                        "问题与类别不一致",
                        "没有发现问题的，类别填“没有发现问题”，问题不填",
                    )
                )
            elif (
                key := (inspected_site.pk, facts["on"], facts["inspector"], facts["what"], facts["url"])
            ) in known_keys:
                plan.same += 1
            else:
                known_keys.add(key)
                differences = (Difference("问题", "", str(facts["what"] or "没有发现问题")),)
                plan.changes.append(
                    RowChange(row.number, inspected_site.name, None, differences, {"site": inspected_site, **facts})
                )
        return plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Record the finding of one row (Refused: the actor is no 政务公开办)."""
        facts = dict(change.facts)
        government = cached_in_batch(("outside", by), lambda: _list_governments(by).order_by("path").first())
        if government is None:
            raise Refused("只有政务公开办可以导入。")
        record_external_finding(government, by=by, **facts)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return the reasons against undoing the import."""
        assert isinstance(row, OutsideFinding)
        return _check_remover(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the findings visible to the user."""
        return visible_to(by).order_by("on", "pk").iterator(500)


OUTSIDE_FINDINGS_IMPORTER = OutsideFindingsImporter()
