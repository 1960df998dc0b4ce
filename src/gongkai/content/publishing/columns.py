"""Columns created from disclosure paths (公开路径).

    plan = columns.plan_columns(website, paths)     # a dry run: what would be made, reused, merged, refused; writes nothing
    made = columns.make_planned_columns(plan, by=actor)  # makes the new ones, not open yet; made.columns[path] is the column of each path
    columns.remove_made_columns(made.created, by=actor)  # undo: removes those still unopened and empty, returns the rest

`paths` are lists of names from the site's root down, as a notice prints them (or `RequestedColumn`, with owner and content).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gongkai.content.editions.column_names import (
    MAX_DEPTH,
    MAX_NAME_CHARACTERS,
    OTHER_STATUTORY_COLUMN,
    PATH_SEPARATOR,
    PLATFORM_NAME,
    STATUTORY_COLUMN,
    find_canonical_path,
    make_path_key,
    normalize_name,
)
from gongkai.content.editions.models import Column, ColumnAlias, TreeStamp, Website
from gongkai.content.editions.queries.lists import find_only_column_of_name
from gongkai.content.editions.rules import check_site_manager
from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor


@dataclass(frozen=True)
class RequestedColumn:
    """A requested column path, with the known owner and content."""

    path: tuple[str, ...]
    owner_id: int | None = None
    content: str = ""


@dataclass(frozen=True)
class NewColumn:
    """A column to create: its key, name and parent's key ("" at the top level)."""

    key: str
    name: str
    parent_key: str
    owner_id: int | None = None
    content: str = ""

    @property
    def title(self) -> str:
        """Return the displayed path."""
        return self.key.replace(PATH_SEPARATOR, " > ")


@dataclass(frozen=True)
class ReusedColumn:
    """A requested path for which a column exists; `is_open`: the public sees it."""

    path: tuple[str, ...]
    key: str
    column_id: int
    is_open: bool  # open to the public
    archived: bool


@dataclass(frozen=True)
class MergedSpelling:
    """A requested path as written (`spelt`) that names the column at the path `into` in other words."""

    spelt: str
    into: str


@dataclass(frozen=True)
class RefusedPath:
    """A requested path for which no column can be created, with the reason."""

    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ColumnPlan:
    """The columns to create, reuse and merge for requested paths, and the refused paths.

    `keys` maps each requested path to its column key.
    """

    website_id: int
    create: tuple[NewColumn, ...] = ()
    reuse: tuple[ReusedColumn, ...] = ()
    merge: tuple[MergedSpelling, ...] = ()
    refused: tuple[RefusedPath, ...] = ()
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)


@dataclass
class _ColumnTree:
    """The columns of a site with the planned additions; `aliases`: normalised name → name used instead."""

    columns: dict[str, Column]
    aliases: dict[str, str]
    new: dict[str, NewColumn]

    def get_child_key(self, parent_key: str, name: str) -> str:
        """Return the key of a child, by its name or an alias."""
        key = f"{parent_key}{PATH_SEPARATOR}{normalize_name(name)}" if parent_key else normalize_name(name)
        return key if key in self.columns else self.aliases.get(key, key)


def plan_columns(
    website: Website, paths: Iterable[Sequence[str] | RequestedColumn], *, anywhere: bool = False
) -> ColumnPlan:
    """Plan the columns for paths in a site's tree.

    `anywhere`: a single name matches the only column of that name at any depth.
    """
    tree = _read_tree(website)
    reuse: dict[tuple[str, ...], ReusedColumn] = {}
    merge: dict[str, MergedSpelling] = {}
    refused: dict[tuple[str, ...], RefusedPath] = {}
    keys: dict[tuple[str, ...], str] = {}
    for wanted in _to_requested_columns(paths):
        names = find_canonical_path(wanted.path, website.name)
        reason = _explain_refusal(names)
        if reason:
            refused[wanted.path] = RefusedPath(wanted.path, reason)
            continue
        alone = find_only_column_of_name(tree.columns, normalize_name(names[0])) if anywhere and len(names) == 1 else ""
        key = (
            alone
            if alone and tree.get_child_key("", names[0]) not in tree.columns
            else _add_levels(tree, names, wanted, website.body_id)
        )
        keys[wanted.path] = key
        spelt, into = _strip_root(wanted.path), key.replace(PATH_SEPARATOR, " > ")
        if spelt != into:
            merge.setdefault(spelt, MergedSpelling(spelt, into))
        column = tree.columns.get(key)
        if column:
            reuse[wanted.path] = ReusedColumn(
                wanted.path, key, column.pk, column.is_open, column.archived_at is not None
            )
    return ColumnPlan(
        website.pk,
        tuple(tree.new.values()),
        tuple(reuse.values()),
        tuple(merge.values()),
        tuple(refused.values()),
        keys,
    )


