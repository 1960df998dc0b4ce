"""The yearly check of the catalogue (B-08): sample, judge and compose the result for review."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from django.utils import timezone

from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import digest
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.work.directory import coverage, queries
from gongkai.work.directory.coverage import CoverageCell
from gongkai.work.directory.models import CellVerdict, CheckedCell, YearlyCheck
from gongkai.work.directory.rules import list_reasons_unless_catalogue_manager


def draw_cells(cells: Sequence[CoverageCell], size: int, seed: str) -> list[CoverageCell]:
    """Draw a random sample of catalogue cells with a known unit, at least one of each domain if `size` allows.

    Cells are ordered by a digest of seed, item key and unit number, so that anybody can repeat the
    draw.
    """
    lots = sorted((cell for cell in cells if cell.body is not None), key=lambda one: _compute_draw_key(one, seed))
    first_by_domain: dict[str, CoverageCell] = {}
    for cell in lots:
        first_by_domain.setdefault(cell.item.catalogue.domain, cell)
    drawn = list(first_by_domain.values())[: max(size, 0)]
    existing_ids = {id(cell) for cell in drawn}
    drawn += [cell for cell in lots if id(cell) not in existing_ids][: max(0, size - len(drawn))]
    return sorted(drawn, key=lambda one: (one.item.catalogue.domain, one.item.position, _get_body_number(one.body)))


def _compute_draw_key(coverage_cell: CoverageCell, seed: str) -> str:
    """Return the digest that orders a cell in the draw."""
    return digest(f"{seed}/{coverage_cell.item.key}/{_get_body_number(coverage_cell.body)}".encode())


def _get_body_number(body: Body | None) -> int:
    return body.pk if body else 0


def render_result(check: YearlyCheck, cells: Iterable[CheckedCell]) -> str:
    """Return the result for the public as text: method, sums by domain and unit, findings."""
    rows = list(cells)
    organizer_words = f"委托{escape(check.third_party)}" if check.third_party else "组织"
    good_count = sum(checked_cell.verdict == CellVerdict.GOOD for checked_cell in rows)
    html_parts = [
        f"<p>{escape(check.government.name)}{organizer_words}对{check.year}年基层政务公开标准目录的落实情况进行抽查：按目录应由各单位主动公开的"
        f"{check.among}项中随机抽取{len(rows)}项（每个领域至少一项），逐项核对是否公开、是否按时、内容是否符合要求。"
        f"符合的{good_count}项，占{compute_percent(good_count, len(rows)) or 0}%。</p>",
        _render_table("按领域", "领域", rows, lambda one: one.item.catalogue.domain),
        _render_table("按单位", "单位", rows, lambda one: one.unit.label),
    ]
    checked_cells = [checked_cell for checked_cell in rows if checked_cell.verdict != CellVerdict.GOOD]
    if checked_cells:
        listed = "".join(
            f"<li>{escape(checked_cell.item.catalogue.domain)}领域“{escape(checked_cell.item.title)}”（{escape(checked_cell.unit.label)}）："
            f"{checked_cell.get_verdict_display()}。{escape(checked_cell.words)}</li>"
            for checked_cell in checked_cells
        )
        html_parts.append(f"<h2>发现的问题</h2><ul>{listed}</ul>")
    return "".join(html_parts)


def _render_table(caption: str, head: str, rows: Sequence[CheckedCell], key: Callable[[CheckedCell], str]) -> str:
    """Return an HTML table of the verdicts by domain or unit (`key`)."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for checked_cell in rows:
        counts[key(checked_cell)][checked_cell.verdict] += 1
    heads = "".join(f'<th scope="col">{label}</th>' for label in (head, "抽查", *CellVerdict.labels))
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{sum(verdict_counts.values())}</td>'
        + "".join(f"<td>{verdict_counts[value]}</td>" for value in CellVerdict.values)
        + "</tr>"
        for name, verdict_counts in counts.items()
    )
    return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


MIN_SAMPLE_SIZE, MAX_SAMPLE_SIZE = 10, 500
_ITEMS_WITHOUT_UNIT_MESSAGE = "现行目录中没有明确责任单位的事项，请先对应单位。"
#: Coverage states in which an item counts as public; the result lists verdicts that disagree.
PUBLIC_COVERAGE_STATES = frozenset({"published", "late"})


def _list_reasons_unless_items_to_draw(government: Body) -> list[str]:
    owed = queries.list_checkable_items().filter(catalogue__government=government)
    return [] if owed.exists() else [_ITEMS_WITHOUT_UNIT_MESSAGE]


