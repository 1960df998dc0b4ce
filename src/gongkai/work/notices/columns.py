"""The columns that a notice's disclosure paths ask for: what would be made, making them, taking them back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gongkai.content.editions.hosts import home
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import columns
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.privacy import proofread
from gongkai.work.notices.expansion import Expansion
from gongkai.work.notices.models import ImportedColumn, Notice

SEPARATOR = ">"
ELSEWHERE = "网站上没有这个栏目，新设栏目请商网站主办单位"


@dataclass(frozen=True)
class Wanted:
    """The dry run: no website is known where `website` is None; then paths are kept, and no columns are made."""

    website: Website | None
    plan: columns.Plan | None
    paths: int

    @property
    def create(self) -> tuple[columns.NewColumn, ...]:
        """Columns that would be made."""
        return self.plan.create if self.plan else ()

    @property
    def reuse(self) -> tuple[columns.Reused, ...]:
        """Columns that are there."""
        return self.plan.reuse if self.plan else ()

    @property
    def refused(self) -> tuple[columns.Refusal, ...]:
        """Paths of which no column can be made, with the reason."""
        return self.plan.refused if self.plan else ()


@dataclass(frozen=True)
class Opened:
    """How many columns were made and reused."""

    made: int
    reused: int


def home_of(government: Body) -> str:
    """Return what stands before the addresses of a government's site (`https://www.yunling.gov.cn`), empty where there is no site."""
    website = website_of(government)
    return home(website) if website else ""


def on_paper(address: str, home: str) -> str:
    """Return an address as it can be followed from paper: one of our own pages with its site (`home_of`)."""
    return f"{home}{address}" if address.startswith("/") else address


def misspelt(names: Iterable[str], government: Body) -> dict[str, str]:
    """Return which names of columns seem to have a wrong character (社会救肋), with what they seem to mean; those that are there are right."""
    website = website_of(government)
    known = set(Column.objects.filter(website=website).values_list("name", flat=True)) if website else set()
    found = {}
    for name in set(names) - known:
        slips = (
            [finding for finding in proofread(name) if finding.kind == "typo" and finding.suggestion]
            if name.strip()
            else []
        )
        meant = name
        for finding in reversed(slips):
            meant = meant[: finding.start] + finding.suggestion + meant[finding.end :]
        if meant != name:
            found[name] = meant
    return found


def column_keys(government: Body) -> list[str]:
    """Return the chains of names of the columns that a government's site has and that are not archived: a path never stands for one of those."""
    website = website_of(government)
    rows = Column.objects.filter(website=website, archived_at=None) if website else Column.objects.none()
    return list(rows.values_list("key", flat=True))


def website_of(government: Body) -> Website | None:
    """Return the site of a government: run by itself or by a body under it, the default one first; else the default site of all."""
    sites = Website.objects.order_by("-is_default", "pk")
    return (
        sites.filter(body=government).first()
        or sites.filter(body__parent=government).first()
        or sites.filter(is_default=True).first()
    )


def written(path: Iterable[str]) -> str:
    """Return a path as one string, as it is kept and compared."""
    return SEPARATOR.join(path)[:400]


def asked_for(expansion: Expansion) -> list[columns.Wanted]:
    """Return each path once, with the first responsible unit as the column's owner and the duty's words as its content."""
    found: dict[tuple[str, ...], columns.Wanted] = {}
    for planned in expansion.planned:
        measure = expansion.measures[planned.number]
        owner = _owner(planned.owned)
        for duty in measure.duties.all():
            for path in duty.paths:
                key = tuple(path)
                if key and key not in found:
                    found[key] = columns.Wanted(key, owner, "")
    return list(found.values())


def _owner(owned: tuple[object, ...]) -> int | None:
    """A column belongs to the lead where many publish in it, else to the one unit that does."""
    if not owned:
        return None
    first = owned[0]
    leads: tuple[int, ...] = first.leads  # type: ignore[attr-defined]
    if len(owned) == 1 or not leads:
        return int(first.owner.body_id)  # type: ignore[attr-defined]
    return leads[0]


