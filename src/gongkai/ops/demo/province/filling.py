"""Run the stages of seeding in order, resuming where they stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.ops.demo.province import entries, people, texts
from gongkai.ops.demo.province.hands import Wrote
from gongkai.ops.demo.province.marking import marked, seed_province
from gongkai.ops.demo.province.size import Size


@dataclass(frozen=True)
class Stage:
    """Progress of a stage in this run: rows written, wall seconds, CPU seconds."""

    label: str
    rows: int
    seconds: float
    processor: float


def fill(size: Size, *, password: str = "", say: Callable[[Stage], None], hands: int = 1) -> None:
    """Seed an empty database, or resume with the same size.

    `hands` is the number of processes for texts and entries (PostgreSQL only).

    Raises:
        Refused: it holds anything else, or was begun with another size.
    """
    if why := size.why_not():
        raise Refused(why)
    before = marked()
    if before is None:
        seed_province(None, by=SYSTEM, size=size.as_facts())
    elif before != size.as_facts():
        told = "，".join(f"{name} {number}" for name, number in before.items())
        raise Refused(f"这个数据库写入规模测试数据时用的是另外的数量（{told}）：请用同样的数量继续。")
    stages: tuple[tuple[str, Callable[[], Iterator[int | Wrote]]], ...] = (
        ("单位", lambda: people.bodies(size)),
        ("人员", lambda: people.persons(size, password)),
        ("网站和栏目", lambda: texts.sites(size)),
        ("公开信息", lambda: texts.texts(size, hands)),
        ("通知", lambda: entries.notices(size)),
        ("台账", lambda: entries.entries(size, hands)),
    )
    for label, work in stages:
        _run(label, work(), say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _run(label: str, work: Iterator[int | Wrote], say: Callable[[Stage], None]) -> None:
    rows, began, processor = 0, time.monotonic(), time.process_time()
    for wrote in work:
        if isinstance(wrote, Wrote):
            processor -= wrote.elsewhere
        rows += wrote.rows if isinstance(wrote, Wrote) else wrote
        say(Stage(label, rows, time.monotonic() - began, time.process_time() - processor))
