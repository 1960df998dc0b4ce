"""Run the stages of seeding in order, resuming where they stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.ops.demo.province import entries, people, texts
from gongkai.ops.demo.province.hands import WrittenRows
from gongkai.ops.demo.province.marking import seed_province, seeded_size
from gongkai.ops.demo.province.size import ProvinceSize


@dataclass(frozen=True)
class SeedingStage:
    """Progress of a stage in this run: rows written, wall seconds, CPU seconds."""

    label: str
    rows: int
    seconds: float
    processor: float


def fill_province(
    size: ProvinceSize, *, password: str = "", say: Callable[[SeedingStage], None], hands: int = 1
) -> None:
    """Seed an empty database, or resume with the same size.

    `hands` is the number of processes for texts and entries (PostgreSQL only).

    Raises:
        Refused: it holds anything else, or was begun with another size.
    """
    if why := size.why_not():
        raise Refused(why)
    before = seeded_size()
    if before is None:
        seed_province(None, by=SYSTEM, size=size.as_facts())
    elif before != size.as_facts():
        told = "，".join(f"{name} {number}" for name, number in before.items())
        raise Refused(f"这个数据库写入规模测试数据时用的是另外的数量（{told}）：请用同样的数量继续。")
    stages: tuple[tuple[str, Callable[[], Iterator[int | WrittenRows]]], ...] = (
        ("单位", lambda: people.create_province_bodies(size)),
        ("人员", lambda: people.create_persons(size, password)),
        ("网站和栏目", lambda: texts.create_sites(size)),
        ("公开信息", lambda: texts.create_texts(size, hands)),
        ("通知", lambda: entries.create_notices(size)),
        ("台账", lambda: entries.create_entries(size, hands)),
    )
    for label, work in stages:
        _run(label, work(), say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _run(label: str, work: Iterator[int | WrittenRows], say: Callable[[SeedingStage], None]) -> None:
    rows, began, processor = 0, time.monotonic(), time.process_time()
    for wrote in work:
        if isinstance(wrote, WrittenRows):
            processor -= wrote.elsewhere
        rows += wrote.rows if isinstance(wrote, WrittenRows) else wrote
        say(SeedingStage(label, rows, time.monotonic() - began, time.process_time() - processor))
