"""Queries on migration runs: visibility, progress, obstacles of rows."""

from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min, Q, QuerySet

from gongkai.content.editions.models import Website
from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.content.migration.models import MoveRow, MoveRun, MoveWindow, RowState, RunState
from gongkai.content.migration.windows import find_last_window, find_named_years
from gongkai.core.units.actors import get_actor
from gongkai.core.units.object_access import register_visible_to

#: Outcome for an old column path → label.
COLUMN_OUTCOME_LABELS = {
    "there": "已有栏目",
    "closed": "已有栏目，尚未开通",
    "new": "将新建",
    "ignored": "不迁移",
    "unknown": "没有认出栏目",
    "refused": "不能建立",
    "archived": "栏目已归档",
    "shelved": "撤销迁移时归档，批准后恢复",
}
#: Rows shown on a run's page.
MAX_LISTED_ROWS = 500


def list_migration_sites(user: object) -> list[Website]:
    """Return the sites into which the user may migrate.

    Raises:
        PermissionDenied: the user is neither in a 政务公开办 nor an administrator.
    """
    actor = get_actor(user)
    if not actor.system and not actor.has(*MANAGING_ROLES):
        raise PermissionDenied("只有政务公开办或系统管理员可以办理迁移。")
    rows = Website.objects.select_related("body")
    return [website for website in rows if actor.reaches(*MANAGING_ROLES, path=website.body.path)]


@register_visible_to(MoveRun, technical=True)
def visible_to(user: object) -> QuerySet[MoveRun]:
    """Return the runs of sites that the user manages. Administrators see no rows."""
    actor = get_actor(user)
    rows = MoveRun.objects.select_related("website", "body").defer("sheet")
    if actor.system:
        return rows
    sites = [w.pk for w in Website.objects.select_related("body") if actor.reaches(*MANAGING_ROLES, path=w.body.path)]
    return rows.filter(website__in=sites)


@register_visible_to(MoveWindow, technical=True)
def windows_visible_to(user: object) -> QuerySet[MoveWindow]:
    """Return the windows of sites that the user manages."""
    actor = get_actor(user)
    sites = [
        website.pk
        for website in Website.objects.select_related("body")
        if actor.reaches(*MANAGING_ROLES, path=website.body.path)
    ]
    return MoveWindow.objects.filter(website__in=sites).select_related("website__body")


@register_visible_to(MoveRow)
def rows_visible_to(user: object) -> QuerySet[MoveRow]:
    """Return the rows of runs that the user sees."""
    return MoveRow.objects.filter(run__in=visible_to(user).values("pk")).select_related("run", "body", "website")


def count_by_state(run: MoveRun) -> dict[str, int]:
    """Return {state: number of rows} of a run; states without rows are missing."""
    rows = run.rows.values("state").annotate(n=Count("pk")).order_by()
    return {row["state"]: row["n"] for row in rows}


def count_done(run: MoveRun) -> int:
    """Return the number of rows done in the current phase of the run."""
    if run.state == RunState.READING:
        return run.cursor
    counts = count_by_state(run)
    if run.state in {RunState.UNDOING, RunState.UNDONE}:
        return counts.get(RowState.BACK, 0) + counts.get(RowState.KEPT, 0)
    return counts.get(RowState.MOVED, 0) + counts.get(RowState.FAILED, 0)


def progress_percent(run: MoveRun) -> int:
    """Return the progress of a running run in percent."""
    if run.state == RunState.READING:
        return round(100 * run.cursor / run.total) if run.total else 0
    counts = count_by_state(run)
    waiting = counts.get(RowState.MOVED if run.state == RunState.UNDOING else RowState.READY, 0)
    done = count_done(run)
    return round(100 * done / (done + waiting)) if done + waiting else 100


def describe_row(row: MoveRow) -> str:
    """Return in one line the obstacles, findings or result of a row."""
    parts = [row.words, *row.problems]
    if row.state == RowState.HELD:
        kinds = list(dict.fromkeys(f"{finding['where']}有{finding['kind']}" for finding in row.findings))
        parts += kinds[:4]
    if row.state == RowState.UNKNOWN:
        parts += row.notes[:1]
    return "；".join(part.rstrip("。") for part in parts if part)


