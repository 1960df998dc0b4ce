"""Measure how imported rows are written: statements, processor time and write lock of each importer.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.import_rows [ROWS [IMPORTER…]]

The city is changed: use a copy. Each importer gets ROWS (300) invented rows as a CSV file. The
write lock is the processor time of one transaction.
"""

import csv
import io
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

Row = dict[str, object]
_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")


def _city() -> dict[str, Any]:
    """Return names and numbers of the sample city that the rows refer to."""
    from gongkai.core.ledger.models import Entry
    from gongkai.core.units.models import Body
    from gongkai.oversight.gathering.models import Source
    from gongkai.oversight.inspection.models import InspectedSite
    from gongkai.work.participation.models import Consultation

    root = Body.objects.filter(name="云岭市人民政府").get()
    unit = Body.objects.filter(parent=root, kind="department").order_by("pk")[1]
    source = Source.objects.filter(way="manual").order_by("pk").first()
    period = Consultation.objects.order_by("-pk").first()
    site = InspectedSite.objects.filter(what="site").order_by("pk").first()
    entries = Entry.objects.filter(closed_at=None).order_by("pk")
    assert source
    assert period
    assert site
    return {
        "root": root.name,
        "unit": unit.name,
        "site": site.name,
        "collection": source.collection.name,
        "source": source.name,
        "period": period.pk,
        "period_day": period.starts_on.isoformat(),
        "entries": list(entries.values_list("number", flat=True)),
    }


