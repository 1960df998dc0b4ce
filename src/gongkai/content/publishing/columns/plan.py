"""Plan the columns for a list of paths against the existing tree, without writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gongkai.content.editions.column_names import MAX_DEPTH, MAX_NAME, SEPARATOR, canonical, normal
from gongkai.content.editions.models import Column, ColumnAlias, Website
from gongkai.content.editions.queries.lists import named_alone


@dataclass(frozen=True)
class Wanted:
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
        """The displayed path."""
        return self.key.replace(SEPARATOR, " > ")


@dataclass(frozen=True)
class Reused:
    """A path with an existing column."""

    path: tuple[str, ...]
    key: str
    column_id: int
    is_open: bool
    archived: bool


@dataclass(frozen=True)
class Merged:
    """A spelling merged into another."""

    spelt: str
    into: str


@dataclass(frozen=True)
class Refusal:
    """A path without a column, with the reason."""

    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Plan:
    """The planned changes. `keys` maps each requested path to its column key."""

    website_id: int
    create: tuple[NewColumn, ...] = ()
    reuse: tuple[Reused, ...] = ()
    merge: tuple[Merged, ...] = ()
    refused: tuple[Refusal, ...] = ()
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)


@dataclass
class _Tree:
    """The existing tree with the planned additions."""

    columns: dict[str, Column]
    aliases: dict[str, str]
    new: dict[str, NewColumn]

    def step(self, parent_key: str, name: str) -> str:
        """Return the key of a child, by its name or an alias."""
        key = f"{parent_key}{SEPARATOR}{normal(name)}" if parent_key else normal(name)
        return key if key in self.columns else self.aliases.get(key, key)


def plan(website: Website, paths: Iterable[Sequence[str] | Wanted], *, anywhere: bool = False) -> Plan:
    """Plan the columns for paths in a site's tree.

    `anywhere`: a single name matches the only column of that name at any depth.

    `anywhere`: a path of one name stands for the only column of that name, wherever in the tree it is.
    """
    tree = _read(website)
    reuse: dict[tuple[str, ...], Reused] = {}
    merge: dict[str, Merged] = {}
    refused: dict[tuple[str, ...], Refusal] = {}
    keys: dict[tuple[str, ...], str] = {}
    for wanted in _wanted(paths):
        names = canonical(wanted.path, website.name)
        reason = _reason(names)
        if reason:
            refused[wanted.path] = Refusal(wanted.path, reason)
            continue
        alone = named_alone(tree.columns, normal(names[0])) if anywhere and len(names) == 1 else ""
        key = (
            alone
            if alone and tree.step("", names[0]) not in tree.columns
            else _walk(tree, names, wanted, website.body_id)
        )
        keys[wanted.path] = key
        spelt, into = _spelt(wanted.path), key.replace(SEPARATOR, " > ")
        if spelt != into:
            merge.setdefault(spelt, Merged(spelt, into))
        column = tree.columns.get(key)
        if column:
            reuse[wanted.path] = Reused(wanted.path, key, column.pk, column.is_open, column.archived_at is not None)
    return Plan(
        website.pk,
        tuple(tree.new.values()),
        tuple(reuse.values()),
        tuple(merge.values()),
        tuple(refused.values()),
        keys,
    )


def _read(website: Website) -> _Tree:
    columns = {column.key: column for column in Column.objects.filter(website=website)}
    aliases = ColumnAlias.objects.filter(website=website).values_list("key", "column__key")
    return _Tree(columns, dict(aliases), {})


def _wanted(paths: Iterable[Sequence[str] | Wanted]) -> Iterable[Wanted]:
    for path in paths:
        yield path if isinstance(path, Wanted) else Wanted(tuple(path))


def _reason(names: tuple[str, ...]) -> str:
    if not names:
        return "路径中没有栏目名称（只写到网站）。"
    if len(names) > MAX_DEPTH:
        return f"栏目层级超过{MAX_DEPTH}级，请核对公开路径。"
    long = next((name for name in names if len(name) > MAX_NAME), "")
    return f"栏目名称“{long[:20]}…”超过{MAX_NAME}字，请核对公开路径。" if long else ""


def _walk(tree: _Tree, names: tuple[str, ...], wanted: Wanted, sponsor: int) -> str:
    """Add the missing levels of a path; return the key of the last level."""
    key = ""
    for depth, name in enumerate(names):
        parent_key, key = key, tree.step(key, name)
        leaf = depth == len(names) - 1
        if key in tree.columns:
            continue
        if key not in tree.new:
            tree.new[key] = NewColumn(key, name, parent_key, sponsor, describe_by_name(name))
        if leaf and (wanted.owner_id or wanted.content):
            tree.new[key] = NewColumn(key, tree.new[key].name, parent_key, wanted.owner_id or sponsor, wanted.content)
    return key


def describe_by_name(name: str) -> str:
    """Return a default content for a column with only a name; public pages omit it."""
    return f"集中公开{name.removesuffix('信息')}信息。"


def _spelt(path: tuple[str, ...]) -> str:
    """Return a path as written, without the common root."""
    names = [name.strip() for name in path]
    return " > ".join(names[1:] if len(names) > 1 and normal(names[0]) == "政府网站" else names)
