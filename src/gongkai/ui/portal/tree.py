"""Sites and columns in memory: one cheap query a request tells whether they changed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import connections, router
from django.utils.safestring import SafeString

from gongkai.content.editions.models import Column, ColumnKind, TreeStamp, Website
from gongkai.content.publishing.register import in_tree_order


@dataclass
class Node:
    """An open column, as the portal shows it."""

    pk: int
    website_id: int
    parent: "Node | None"
    name: str
    kind: str
    link: str
    content: str
    owner: str
    cycle: str
    fixed: str
    archived_at: datetime | None
    archive_note: str
    children: list["Node"] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the column is found; a link column leads away."""
        return self.link if self.kind == ColumnKind.LINK else f"/columns/{self.pk}/"

    @property
    def leads_away(self) -> bool:
        """Whether the column is only a link."""
        return self.kind == ColumnKind.LINK

    @property
    def line(self) -> list["Node"]:
        """The columns from the top down to this one."""
        return [*(self.parent.line if self.parent else []), self]

    @property
    def archived(self) -> "Node | None":
        """The archived column at or above this one; None while it is kept up to date."""
        return next((node for node in self.line if node.archived_at), None)


@dataclass
class SiteTree:
    """One site with its open columns."""

    website: Website
    nodes: dict[int, Node]
    #: Pieces of pages that depend on nothing else (`templatetags.portal.steady`).
    texts: dict[tuple[str, str], SafeString] = field(default_factory=dict)
    #: Addresses of public pages that show nothing yet, and when that was looked up (`holding`).
    bare: frozenset[str] = frozenset()
    looked_at: float = float("-inf")

    @property
    def top(self) -> list[Node]:
        """The columns on the first level that are kept up to date."""
        return [node for node in self.nodes.values() if node.parent is None and not node.archived_at]

    def fixed(self, mark: str) -> Node | None:
        """Return a fixed column of the disclosure platform by its mark."""
        return next((node for node in self.nodes.values() if node.fixed == mark), None)


class Sites(list[SiteTree]):
    """All sites, the default one first."""

    @cached_property
    def by_host(self) -> dict[str, SiteTree]:
        """Which site has a host; of two that name the same one the first."""
        return {host: tree for tree in reversed(self) for host in tree.website.answers_to}

    @cached_property
    def by_number(self) -> dict[int, SiteTree]:
        """Each site by its number."""
        return {tree.website.pk: tree for tree in self}

    def answering(self, host: str) -> SiteTree | None:
        """Return the site that answers to a host, as `editions.hosts.answering` says, however many sites there are."""
        host = host.lower()
        one, other = self.by_host.get(host), self.by_host.get(host.rsplit(":", 1)[0])
        if one is None or other is None:
            return one or other or next(iter(self), None)
        return next(tree for tree in self if tree is one or tree is other)


@dataclass
class _Kept:
    """What this process remembers: the stamp, and the sites as they were read behind it. In one piece: threads read them side by side."""

    read: tuple[int, Sites] = field(default_factory=lambda: (-1, Sites()))


_kept = _Kept()


def sites() -> Sites:
    """Return all sites: from memory, read again where the tree's stamp moved on (one query, else three, however many sites there are)."""
    stamp = _stamp()
    known, made = _kept.read
    if stamp != known or not made:
        websites = list(Website.objects.order_by("-is_default", "pk"))
        columns: dict[int, list[Column]] = defaultdict(list)
        for column in Column.objects.filter(opened_at__isnull=False).select_related("owner"):
            columns[column.website_id].append(column)
        made = Sites(_read(website, columns[website.pk]) for website in websites)
        _kept.read = stamp, made
    return made


def _stamp() -> int:
    """Return how often the tree changed, as the database says that the tree would be read from: a replica may not have both yet.

    Asked on every request, so it is not put together by the ORM each time.
    """
    with connections[router.db_for_read(TreeStamp)].cursor() as cursor:
        cursor.execute(f"SELECT value FROM {TreeStamp._meta.db_table} WHERE id = 1")  # noqa: S608 a table's name
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def forget() -> None:
    """Read everything again next time (tests, restored backups)."""
    _kept.read = -1, Sites()


def _read(website: Website, columns: list[Column]) -> SiteTree:
    nodes: dict[int, Node] = {}
    for column in in_tree_order(columns):
        parent = nodes.get(column.parent_id) if column.parent_id else None
        nodes[column.pk] = Node(
            column.pk,
            website.pk,
            parent,
            column.name,
            column.kind,
            column.link,
            column.content,
            column.owner.name if column.owner else "",
            column.cycle,
            column.fixed,
            column.archived_at,
            column.archive_note,
        )
        if parent:
            parent.children.append(nodes[column.pk])
    return SiteTree(website, nodes)
