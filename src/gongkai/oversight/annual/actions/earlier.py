"""Import, confirm and delete reports of earlier years."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.oversight.annual.checks import find_table_problems
from gongkai.oversight.annual.form import from_tables
from gongkai.oversight.annual.models import EarlierReport
from gongkai.oversight.annual.rules import check_earlier_report_confirmer, check_report_editor

#: First possible year: the regulation (条例) came into force on 1 May 2008.
FIRST_REPORT_YEAR = 2008


@action("annual_report.keep_earlier", label="导入往年报告", rule=check_report_editor)
def import_earlier_report(
    body: Body,
    *,
    by: Actor,
    year: int,
    tables: Mapping[str, object],
    name: str,
    stored: StoredFile,
    address: str = "",
    published_on: date | None = None,
) -> ActionResult:
    """Import or replace the figures of an earlier year's report, and return it.

    It must then be confirmed (again). `tables`: as in `EarlierReport`; `name`: of the file; `address`: public URL.
    """
    if not FIRST_REPORT_YEAR <= year < timezone.localdate().year:
        raise Refused(f"往年报告的年度应在{FIRST_REPORT_YEAR}年至{timezone.localdate().year - 1}年之间。")
    if not tables:
        raise Refused("文件里没有读到年度报告的表格，请换成原来的 Word 文件，或者把数字填在页面上。")
    report, is_new = EarlierReport.objects.update_or_create(
        body=body,
        year=year,
        defaults={
            "tables": dict(tables),
            "name": name[:200],
            "stored": stored,
            "address": address.strip()[:500],
            "published_on": published_on,
            "by": by.name,
            "person": by.person_id,
            "confirmed_by": "",
            "confirmed_at": None,
        },
    )
    table_faults = [
        problem.said
        for problem in find_table_problems(from_tables(tables), None)
        if not problem.mark.startswith("missing")
    ]
    return ActionResult(
        words=f"{'导入' if is_new else '更新'}{body.name}{year}年度报告（{name}）"
        + (f"，原报告有{len(table_faults)}处勾稽不符" if table_faults else ""),
        facts={"year": year, "tables": sorted(tables), "digest": stored.pk, "wrong": table_faults[:20]},
        stream=report.stream,
        result=report,
    )


def digest_earlier_report(report: EarlierReport) -> str:
    """Return a digest of the facts that a second person confirms: file (hence figures), URL, day of publication."""
    return digest(
        canonical_json({"file": report.stored_id, "address": report.address, "on": str(report.published_on or "")})
    )


def _check_unconfirmed(report: EarlierReport) -> list[str]:
    """Return the reason if a report of an earlier year is confirmed already."""
    return ["已经复核过。"] if report.confirmed_at else []


@action(
    "annual_report.confirm_earlier", label="复核往年报告", rule=check_earlier_report_confirmer, ready=_check_unconfirmed
)
def confirm_earlier_report(report: EarlierReport, *, by: Actor, seen: str | None = None) -> ActionResult:
    """Confirm, as a second person, the address, day and figures of an imported report.

    Its address is then public. `seen` is the digest shown to the user; the action is refused if the
    report was imported again since.
    """
    if seen is not None and seen != digest_earlier_report(report):
        raise Refused("报告刚被重新导入，请刷新页面，看过以后再复核。")
    report.confirmed_by, report.confirmed_at = by.name, timezone.now()
    report.save(update_fields=["confirmed_by", "confirmed_at"])
    return ActionResult(
        words=f"复核{report.body.name}{report.year}年度报告，列入年报页面",
        facts={"year": report.year, "digest": report.stored_id, "address": report.address},
        stream=report.stream,
        result=report,
    )


@action("annual_report.drop_earlier", label="删除往年报告", rule=check_report_editor)
def delete_earlier_report(report: EarlierReport, *, by: Actor, reason: str) -> ActionResult:
    """Delete a wrongly imported report; the log keeps a record."""
    reason = require_text(reason, "请写明删除的原因。", 2)
    stream = report.stream
    EarlierReport.objects.filter(pk=report.pk).delete()
    return ActionResult(
        words=reason, facts={"year": report.year, "digest": report.stored_id}, stream=stream, result=report.body
    )
