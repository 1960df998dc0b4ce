"""Register the app's components at start-up, and define its jobs, followers and importer.

The importer enters figures of table two that have no rows, for all units of an area on one sheet.
The figures come from law enforcement and non-tax revenue statistics. Users may import the rows
of reports that they may edit.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Model, Q
from django.utils import timezone

from gongkai.content.editions.erasure import ERASURE_HANDLERS
from gongkai.content.editions.models import Document, EditionEffect
from gongkai.content.editions.sources import register_source
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.following import ActionEvent, CatchUpJob, follow_actions
from gongkai.core.acts.insert_only import register_insert_only
from gongkai.core.acts.rows import list_related_rows
from gongkai.core.ledger import kinds
from gongkai.core.ledger.audit import register_check
from gongkai.core.ledger.jobs import PeriodicJob, register_job
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.spreadsheets import cells, importers
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.chinese.typed_values import parse_decimal
from gongkai.lib.law import annual_form as form
from gongkai.oversight.annual import actions, erasure, forms, page
from gongkai.oversight.annual.actions import close_published_report, open_reports, reopen_after_review
from gongkai.oversight.annual.actions.report_content import find_open_problems
from gongkai.oversight.annual.checks import verify_submissions
from gongkai.oversight.annual.form import FIGURE_LIMIT, Number, format_figure, to_number
from gongkai.oversight.annual.models import EnteredFigure, Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import list_corrected_units
from gongkai.oversight.annual.source import find_report
from gongkai.oversight.annual.states import (
    ACCEPTED_STATES,
    CORRECTION_STATES,
    EDITABLE_STATES,
    KIND,
    REPORT_KIND,
    REVIEWING_STATES,
)

#: Column of the sheet → key of its figure.
FIGURES_BY_COLUMN = {row: f"table2/{row}/value" for row in form.TABLE2_VALUES}
_MONEY_ROWS = {form.DECIMAL_ROW}


def _parse_amount(value: object) -> Decimal | None:
    """Return the amount in 10,000 yuan, None if empty (BadCell: not an amount)."""
    amount = cells.parse_with(parse_decimal, value)
    if amount is not None and (not 0 <= amount < FIGURE_LIMIT or amount != round(amount, 6)):
        raise BadCell(f"不是金额：“{cells.format_value(value)[:20]}”", "填写以万元为单位、不小于0的数，如 12.5")
    return amount


FIGURES_SHEET = Sheet(
    "年度报告许可处罚收费数据",
    (
        Column("year", "报告年度", cells.whole_number(minimum=2021, maximum=2100), required=True, width=10),
        Column("body", "单位", cells.short_text(120), required=True, width=30, help="单位全称或者简称"),
        *(
            Column(
                row,
                f"{name}（万元）" if row in _MONEY_ROWS else name,
                _parse_amount if row in _MONEY_ROWS else cells.whole_number(maximum=FIGURE_LIMIT - 1),
                width=18,
                help="不填的不改动；没有的填0",
            )
            for row, name in form.TABLE2_VALUES.items()
        ),
        Column("source", "数据来源", cells.short_text(300), width=36, help="如行政执法统计年报、财政非税收入系统"),
    ),
    intro="表二中行政许可、行政处罚、行政强制和行政事业性收费，按本年处理决定数量和收费金额填写，一行一个单位。先布置年度报告，再导入。",
)


class FiguresImporter(Importer):
    """Importer of entered figures of many reports; unchanged figures are skipped."""

    name = "annual_figures"
    holds = ("entry",)
    label = "年度报告许可、处罚、收费数据"
    sheet = FIGURES_SHEET
    home = "annual:list"

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons against an import; the user must be allowed to edit reports."""
        allowed = by.system or by.has(Role.CLERK, Role.LEAD, Role.SIGNER, Role.CHIEF)
        return [] if allowed else ["只有各单位和政务公开办可以导入年度报告数据。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the figures to be entered; blank cells change nothing."""
        plan = ImportPlan(notes=["空白的格不改动现有数据。"])
        bodies = map_names_to_bodies(by)
        years = {row["year"] for row in table.rows}
        rows = Report.objects.filter(year__in=years).select_related("entry__body", "body")
        reports = {
            (yearly_report.body_id, yearly_report.year): yearly_report
            for yearly_report in rows.prefetch_related("entered")
        }
        planned_keys: set[int] = set()
        visible_ids = set(reports_visible_to(by).filter(year__in=years).values_list("pk", flat=True))
        for row in table.rows:
            body = bodies.get(row["body"])
            report = reports.get((body.pk, row["year"])) if body else None
            if report is not None and report.pk in visible_ids and not _map_changed_figures(row, report):
                plan.same += 1
                continue
            is_repeated = report is not None and report.pk in planned_keys
            if wrong := _find_row_error(row, report, by, is_known=body is not None, again=is_repeated):
                plan.errors.append(row.error(FIGURES_SHEET, *wrong))
                continue
            assert report is not None
            planned_keys.add(report.pk)
            self._plan_report(plan, row, report)
        return plan

    def _plan_report(self, plan: ImportPlan, row: Row, report: Report) -> None:
        """Plan the changed figures of one row; without a data source the row becomes an error."""
        changed = _map_changed_figures(row, report)
        if not changed:
            plan.same += 1
            return
        if not str(row["source"] or "").strip():
            plan.errors.append(row.error(FIGURES_SHEET, "source", "没有写数据来源", "如行政执法统计年报"))
            return
        heads = {
            FIGURES_BY_COLUMN[column.key]: column.head
            for column in FIGURES_SHEET.columns
            if column.key in FIGURES_BY_COLUMN
        }
        differences = tuple(
            Difference(heads[key], format_figure(stored_value), format_figure(value))
            for key, (stored_value, value) in changed.items()
        )
        figures = {key: value for key, (_, value) in changed.items()}
        facts = {"figures": figures, "source": row["source"], "entry": report.entry}
        plan.changes.append(RowChange(row.number, str(report), report, differences, facts))

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Enter the figures of one report."""
        report = change.target
        assert isinstance(report, Report)
        figures, known = change.facts["figures"], set()
        for row in list_related_rows(EnteredFigure, report, "entered"):
            if row.key in figures:
                known.add(row.key)
                recorder.before(row)
        actions.enter_figures(change.facts["entry"], by=by, figures=figures, source=change.facts["source"])
        for row in list_related_rows(EnteredFigure, report, "entered"):
            if row.key in figures and row.key not in known:
                recorder.made(row)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return the reasons against undoing; the user must be allowed to edit the report."""
        if not isinstance(row, EnteredFigure):
            return []
        entry = Entry.objects.select_related("body").get(pk=row.report_id)
        return ACTIONS_BY_NAME[f"{KIND}.drop"].why_not(entry, by=by)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the reports visible to the user, newest year first, with entered figures."""
        reports = reports_visible_to(by).order_by("-year", "-area", "body__position", "body__pk")
        for report in reports.prefetch_related("entered"):
            entered = {row.key: row for row in report.entered.all()}
            values = {column: _get_entered_value(entered.get(key)) for column, key in FIGURES_BY_COLUMN.items()}
            sources = dict.fromkeys(entered[key].source for key in FIGURES_BY_COLUMN.values() if key in entered)
            yield {"year": report.year, "body": report.body.name, **values, "source": "；".join(sources)[:300]}


def _get_entered_value(row: EnteredFigure | None) -> int | Decimal | None:
    return to_number(row.value) if row else None


def _map_changed_figures(row: Row, report: Report) -> dict[str, tuple[Number | None, Number]]:
    """Return key → (stored, new value) of the figures that a row changes; blank cells change nothing."""
    stored_figures = {figure.key: to_number(figure.value) for figure in report.entered.all()}
    row_figures = {key: to_number(row[column]) for column, key in FIGURES_BY_COLUMN.items() if row[column] is not None}
    return {
        key: (stored_figures.get(key), value) for key, value in row_figures.items() if stored_figures.get(key) != value
    }


def _find_row_error(
    row: Row, report: Report | None, by: Actor, *, is_known: bool, again: bool
) -> tuple[str, str, str] | None:
    """Return (column, error, remedy) of a row that cannot be imported; None for others.

    `is_known`: its unit exists; `again`: an earlier row names the same report.
    """
    if not is_known:
        return "body", f"没有单位“{row['body']}”", "请填写单位名录中的名称"
    if report is None:
        return "body", f"{row['body']}没有{row['year']}年度报告", "请先布置年度报告"
    if again:
        return "body", f"{row['body']}{row['year']}年度在表中不止一行", "请合并为一行"
    if against := ACTIONS_BY_NAME[f"{KIND}.fill"].why_not(report.entry, by=by):
        return "body", against[0].rstrip("。"), "请只保留可以填报的单位"
    return None


FIGURES_IMPORTER = FiguresImporter()


#: Month from which reports of the ending year are requested.
FIRST_OPENING_MONTH = 12


def close_on_publication(happened: ActionEvent) -> None:
    """Close a published report; scheduled ones are closed by the job."""
    _close_report(happened.target)


def _close_report(report: Report) -> int:
    """Close a report once it is public; return 1 if it was closed, else 0."""
    fresh = Report.objects.select_related("entry").get(pk=report.pk)
    moment = _get_publication_time(fresh) if fresh.entry.state in ACCEPTED_STATES | REVIEWING_STATES else None
    if moment is None:
        return 0
    close_published_report(fresh.entry, by=SYSTEM, at=moment)
    return 1


def _get_publication_time(report: Report) -> datetime | None:
    """Return since when the report (in a correction: its corrected edition) is public, None if it is not yet."""
    moment = timezone.now()
    document = Document.objects.filter(source=report.stream, published_at__lte=moment).first()
    if document is None or report.entry.state not in CORRECTION_STATES:
        return document.published_at if document else None
    submission = report.submissions.order_by("-number").first()
    editions = document.editions.filter(
        act=EditionEffect.PUBLISH, visible_from__lte=moment, made_at__gte=submission.at if submission else moment
    )
    edition = editions.order_by("-number").first()
    return edition.visible_from if edition else None


def reopen_on_return(happened: ActionEvent) -> None:
    """Reopen a report whose review was returned or recalled."""
    review = happened.target
    name, _, number = str(getattr(review, "source", "")).partition("/")
    if not isinstance(review, Review) or name != "annual" or not number.isdecimal():
        return
    report = Report.objects.select_related("entry").filter(pk=int(number), entry__state__in=REVIEWING_STATES).first()
    if report:
        reopen_after_review(report.entry, by=SYSTEM, words=f"{happened.action.label}：{happened.step.words}"[:500])


def close_published_reports() -> Mapping[str, int]:
    """Close reports whose publication time has come, as a job."""
    rows = Report.objects.filter(entry__state__in=ACCEPTED_STATES | REVIEWING_STATES).select_related("entry")
    return {"published": sum(_close_report(report) for report in rows)}


def open_missing_reports(today: date | None = None) -> Mapping[str, int]:
    """From December to March, open the year's reports that governments with a chief still lack, as a job."""
    day = today or timezone.localdate()
    year = day.year if day.month >= FIRST_OPENING_MONTH else day.year - 1
    if FIRST_OPENING_MONTH > day.month > 3:
        return {"opened": 0}
    chiefs = Appointment.objects.filter(in_force_q(day), role=Role.CHIEF)
    staffed = Q(pk__in=chiefs.values("body")) | Q(
        pk__in=chiefs.filter(body__kind=BodyKind.GENERAL_OFFICE).values("body__parent")
    )
    opened = 0
    for government in Body.objects.filter(staffed, kind__in=GOVERNING_KINDS, active_to=None):
        # Asked for each: a government's report may just have been opened with those of the government above.
        if not Report.objects.filter(year=year, body=government).exists():
            opened += len(open_reports(government, by=SYSTEM, year=year))
    return {"opened": opened}


MAX_PANEL_ITEMS = 10


def make_report_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of a report on its entry: problems, submissions, review and public URL.

    None if the user may not see the report.
    """
    report = reports_visible_to(by).filter(pk=entry.pk).first()
    if report is None:  # all staff may see the entry, not the report's pages
        return None
    still = find_open_problems(report) if entry.state in EDITABLE_STATES else []
    document = Document.objects.filter(source=report.stream).first()
    address = document.addresses.filter(current=True).first() if document and document.published_at else None
    return {
        "report": report,
        "open": entry.state in EDITABLE_STATES,
        "problems": still[:MAX_PANEL_ITEMS],
        "more": max(len(still) - MAX_PANEL_ITEMS, 0),
        "submissions": list(report.submissions.all()),
        "corrections": list(report.corrections.all()),
        "changed_since": [] if entry.state in EDITABLE_STATES else list_corrected_units(report),
        "review": Review.objects.filter(source=report.stream).order_by("-pk").first(),
        "address": address,
        "desk": make_source_desk(report, by, back=get_entry_url(entry), own_ways=True)
        if report.submissions.exists()
        else None,
    }


def register_all() -> None:
    """Register this app's kinds, forms, panels, importers, checks and jobs."""

    register_insert_only("annual", "Submission", blanked_if=erasure.SUBMISSION_BLANKED_CONDITION)
    ERASURE_HANDLERS.append(erasure.REPORT_ERASURE_HANDLER)
    kinds.register_entry_kind(REPORT_KIND)
    forms.register_forms()
    register_source("annual", find_report)
    due = CatchUpJob("annual", "年度报告公布情况", close_published_reports, 9)
    follow_actions("publishing.publish", close_on_publication, target_classes=Report, due=due)
    follow_actions(("publishing.return_review", "publishing.recall"), reopen_on_return)
    register_job(PeriodicJob("annual_reports", "布置年度报告", open_missing_reports, 31))
    register_check("annual", "年度报告报送内容", verify_submissions)
    register_panel(EntryPanel(KIND, "annual/panel.html", make_report_panel, kinds={KIND}, position=120))
    importers.register_importer(FIGURES_IMPORTER)
    register_block(
        HomeBlock(
            KIND,
            96,
            page.make_pending_block,
            "annual/block.html",
            once=("own", "corrected"),
            parts=("unasked", "own", "corrected", "earlier"),
            needs=page.list_required_rows,
        )
    )