def _lists(count: int) -> dict[str, list[object]]:
    """Create the objects that some importers change; return the values of each placeholder, which the rows use in turn."""
    from gongkai.content.policies.models import CleanupCase, CleanupRound, PolicyRecord, UpperLibrary
    from gongkai.core.units.models import Body
    from gongkai.lib.law import default_calendar
    from gongkai.oversight.annual.models import Report
    from gongkai.oversight.assessment.models import Evaluator, Indicator, Scheme
    from gongkai.work.consultation.models import ServiceWindow

    evaluator = Evaluator.objects.filter(ended_on=None).order_by("pk").first()
    window = ServiceWindow.objects.filter(closed_on=None).order_by("pk").first()
    cleanup = CleanupRound.objects.filter(state="open").order_by("pk").first()
    reports = list(Report.objects.filter(entry__state="drafting").select_related("body").order_by("pk"))
    assert evaluator
    assert window
    assert cleanup
    assert reports
    scheme, assessed = evaluator.round.scheme, [unit.body.name for unit in evaluator.round.units.all()]
    Scheme.objects.get_or_create(name="测试指标体系", defaults={"body": scheme.body, "state": "draft", "share": 0})
    leaves = [f"b{number}" for number in range(count // len(assessed) + 1)]
    if not Indicator.objects.filter(scheme=scheme, code=leaves[0]).exists():
        made = [Indicator(scheme=scheme, code=code, name=f"指标{code}", points=1, way="third") for code in leaves]
        evaluator.indicators.add(*Indicator.objects.bulk_create(made))
    library = UpperLibrary.objects.order_by("pk").first()
    assert library
    root = Body.objects.filter(name="云岭市人民政府").get()
    level = sorted(library.levels)[0]
    titles = [f"关于清理第{number}号文件的通知" for number in range(count)]
    if not PolicyRecord.objects.filter(title=titles[0]).exists():
        kept = [PolicyRecord(title=title, level=level, body=root, published_on=date(2020, 1, 2)) for title in titles]
        records = PolicyRecord.objects.bulk_create(kept)
        CleanupCase.objects.bulk_create([CleanupCase(round=cleanup, record=one, body=root) for one in records])
    cases = cleanup.cases.filter(record__title__in=titles[:500]).order_by("pk")
    units = list(Body.objects.filter(kind="department").values_list("name", flat=True))
    days, day = [], window.opened_on
    for _ in range(count):
        day = default_calendar().add_working_days(day, 1)
        days.append(day.isoformat())
    return {
        "nth_unit": [name for name in units for _ in range(100)],
        "nth_year": list(range(2001, 2101)),
        "round": [evaluator.round.name],
        "organisation": [evaluator.organisation],
        "assessed": [name for name in assessed for _ in leaves],
        "leaf": list(leaves),
        "report_year": [report.year for report in reports],
        "reporting": [report.body.name for report in reports],
        "case": list(cases.values_list("pk", flat=True)),
        "recorded": list(titles),
        "window": [window.name],
        "window_unit": [window.body.name],
        "workday": list(days),
    }


def _actor_for(name: str, importer: Any, by: Any) -> Any:
    """Return the importing user: the given actor, the open-government office, or the clerk of the unit that has a window."""
    from django.contrib.auth import get_user_model

    from gongkai.core.units.actors import get_actor
    from gongkai.work.consultation.models import ServiceWindow

    users = get_user_model().objects
    if name == "window-roster":
        body = ServiceWindow.objects.filter(closed_on=None).order_by("pk")[0].body_id
        return get_actor(users.filter(person__appointments__body=body, person__appointments__role="clerk")[0])
    return get_actor(users.get(username="zwgk")) if importer.why_not(by) else by


def _day(number: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=number % 200 + 1)).isoformat()


def _rows(names: dict[str, Any], lists: dict[str, list[object]]) -> dict[str, Callable[[int], Row]]:
    """Return for each importer a function from a number to a row by column key."""
    templates = tomllib.loads((Path(__file__).parent / "data" / "import_rows.toml").read_text())
    text = "关于进一步做好民生实事项目实施工作的有关情况，请各单位按照职责分工抓好落实。"
    today = datetime.now(UTC).date()
    days = {
        "four_days_ago": _day(3),
        "six_days_ago": _day(5),
        "year_end": f"{today.year}-12-31",
    }

    def make(template: dict[str, str], n: int) -> Row:
        numbers: dict[str, object] = {
            "n": n,
            "issue_year": 1950 + n // 400,
            "issue": n // 40 % 10 + 1,
            "policy": n + 1000,
        }
        numbers |= {"entry": names["entries"][n % len(names["entries"])]}
        numbers |= {name: values[n % len(values)] for name, values in lists.items()}
        facts = {**names, **days, **numbers, "text": text, "day": _day(n)}
        return {key: words.format_map(facts) for key, words in template.items()}

    return {name: partial(make, template) for name, template in templates.items()}


@dataclass
class Meter:
    """Counts statements and times write locks."""

    statements: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count one statement."""
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.statements += 1
            key = sql[:110]
            self.seen[key] = self.seen.get(key, 0) + 1
        return execute(sql, params, many, context)


@contextmanager
def locks() -> Iterator[list[float]]:
    """Context manager that yields the processor seconds of each transaction."""
    from gongkai.core.spreadsheets import portions

    found: list[float] = []
    write = portions.PortionWriter._write_portion

    def timed(self: Any, changes: Any) -> None:
        began = time.thread_time()
        write(self, changes)
        found.append(time.thread_time() - began)

    portions.PortionWriter._write_portion = timed  # type: ignore[method-assign]
    try:
        yield found
    finally:
        portions.PortionWriter._write_portion = write  # type: ignore[method-assign]


def csv_of(importer: Any, rows: list[Row]) -> bytes:
    """Return rows as a CSV file with the importer's headings."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    heads = {column.key: column.head for column in importer.sheet.columns}
    keys = [key for key in keys if key in heads]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heads[key] for key in keys])
    writer.writerows([[row.get(key, "") for key in keys] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def measure(name: str, make: Callable[[int], Row], count: int, by: Any, show: bool) -> None:
    """Import rows by one importer and print its figures."""
    from django.db import connection

    from gongkai.core.spreadsheets.actions import apply, upload_for_dry_run, write_rows
    from gongkai.core.spreadsheets.importers import get_importer

    importer = get_importer(name)
    by = _actor_for(name, importer, by)
    rows = {tuple(row.items()): row for row in map(make, range(count))}  # there are fewer annual reports
    content, count = csv_of(importer, list(rows.values())), len(rows)
    run, plan = upload_for_dry_run(name, content=content, file_name=f"{name}.csv", by=by)
    if plan.errors or not plan.changes:
        print(f"{name:10} refused: {[str(one) for one in plan.errors[:2]]} {plan.notes[:2]}")
        return
    from gongkai.core.spreadsheets import portions

    meter, began = Meter(), time.process_time()
    spent = {"s": 0.0, "n": 0}
    write = portions.PortionWriter.write

    def timed(self: Any, changes: Any, progress: Any) -> None:
        start = time.thread_time()
        with connection.execute_wrapper(meter):
            write(self, changes, progress)
        spent["s"] = time.thread_time() - start

    portions.PortionWriter.write = timed  # type: ignore[method-assign]
    try:
        with locks() as held:
            written = write_rows(run, by=by)
    finally:
        portions.PortionWriter.write = write  # type: ignore[method-assign]
    whole = time.process_time() - began
    apply(run, by=by, written=written)
    print(
        f"{name:10} {len(plan.changes):6} rows: {meter.statements / count:6.2f} statements, {spent['s'] * 1000 / count:6.2f} ms writing, "
        f"{whole * 1000 / count:6.2f} ms in all; locks: longest {max(held) * 1000:4.0f} ms of {len(held)}",
        flush=True,
    )
    if show:
        for sql, number in sorted(meter.seen.items(), key=lambda one: -one[1])[:28]:
            print(f"      {number / count:6.2f} {sql}")


def main() -> None:
    """Measure the named importers, or all."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from gongkai.core.acts.actors import SYSTEM

    words = [word for word in sys.argv[1:] if word != "--show"]
    count = int(words[0]) if words else 300
    for name, make in _rows(_city(), _lists(count)).items():
        if not words[1:] or name in words[1:]:
            measure(name, make, count, SYSTEM, "--show" in sys.argv)


if __name__ == "__main__":
    main()
