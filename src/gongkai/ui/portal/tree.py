"""Sites and columns in memory; one cheap query per request detects changes."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import connections, router
from django.utils.safestring import SafeString

from gongkai.content.editions.models import Column, ColumnKind, TreeStamp, Website
from gongkai.content.publishing.column_register import sort_as_tree
from gongkai.content.publishing.columns import make_placeholder_content
from gongkai.ui.portal.pages import URLS_BY_LABEL


@dataclass
class ColumnNode:
    """A column (栏目) that is open to the public."""

    pk: int
    website_id: int
    parent: "ColumnNode | None"
    name: str
    kind: str
    link: str
    content: str
    owner: str
    cycle: str
    fixed: str
    archived_at: datetime | None
    archive_note: str
    children: list["ColumnNode"] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the URL of the column; a link column leads elsewhere."""
        return self.link if self.kind == ColumnKind.LINK else f"/columns/{self.pk}/"

    @property
    def named_url(self) -> str:
        """Return the URL of the public page of the same name, else the column's own."""
        return URLS_BY_LABEL.get(self.name, self.url)

    @property
    def leads_away(self) -> bool:
        """Return true if the column is only a link."""
        return self.kind == ColumnKind.LINK

    @property
    def line(self) -> list["ColumnNode"]:
        """Return the path of columns from the top level down to this one."""
        return [*(self.parent.line if self.parent else []), self]

    @property
    def archived(self) -> "ColumnNode | None":
        """Return the archived column at or above this one, or None."""
        return next((node for node in self.line if node.archived_at), None)


@dataclass
class SiteTree:
    """One site (网站) with its open columns by id (`nodes`); `looked_at` is the monotonic time of the check of `bare`."""

    website: Website
    nodes: dict[int, ColumnNode]
    #: Cached page parts (`templatetags.portal.steady`).
    texts: dict[tuple[str, str], SafeString] = field(default_factory=dict)
    #: URLs of public pages without content, and the time of the check (`views.front`).
    bare: frozenset[str] = frozenset()
    looked_at: float = float("-inf")

    @property
    def top(self) -> list[ColumnNode]:
        """Return the top-level columns that are not archived."""
        return [node for node in self.nodes.values() if node.parent is None and not node.archived_at]

    def find_fixed_column(self, fixed_key: str) -> ColumnNode | None:
        """Return the column that every disclosure platform must have under this key, or None."""
        return next((node for node in self.nodes.values() if node.fixed == fixed_key), None)


class Sites(list[SiteTree]):
    """All sites of the installation, the default first."""

    @cached_property
    def by_host(self) -> dict[str, SiteTree]:
        """Return the sites by host; the first wins."""
        return {host: tree for tree in reversed(self) for host in tree.website.host_names}

    @cached_property
    def by_number(self) -> dict[int, SiteTree]:
        """Return the sites by id."""
        return {tree.website.pk: tree for tree in self}

    def find_site(self, host: str) -> SiteTree | None:
        """Return the site of a host, or None, like `editions.hosts.find_site_of_host`."""
        host = host.lower()
        by_full_host, by_name = self.by_host.get(host), self.by_host.get(host.rsplit(":", 1)[0])
        if by_full_host is None or by_name is None:
            return by_full_host or by_name or next(iter(self), None)
        return next(tree for tree in self if tree is by_full_host or tree is by_name)


@dataclass
class _SiteCache:
    """The change stamp and the sites read with it, replaced atomically for threads."""

    read: tuple[int, Sites] = field(default_factory=lambda: (-1, Sites()))


_cache = _SiteCache()


def load_sites() -> Sites:
    """Return all sites from memory, reloaded if the stamp changed."""
    stamp = _get_stamp()
    cached_stamp, sites = _cache.read
    if stamp != cached_stamp or not sites:
        websites = list(Website.objects.order_by("-is_default", "pk"))
        columns: dict[int, list[Column]] = defaultdict(list)
        for column in Column.objects.filter(opened_at__isnull=False).select_related("owner"):
            columns[column.website_id].append(column)
        sites = Sites(_build_site_tree(website, columns[website.pk]) for website in websites)
        _cache.read = stamp, sites
    return sites


def _get_stamp() -> int:
    """Return the stamp that changes with every change of sites and columns; 0 if there is none."""
    with connections[router.db_for_read(TreeStamp)].cursor() as cursor:
        cursor.execute(f"SELECT value FROM {TreeStamp._meta.db_table} WHERE id = 1")  # noqa: S608 a table's name
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def reload_next_time() -> None:
    """Make this process reload sites and columns at their next use (tests, restored backups)."""
    _cache.read = -1, Sites()


def _build_site_tree(website: Website, columns: list[Column]) -> SiteTree:
    """Build the navigation tree of a site from its columns, parents first."""
    nodes: dict[int, ColumnNode] = {}
    for column in sort_as_tree(columns):
        parent = nodes.get(column.parent_id) if column.parent_id else None
        nodes[column.pk] = ColumnNode(
            column.pk,
            website.pk,
            parent,
            column.name,
            column.kind,
            column.link,
            "" if column.content == make_placeholder_content(column.name) else column.content,
            column.owner.name if column.owner else "",
            column.cycle,
            column.fixed,
            column.archived_at,
            column.archive_note,
        )
        if parent:
            parent.children.append(nodes[column.pk])
    return SiteTree(website, nodes)