@action(
    "directory.draw_check",
    label="抽取检查事项",
    rule=list_reasons_unless_catalogue_manager,
    ready=_list_reasons_unless_items_to_draw,
)
def draw_check_sample(government: Body, *, by: Actor, year: int, size: int, third_party: str = "") -> ActionResult:
    """Draw the sample of a yearly check from the catalogues in force. Returns the `YearlyCheck`."""
    if not MIN_SAMPLE_SIZE <= size <= MAX_SAMPLE_SIZE:
        raise Refused(f"抽查数量应为{MIN_SAMPLE_SIZE}至{MAX_SAMPLE_SIZE}项。")
    if year not in {timezone.localdate().year, timezone.localdate().year - 1}:
        raise Refused("只能检查今年或者上一年。")
    if YearlyCheck.objects.filter(government=government, year=year).exists():
        raise Refused(f"{year}年的检查已经抽取。")
    cells = [
        cell
        for cell in coverage.list_cells(list(queries.list_catalogues_in_force(government)))
        if cell.body is not None
    ]
    if not cells:
        raise Refused(_ITEMS_WITHOUT_UNIT_MESSAGE)
    domain_count = len({cell.item.catalogue.domain for cell in cells})
    if size < domain_count:
        raise Refused(f"现行目录有{domain_count}个领域，每个领域至少抽取一项，抽查数量应不少于{domain_count}项。")
    seed = secrets.token_hex(4)
    check = YearlyCheck.objects.create(
        government=government, year=year, seed=seed, among=len(cells), third_party=third_party.strip()[:120]
    )
    drawn = draw_cells(cells, size, seed)
    CheckedCell.objects.bulk_create(
        CheckedCell(check_of=check, item=cell.item, unit=cell.body, seen=cell.state, count=cell.count) for cell in drawn
    )
    text = f"从{len(cells)}项中抽取{len(drawn)}项，抽样号{seed}"
    return ActionResult(words=text, facts={"seed": seed, "drawn": len(drawn)}, result=check, stream=check.stream)


def _list_reasons_if_under_review(check: YearlyCheck) -> list[str]:
    waits = Review.objects.filter(source=check.stream, state__in=OPEN_STATES).exists()
    return ["结果正在审签，要改动请先撤回送审。"] if waits else []


@action(
    "directory.judge_cells",
    label="填写检查结论",
    rule=list_reasons_unless_catalogue_manager,
    ready=_list_reasons_if_under_review,
)
def judge_cells(check: YearlyCheck, *, by: Actor, verdicts: Mapping[int, tuple[str, str]]) -> ActionResult:
    """Store the verdicts on sampled cells of a yearly check.

    `verdicts` maps the primary key of a `CheckedCell` to (verdict, words); unchanged and unknown ones are left out.
    Words are needed for any verdict but 符合, and for 符合 if the item was not public in time at the draw.
    """
    judged_at, changed = timezone.now(), []
    for cell in check.cells.filter(pk__in=list(verdicts)):
        verdict, text = verdicts[cell.pk][0], " ".join(verdicts[cell.pk][1].split())[:300]
        if verdict not in CellVerdict.values or (verdict, text) == (cell.verdict, cell.words):
            continue
        if verdict == CellVerdict.GOOD and cell.seen not in PUBLIC_COVERAGE_STATES:
            conflict_words = f"把抽取时系统没有看到按要求公开的“{cell}”判为符合"
            if reasons := check_clears_other_unit(by, cell.unit, conflict_words):
                raise Refused(*reasons)
        if verdict != CellVerdict.GOOD and not text:
            raise Refused(f"{cell}：没有完全符合的，请写明问题。")
        if verdict == CellVerdict.GOOD and cell.seen not in PUBLIC_COVERAGE_STATES and not text:
            raise Refused(f"{cell}：抽取时系统没有看到按要求公开，判为符合的请写明在哪里、什么时候公开。")
        cell.verdict, cell.words, cell.judged_at, cell.judged_by = verdict, text, judged_at, by.name
        changed.append(cell)
    if not changed:
        raise Refused("结论没有变化。")
    CheckedCell.objects.bulk_update(changed, ["verdict", "words", "judged_at", "judged_by"])
    return ActionResult(
        words=f"填写{len(changed)}项结论", facts={"cells": [changed_cell.pk for changed_cell in changed]}
    )


def _list_reasons_unless_all_judged(check: YearlyCheck) -> list[str]:
    remaining = check.cells.filter(verdict="").count()
    return _list_reasons_if_under_review(check) or ([f"还有{remaining}项没有检查。"] if remaining else [])


@action(
    "directory.compose_check",
    label="生成检查结果",
    rule=list_reasons_unless_catalogue_manager,
    ready=_list_reasons_unless_all_judged,
)
def compose_check_result(check: YearlyCheck, *, by: Actor) -> ActionResult:
    """Write the text of the check's result for review; the action's result is the revision."""
    cells = check.cells.select_related("item__catalogue", "unit")
    facts = {
        "formed_on": timezone.localdate().isoformat(),
        "attribute": "proactive",
        "attribute_basis": "19",
        "issuer": check.government.name,
    }
    row = check.save_revision(by=by, title=f"{check}结果", html=render_result(check, cells), facts=facts)
    return ActionResult(words=f"生成“{row.title}”", facts={"revision": row.pk}, result=row)