def wanted(notice: Notice, expansion: Expansion) -> Wanted:
    """Return what confirming would make and reuse; nothing is stored."""
    website = website_of(notice.government)
    asked = asked_for(expansion)
    plan = columns.plan(website, asked, anywhere=True) if website else None
    return Wanted(website, _found_only(plan) if plan and notice.own else plan, len(asked))


def _found_only(plan: columns.Plan) -> columns.Plan:
    """Return what a unit's own notice uses of a site: columns that are there. It orders none of the government's site."""
    keys = {new.key for new in plan.create}
    missing = (path for path, key in plan.keys.items() if key in keys)
    refused = (*plan.refused, *(columns.Refusal(path, ELSEWHERE) for path in missing))
    return replace(plan, create=(), refused=refused)


def make(notice: Notice, expansion: Expansion, *, by: Actor) -> Opened:
    """Make the missing columns and note which ones this notice made and reuses; what it noted before stays. Only inside an action."""
    dry = wanted(notice, expansion)
    if dry.plan is None:
        return Opened(0, 0)
    made = columns.make(dry.plan, by=by, made_from=notice.doc_number or notice.title)
    created = {column.pk for column in made.created}
    rows = {
        written(path): ImportedColumn(
            notice=notice, column_id=column.pk, path=written(path), made=column.pk in created
        )
        for path, column in made.columns.items()
    }
    leaves = {row.column_id for row in rows.values()}
    for column in made.created:  # levels above the leaves: made by this notice, too, and asked for by no path
        if column.pk not in leaves:
            rows[f"＊{column.key}"[:400]] = ImportedColumn(
                notice=notice, column_id=column.pk, path=f"＊{column.key}"[:400], made=True
            )
    noted = set(notice.columns.values_list("path", flat=True))
    rows = {path: row for path, row in rows.items() if path not in noted}
    ImportedColumn.objects.bulk_create(rows.values(), batch_size=500)
    reused = {row.column_id for row in rows.values() if not row.made}
    return Opened(len(created), len(reused))


def obstacles(notice: Notice) -> list[str]:
    """Return the columns made by this notice that are open or hold something, a sentence each."""
    mine = list(notice.columns.filter(made=True).values_list("column_id", flat=True))
    found = []
    for column in Column.objects.filter(pk__in=mine):
        if column.is_open:
            found.append(f"栏目“{column.title}”已经开通。")
        elif column.placements.exists() or column.waiting.exists():
            found.append(f"栏目“{column.title}”已放入信息。")
        elif column.children.exclude(pk__in=mine).exists():
            found.append(f"栏目“{column.title}”下已另设子栏目。")
    others = ImportedColumn.objects.filter(column_id__in=mine).exclude(notice=notice)
    for row in others.select_related("notice")[:5]:
        found.append(f"栏目“{row.path}”已由“{row.notice.title}”沿用。")
    return found


def release(notice: Notice, *, by: Actor) -> int:
    """Remove those columns that this notice made and that nobody opened, filled or uses for another notice; return how many."""
    mine = set(notice.columns.filter(made=True).values_list("column_id", flat=True))
    others = ImportedColumn.objects.filter(column_id__in=mine).exclude(notice=notice)
    made = list(Column.objects.filter(pk__in=mine - set(others.values_list("column_id", flat=True))))
    return len(made) - len(columns.unmake(made, by=by))


def unmake(notice: Notice, *, by: Actor) -> int:
    """Remove the columns that this notice made; `obstacles` said before that nothing was done with them."""
    mine = list(notice.columns.filter(made=True).values_list("column_id", flat=True))
    made = list(Column.objects.filter(pk__in=mine))
    stays = columns.unmake(made, by=by)
    return len(made) - len(stays)
