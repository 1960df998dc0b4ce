"""A year's check on how the catalogue is carried out: drawn, judged, its result composed for the reviews (B-08)."""

import secrets
from collections.abc import Mapping

from django.utils import timezone

from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body
from gongkai.work.directory import coverage, queries
from gongkai.work.directory.checks import draw, result_html
from gongkai.work.directory.models import CheckedCell, Verdict, YearlyCheck
from gongkai.work.directory.rules import keeps

LEAST, MOST = 10, 500
#: What the machine saw where something is public; a verdict that says otherwise says where.
PUBLIC_COVERAGE_STATES = frozenset({"published", "late"})


@action("directory.draw_check", label="抽取检查事项", rule=keeps)
def draw_check(government: Body, *, by: Actor, year: int, size: int, third_party: str = "") -> ActionResult:
    """Draw what a year's check looks at from the catalogues in force. Returns the `YearlyCheck`."""
    if not LEAST <= size <= MOST:
        raise Refused(f"抽查数量应为{LEAST}至{MOST}项。")
    if year not in {timezone.localdate().year, timezone.localdate().year - 1}:
        raise Refused("只能检查今年或者上一年。")
    if YearlyCheck.objects.filter(government=government, year=year).exists():
        raise Refused(f"{year}年的检查已经抽取。")
    cells = [cell for cell in coverage.cells_of(list(queries.in_force(government))) if cell.body is not None]
    if not cells:
        raise Refused("现行目录中没有明确责任单位的事项，请先对应单位。")
    seed = secrets.token_hex(4)
    made = YearlyCheck.objects.create(
        government=government, year=year, seed=seed, among=len(cells), third_party=third_party.strip()[:120]
    )
    drawn = draw(cells, size, seed)
    CheckedCell.objects.bulk_create(
        CheckedCell(check_of=made, item=cell.item, unit=cell.body, seen=cell.state, count=cell.count) for cell in drawn
    )
    words = f"从{len(cells)}项中抽取{len(drawn)}项，抽样号{seed}"
    return ActionResult(words=words, facts={"seed": seed, "drawn": len(drawn)}, result=made, stream=made.stream)


def _open(check: YearlyCheck) -> list[str]:
    waits = Review.objects.filter(source=check.stream, state__in=OPEN_STATES).exists()
    return ["结果正在审签，要改动请先撤回送审。"] if waits else []


@action("directory.judge_cells", label="填写检查结论", rule=keeps, ready=_open)
def judge_cells(check: YearlyCheck, *, by: Actor, verdicts: Mapping[int, tuple[str, str]]) -> ActionResult:
    """Say what was found of cells: number → (verdict, words). What is not good needs words."""
    now, changed = timezone.now(), []
    for cell in check.cells.filter(pk__in=list(verdicts)):
        verdict, words = verdicts[cell.pk][0], " ".join(verdicts[cell.pk][1].split())[:300]
        if verdict not in Verdict.values or (verdict, words) == (cell.verdict, cell.words):
            continue
        if verdict == Verdict.GOOD and cell.seen not in PUBLIC_COVERAGE_STATES:
            what = f"把抽取时系统没有看到按要求公开的“{cell}”判为符合"
            if why := check_clears_other_unit(by, cell.unit, what):
                raise Refused(*why)
        if verdict != Verdict.GOOD and not words:
            raise Refused(f"{cell}：没有完全符合的，请写明问题。")
        if verdict == Verdict.GOOD and cell.seen not in PUBLIC_COVERAGE_STATES and not words:
            raise Refused(f"{cell}：抽取时系统没有看到按要求公开，判为符合的请写明在哪里、什么时候公开。")
        cell.verdict, cell.words, cell.judged_at, cell.judged_by = verdict, words, now, by.name
        changed.append(cell)
    if not changed:
        raise Refused("结论没有变化。")
    CheckedCell.objects.bulk_update(changed, ["verdict", "words", "judged_at", "judged_by"])
    return ActionResult(words=f"填写{len(changed)}项结论", facts={"cells": [one.pk for one in changed]})


def _judged(check: YearlyCheck) -> list[str]:
    left = check.cells.filter(verdict="").count()
    return _open(check) or ([f"还有{left}项没有检查。"] if left else [])


@action("directory.compose_check", label="生成检查结果", rule=keeps, ready=_judged)
def compose_check(check: YearlyCheck, *, by: Actor) -> ActionResult:
    """Write the result for the reviews. Returns the revision."""
    cells = check.cells.select_related("item__catalogue", "unit")
    facts = {
        "formed_on": timezone.localdate().isoformat(),
        "attribute": "proactive",
        "attribute_basis": "19",
        "issuer": check.government.name,
    }
    row = check.keep_revision(by=by, title=f"{check}结果", html=result_html(check, cells), facts=facts)
    return ActionResult(words=f"生成“{row.title}”", facts={"revision": row.pk}, result=row)