def _read_tree(website: Website) -> _ColumnTree:
    """Return the website's columns and aliases by key."""
    columns = {column.key: column for column in Column.objects.filter(website=website)}
    aliases = ColumnAlias.objects.filter(website=website).values_list("key", "column__key")
    return _ColumnTree(columns, dict(aliases), {})


def _to_requested_columns(paths: Iterable[Sequence[str] | RequestedColumn]) -> Iterable[RequestedColumn]:
    for path in paths:
        yield path if isinstance(path, RequestedColumn) else RequestedColumn(tuple(path))


def _explain_refusal(names: tuple[str, ...]) -> str:
    """Return the Chinese reason why a column path is refused, or ""."""
    if not names:
        return "路径中没有栏目名称（只写到网站）。"
    if len(names) > MAX_DEPTH:
        return f"栏目层级超过{MAX_DEPTH}级，请核对公开路径。"
    long = next((name for name in names if len(name) > MAX_NAME_CHARACTERS), "")
    return f"栏目名称“{long[:20]}…”超过{MAX_NAME_CHARACTERS}字，请核对公开路径。" if long else ""


def _add_levels(tree: _ColumnTree, names: tuple[str, ...], column: RequestedColumn, sponsor: int) -> str:
    """Add the missing levels of a path; return the key of the last level."""
    key = ""
    for depth, name in enumerate(names):
        parent_key, key = key, tree.get_child_key(key, name)
        leaf = depth == len(names) - 1
        if key in tree.columns:
            continue
        if key not in tree.new:
            tree.new[key] = NewColumn(key, name, parent_key, sponsor, make_placeholder_content(name))
        if leaf and (column.owner_id or column.content):
            tree.new[key] = NewColumn(key, tree.new[key].name, parent_key, column.owner_id or sponsor, column.content)
    return key


def make_placeholder_content(name: str) -> str:
    """Return a placeholder description for a column that has only a name; public pages omit it."""
    return f"集中公开{name.removesuffix('信息')}信息。"


def _strip_root(path: tuple[str, ...]) -> str:
    """Return a path as written, without the common root."""
    names = [name.strip() for name in path]
    return " > ".join(names[1:] if len(names) > 1 and normalize_name(names[0]) == "政府网站" else names)


@dataclass(frozen=True)
class FixedColumn:
    """A column that every site must have.

    `mark` is its name in `Column.fixed`. `cycle_days` is 0 for an update only on change.
    """

    mark: str
    path: tuple[str, ...]
    cycle_days: int
    content: str
    required: bool = True  # false: only sites with such content need it


#: The fixed columns of the disclosure platform.
FIXED_COLUMNS: tuple[FixedColumn, ...] = (
    FixedColumn(
        "platform", (PLATFORM_NAME,), 31, "政府信息公开平台：指南、制度、法定主动公开内容、年报和依申请公开入口。"
    ),
    FixedColumn(
        "guide", (PLATFORM_NAME, "政府信息公开指南"), 0, "政府信息公开指南：公开范围、方式、机构和依申请公开程序。"
    ),
    FixedColumn("rules", (PLATFORM_NAME, "政府信息公开制度"), 0, "政府信息公开条例及配套制度规定。"),
    FixedColumn(
        "statutory",
        (PLATFORM_NAME, STATUTORY_COLUMN),
        31,
        "按照《中华人民共和国政府信息公开条例》第二十条、第二十一条应当主动公开的信息。",
    ),
    FixedColumn("annual", (PLATFORM_NAME, "政府信息公开年报"), 366, "历年政府信息公开工作年度报告。"),
    FixedColumn("request", (PLATFORM_NAME, "依申请公开"), 0, "向本机关申请获取政府信息的渠道、方式和说明。"),
    FixedColumn(
        "provisional",
        (PLATFORM_NAME, STATUTORY_COLUMN, OTHER_STATUTORY_COLUMN),
        0,
        "其他依法应当主动公开的信息。",
        required=False,
    ),
)


