"""Create the columns of a plan, and undo it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gongkai.content.editions.column_names import OTHER_STATUTORY_COLUMN, PLATFORM, STATUTORY_COLUMN, key_of
from gongkai.content.editions.models import Column, TreeStamp, Website
from gongkai.content.editions.rules import manages
from gongkai.content.publishing.columns.plan import NewColumn, Plan
from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor


@dataclass(frozen=True)
class Fixed:
    """A fixed column: its mark, path, update cycle in days (0: on change) and content."""

    mark: str
    path: tuple[str, ...]
    cycle_days: int
    content: str
    required: bool = True


FIXED_COLUMNS: tuple[Fixed, ...] = (
    Fixed("platform", (PLATFORM,), 31, "政府信息公开平台：指南、制度、法定主动公开内容、年报和依申请公开入口。"),
    Fixed("guide", (PLATFORM, "政府信息公开指南"), 0, "政府信息公开指南：公开范围、方式、机构和依申请公开程序。"),
    Fixed("rules", (PLATFORM, "政府信息公开制度"), 0, "政府信息公开条例及配套制度规定。"),
    Fixed(
        "statutory",
        (PLATFORM, STATUTORY_COLUMN),
        31,
        "按照《中华人民共和国政府信息公开条例》第二十条、第二十一条应当主动公开的信息。",
    ),
    Fixed("annual", (PLATFORM, "政府信息公开年报"), 366, "历年政府信息公开工作年度报告。"),
    Fixed("request", (PLATFORM, "依申请公开"), 0, "向本机关申请获取政府信息的渠道、方式和说明。"),
    Fixed(
        "provisional",
        (PLATFORM, STATUTORY_COLUMN, OTHER_STATUTORY_COLUMN),
        0,
        "其他依法应当主动公开的信息；对应栏目尚未开通的，先在此公开。",
        required=False,
    ),
)


def missing_fixed(website: Website) -> list[str]:
    """Return the missing and the unopened fixed columns of a site's platform, each as a sentence."""
    there = {column.fixed: column for column in Column.objects.filter(website=website).exclude(fixed="")}
    there |= {c.key: c for c in Column.objects.filter(website=website, key__startswith=PLATFORM)}
    absent, closed = [], []
    for fixed in FIXED_COLUMNS:
        if not fixed.required:
            continue
        column = there.get(fixed.mark) or there.get(key_of(fixed.path))
        if column is None:
            absent.append(f"“{fixed.path[-1]}”")
        elif not column.is_open or column.archived_at:
            closed.append(f"“{fixed.path[-1]}”")
    lacks = [f"{website.name}缺少固定栏目{'、'.join(absent)}。"] if absent else []
    return [*lacks, f"{website.name}的固定栏目{'、'.join(closed)}尚未开通。"] if closed else lacks


@dataclass(frozen=True)
class Made:
    """The result of `make`: the column of each requested path, and the new columns."""

    columns: dict[tuple[str, ...], Column] = field(default_factory=dict)
    created: tuple[Column, ...] = ()


def make(plan: Plan, by: Actor, *, made_from: str = "") -> Made:
    """Create the columns of a plan; existing ones are kept.

    New columns are closed until owner, person, cycle and content are set (`actions.open_column`).
    Raises: Refused: the actor may not manage the site's columns.

    New columns are not open: the public sees them once owner, person, cycle and content stand (`actions.open_column`).

    Raises:
        Refused: the actor may not manage the site's columns.
    """
    website = Website.objects.get(pk=plan.website_id)
    if not plan.create:
        return Made(_by_path(plan), ())
    made: Made = make_columns(website, by=by, plan=plan, made_from=made_from)
    return made


@action("publishing.make_columns", label="建立栏目", rule=manages)
def make_columns(website: Website, *, by: Actor, plan: Plan, made_from: str = "") -> ActionResult:
    """Create the missing columns of a plan, parents first."""
    there = {column.key: column for column in Column.objects.filter(website=website)}
    created = []
    for new in plan.create:
        if new.key not in there:
            there[new.key] = _create(website, new, there.get(new.parent_key), made_from)
            created.append(there[new.key])
    TreeStamp.bump()
    return ActionResult(
        words="新建栏目：" + "、".join(column.name for column in created) if created else "没有需要新建的栏目",
        facts={"columns": [column.pk for column in created], "from": made_from},
        result=Made(_by_path(plan), tuple(created)),
    )


def _create(website: Website, new: NewColumn, parent: Column | None, made_from: str) -> Column:
    return Column.objects.create(
        website=website,
        parent=parent,
        name=new.name,
        key=new.key,
        owner_id=new.owner_id,
        content=new.content,
        made_from=made_from[:200],
    )


def _by_path(plan: Plan) -> dict[tuple[str, ...], Column]:
    there = {
        column.key: column
        for column in Column.objects.filter(website_id=plan.website_id, key__in=set(plan.keys.values()))
    }
    return {path: there[key] for path, key in plan.keys.items() if key in there}


def unmake(columns: Iterable[Column], by: Actor) -> list[Column]:
    """Remove columns that an import created, if they are closed, empty and without other children;
    return the rest.

    Returns:
        Those that stay, because something was done with them since.
    """
    stays = []
    for column in sorted(columns, key=lambda c: -c.key.count(">")):
        fresh = Column.objects.filter(pk=column.pk).select_related("website").first()
        if fresh is None:
            continue
        if fresh.is_open or fresh.children.exists() or fresh.placements.exists() or fresh.waiting.exists():
            stays.append(fresh)
        else:
            remove_column(fresh, by=by)
    return stays


def _empty(column: Column) -> list[str]:
    if column.is_open:
        return ["栏目已经开通，不能删除，可以归档。"]
    if column.children.exists() or column.placements.exists() or column.waiting.exists():
        return ["栏目下还有子栏目或信息，不能删除。"]
    return ["法定固定栏目不能删除。"] if column.fixed else []


@action("publishing.remove_column", label="删除未开通栏目", rule=manages, ready=_empty)
def remove_column(column: Column, *, by: Actor) -> ActionResult:
    """Remove an empty column that never opened."""
    stream, facts = f"column/{column.pk}", {"key": column.key}
    column.delete()
    TreeStamp.bump()
    return ActionResult(words=f"删除未开通的栏目“{facts['key']}”", facts=facts, stream=stream, result=facts)