def list_column_mappings(run: MoveRun) -> list[dict[str, object]]:
    """Return the old columns, those that need a decision first, as dicts.

    Keys: `path`, `shown` (path for display), `count` (of rows), `target` (new path), `what` (outcome), `words` (label).
    """
    order = ["unknown", "refused", "archived", "new", "shelved", "closed", "there", "ignored"]
    rows = [
        {
            "path": path,
            "shown": path or "（没有认出栏目）",
            "count": row.get("count", 0),
            "target": row.get("target", ""),
            "what": row.get("what", ""),
            "words": COLUMN_OUTCOME_LABELS.get(row.get("what", ""), "")
            + (f"：{row['reason']}" if row.get("reason") else ""),
        }
        for path, row in run.columns.items()
    ]
    return sorted(rows, key=lambda row: (order.index(row["what"]) if row["what"] in order else 9, row["path"]))


def describe_rows_outside_years(run: MoveRun) -> str:
    """Return a warning about rows published outside the years that the window's reason names, or ""."""
    window = find_last_window(run.website_id)
    years = find_named_years(window.reason) if window else None
    if years is None:
        return ""
    first_year, last_year = years
    outside = run.rows.filter(state__in=(RowState.READY, RowState.HELD, RowState.DRAFT)).filter(
        Q(published_at__year__lt=first_year) | Q(published_at__year__gt=last_year)
    )
    totals = outside.aggregate(count=Count("pk"), first=Min("published_at__year"), last=Max("published_at__year"))
    if not totals["count"]:
        return ""
    named_years = f"{first_year}年以来" if last_year == 9999 else f"{first_year}至{last_year}年"
    row_years = f"{totals['first']}年" + (f"至{totals['last']}年" if totals["last"] != totals["first"] else "")
    return f"有{totals['count']}条的发布时间（{row_years}）不在迁移期事由写明的{named_years}：请核对日期；不该迁移的从来源中去掉，重新读取。"


def list_unit_mappings(run: MoveRun) -> list[dict[str, object]]:
    """Return {"name", "count" (of rows), "chosen" (key of a body or None)} of old units that are unknown or mapped."""
    lost = run.rows.exclude(unit="").filter(Q(body=None) | Q(unit__in=list(run.units)))
    counts = lost.values("unit").annotate(count=Count("pk")).order_by("-count", "unit")
    return [{"name": row["unit"], "count": row["count"], "chosen": run.units.get(row["unit"])} for row in counts]


class RunReport(TypedDict):
    """The JSON form of a run for the command line."""

    id: int
    name: str
    state: str
    total: int
    pictures: dict[str, int]
    counts: dict[str, int]
    by_state: dict[str, int]
    notes: list[str]
    columns: list[dict[str, object]]
    rows: list[dict[str, object]]


def make_run_report(run: MoveRun, *, state: str = "") -> RunReport:
    """Return a run as JSON data for the command line: counts, columns, up to 500 rows of a state.

    Without `state` they are the rows that a person must look at.
    """
    counts = count_by_state(run)
    wanted = [state] if state else [s for s in RowState.values if s in _STATES_NEEDING_ATTENTION]
    rows = run.rows.filter(state__in=wanted).order_by("number")[:MAX_LISTED_ROWS]
    return {
        "id": run.pk,
        "name": run.name,
        "state": run.state,
        "total": run.total,
        "pictures": run.pictures,
        "counts": {RowState(name).label: counts[name] for name in RowState.values if name in counts},
        "by_state": counts,
        "notes": run.notes,
        "columns": list_column_mappings(run),
        "rows": [
            {
                "number": row.number,
                "place": row.place,
                "title": row.title,
                "state": row.get_state_display(),
                "words": describe_row(row),
            }
            for row in rows
        ],
    }


#: States that somebody has to look at.
_STATES_NEEDING_ATTENTION = {
    RowState.BAD,
    RowState.UNKNOWN,
    RowState.DOUBLE,
    RowState.HELD,
    RowState.FAILED,
    RowState.KEPT,
}