def find_fixed_column_errors(website: Website) -> list[str]:
    """Return up to two Chinese sentences on a site's fixed columns: those that are missing, those that are not open."""
    existing = {column.fixed: column for column in Column.objects.filter(website=website).exclude(fixed="")}
    existing |= {c.key: c for c in Column.objects.filter(website=website, key__startswith=PLATFORM_NAME)}
    absent, closed = [], []
    for fixed in FIXED_COLUMNS:
        if not fixed.required:
            continue
        column = existing.get(fixed.mark) or existing.get(make_path_key(fixed.path))
        if column is None:
            absent.append(f"“{fixed.path[-1]}”")
        elif not column.is_open or column.archived_at:
            closed.append(f"“{fixed.path[-1]}”")
    lacks = [f"{website.name}缺少固定栏目{'、'.join(absent)}。"] if absent else []
    return [*lacks, f"{website.name}的固定栏目{'、'.join(closed)}尚未开通。"] if closed else lacks


@dataclass(frozen=True)
class ColumnCreationResult:
    """The result of `make_planned_columns`: the column of each requested path, and the created columns."""

    columns: dict[tuple[str, ...], Column] = field(default_factory=dict)
    created: tuple[Column, ...] = ()


def make_planned_columns(plan: ColumnPlan, by: Actor, *, made_from: str = "") -> ColumnCreationResult:
    """Create the columns of a plan, except existing ones.

    New columns are closed until owner, person, cycle and content are set (`actions.open_column`).

    Raises:
        Refused: the actor may not manage the site's columns.
    """
    website = Website.objects.get(pk=plan.website_id)
    if not plan.create:
        return ColumnCreationResult(_load_columns_by_path(plan), ())
    made_columns: ColumnCreationResult = make_columns(website, by=by, plan=plan, made_from=made_from)
    return made_columns


@action("publishing.make_columns", label="建立栏目", rule=check_site_manager)
def make_columns(website: Website, *, by: Actor, plan: ColumnPlan, made_from: str = "") -> ActionResult:
    """Create the missing columns of a plan, parents first."""
    existing = {column.key: column for column in Column.objects.filter(website=website)}
    created = []
    for new in plan.create:
        if new.key not in existing:
            existing[new.key] = _create_column(website, new, existing.get(new.parent_key), made_from)
            created.append(existing[new.key])
    TreeStamp.increment()
    return ActionResult(
        words="新建栏目：" + "、".join(column.name for column in created) if created else "没有需要新建的栏目",
        facts={"columns": [column.pk for column in created], "from": made_from},
        result=ColumnCreationResult(_load_columns_by_path(plan), tuple(created)),
    )


def _create_column(website: Website, new: NewColumn, parent: Column | None, made_from: str) -> Column:
    """Create a planned column, not open yet; `made_from` names the origin of the plan."""
    return Column.objects.create(
        website=website,
        parent=parent,
        name=new.name,
        key=new.key,
        owner_id=new.owner_id,
        content=new.content,
        made_from=made_from[:200],
    )


def _load_columns_by_path(plan: ColumnPlan) -> dict[tuple[str, ...], Column]:
    """Return the plan's existing columns by path."""
    existing = {
        column.key: column
        for column in Column.objects.filter(website_id=plan.website_id, key__in=set(plan.keys.values()))
    }
    return {path: existing[key] for path, key in plan.keys.items() if key in existing}


def remove_made_columns(columns: Iterable[Column], by: Actor) -> list[Column]:
    """Remove closed, empty columns that an import created; return those that stay."""
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


def _check_removable(column: Column) -> list[str]:
    """Return the Chinese reason why a column cannot be deleted, if any."""
    if column.is_open:
        return ["栏目已经开通，不能删除，可以归档。"]
    if column.children.exists() or column.placements.exists() or column.waiting.exists():
        return ["栏目下还有子栏目或信息，不能删除。"]
    return ["法定固定栏目不能删除。"] if column.fixed else []


@action("publishing.remove_column", label="删除未开通栏目", rule=check_site_manager, ready=_check_removable)
def remove_column(column: Column, *, by: Actor) -> ActionResult:
    """Remove an empty column that never opened."""
    stream, facts = f"column/{column.pk}", {"key": column.key}
    column.delete()
    TreeStamp.increment()
    return ActionResult(words=f"删除未开通的栏目“{facts['key']}”", facts=facts, stream=stream, result=facts)
