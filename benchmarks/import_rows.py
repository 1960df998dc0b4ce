"""Measure the writing of imported rows: statements, processor time and write lock of each importer.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.import_rows [ROWS [IMPORTER…]]

The city is changed: use a copy. Each importer gets ROWS (300) invented rows as a CSV file. A lock
is the processor time of one transaction.
"""

import csv
import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, object]
_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")


def _city() -> dict[str, str]:
    from gongkai.core.units.models import Body

    root = Body.objects.filter(name="云岭市人民政府").get()
    unit = Body.objects.filter(parent=root, kind="department").order_by("pk")[1]
    return {"root": root.name, "unit": unit.name}


def _day(number: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=number % 200 + 1)).isoformat()


def _rows(names: dict[str, str]) -> dict[str, Callable[[int], Row]]:
    """Return for each importer a function that returns the row of a number, by column key."""
    text = "关于进一步做好民生实事项目实施工作的有关情况，请各单位按照职责分工抓好落实。"
    unit, root = names["unit"], names["root"]
    return {
        "gazette": lambda n: {
            "body": root,
            "name": "测试公报",
            "year": 1950 + n // 400,
            "number": n // 40 % 10 + 1,
            "issued_on": f"{1950 + n // 400}-03-01",
            "section": "文件",
            "title": f"关于第{n}号事项的通知",
            "text": text,
        },
        "newmedia": lambda n: {
            "body": unit,
            "platform": "微信公众号",
            "name": f"{unit}发布{n}",
            "handle": f"gh_{n}",
            "opened_on": "2020-01-01",
            "address": f"https://example.gov.cn/{n}",
            "why_more": "分类服务群众",
            "why_name": "沿用",
        },
        "answers": lambda n: {"question": f"第{n}项补贴如何申请领取？", "answer": text, "body": unit},
        "orders": lambda n: {
            "ref": f"GD{n:07}",
            "title": f"第{n}项补贴何时发放",
            "text": text,
            "category": "咨询",
            "received_on": _day(3),
            "body": unit,
            "name": "王建国",
            "phone": f"138{n:08}",
        },
        "requests": lambda n: {
            "external_ref": f"DJ{n:07}",
            "body": unit,
            "applicant_kind": "公民",
            "applicant": f"张三{n}",
            "name": f"张三{n}",
            "channel": "信函",
            "received_on": _day(5),
            "submitted_on": _day(5),
            "wanted": f"2025年第{n}号项目的批准文件",
        },
        "opinion": lambda n: {
            "title": f"关于第{n}号路段积水的反映",
            "text": text,
            "platform": "论坛",
            "found_at": f"{_day(3)} 09:30",
            "collector": unit,
        },
        "promises": lambda n: {
            "title": f"承诺完成第{n}项工程",
            "words": text,
            "body": unit,
            "occasion": "新闻发布会",
            "promised_on": _day(3),
            "until": "2027-06-30",
            "address": f"https://example.gov.cn/{n}.html",
        },
        "decisions": lambda n: {
            "year": 2031,
            "title": f"第{n}项规划编制",
            "body": unit,
            "planned_on": "2031-06-30",
        },
        "policies": lambda n: {
            "title": f"关于印发第{n}号办法的通知",
            "level": "其他文件",
            "number": f"云府发〔2019〕{n + 1000}号",
            "body": unit,
            "published_on": "2019-05-01",
            "made_on": "2019-04-20",
        },
        "openings": lambda n: {
            "body": unit,
            "kind": "政府开放日",
            "on": _day(n),
            "place": "办事大厅",
            "theme": f"第{n}次开放活动",
            "guests": 20,
            "account": text,
        },
        "gathering": lambda n: {},
        "outside": lambda n: {},
        "comments": lambda n: {},
    }


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

    from gongkai.core.spreadsheets.actions import apply, try_file, write_rows
    from gongkai.core.spreadsheets.importers import importer_named

    importer = importer_named(name)
    content = csv_of(importer, [make(number) for number in range(count)])
    run, plan = try_file(name, content=content, file_name=f"{name}.csv", by=by)
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
    """Measure the importers named, or all."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from gongkai.core.acts.actors import SYSTEM

    words = [word for word in sys.argv[1:] if word != "--show"]
    count = int(words[0]) if words else 300
    for name, make in _rows(_city()).items():
        if (words[1:] and name not in words[1:]) or not make(0):
            continue
        measure(name, make, count, SYSTEM, "--show" in sys.argv)


if __name__ == "__main__":
    main()
