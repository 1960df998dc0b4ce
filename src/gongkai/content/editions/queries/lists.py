"""Lists of public documents, read from `Shelf` in keyset pages of one query each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from functools import reduce
from operator import or_

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.content.editions.column_names import PATH_SEPARATOR, find_canonical_path, normalize_name
from gongkai.content.editions.models import Column, ColumnAlias, EditionContent, Shelf, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries.documents import readable_q
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number


def default_website() -> Website | None:
    """Return the default site for unknown hosts, or the first site; None if there is none."""
    return Website.objects.order_by("-is_default", "pk").first()


def find_nearest_site(body: Body) -> Website | None:
    """Return the site of the body or of the nearest government above it, or None."""
    numbers = [int(part) for part in body.path.split("/") if part]
    return Website.objects.filter(body__in=numbers).order_by("-body__path").first()


def find_column_of_path(path: Sequence[str], website: Website | None = None) -> Column | None:
    """Return the column of a disclosure path in any spelling on a site (by default the default one), or None."""
    site = website or default_website()
    return map_paths_to_columns(site, [path]).get(tuple(path)) if site else None


def map_paths_to_columns(website: Website, paths: Sequence[Sequence[str]]) -> dict[tuple[str, ...], Column]:
    """Return {path: column} of disclosure paths in any spelling on a site, without paths that have none."""
    columns = {column.key: column for column in Column.objects.filter(website=website)}
    aliases = dict(ColumnAlias.objects.filter(website=website).values_list("key", "column__key"))
    found = {}
    for path in paths:
        key = ""
        for name in find_canonical_path(path, website.name):
            key = f"{key}{PATH_SEPARATOR}{normalize_name(name)}" if key else normalize_name(name)
            key = key if key in columns else aliases.get(key, key)
        key = key if key in columns else find_only_column_of_name(columns, key)
        if key in columns:
            found[tuple(path)] = columns[key]
    return found


def find_only_column_of_name(columns: Mapping[str, Column], name: str) -> str:
    """Return the key of the only column with a name at any depth, or "" if there are several or none.

    Notices write 网站“义务教育”专栏 without the path of the column.
    """
    if PATH_SEPARATOR in name:
        return ""
    keys = [
        key for key, column in columns.items() if column.archived_at is None and normalize_name(column.name) == name
    ]
    return keys[0] if len(keys) == 1 else ""


def map_last_updates(website: Website | int, now: datetime | None = None) -> dict[int, datetime]:
    """Return {column: time of its last new public edition or document}."""
    rows = Shelf.objects.filter(website=website, column__isnull=False, from_at__lte=now or timezone.now())
    return dict(rows.values_list("column").annotate(last=Max("from_at")))


#: Documents on one page.
PER_PAGE = 20


def shelf_visible_to(user: object, now: datetime | None = None) -> QuerySet[Shelf]:
    """Return the rows of public lists that the user may see now."""
    moment = now or timezone.now()
    return Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=moment), readable_q(user), from_at__lte=moment)


def map_titles_over_time(documents: Iterable[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Return {document: all public titles with their times, oldest first}.

    A document may change its title and its subject, so the first publication does not date the
    present one.
    """
    rows = EditionContent.objects.filter(
        edition__document__in=set(documents), edition__visible_from__lte=timezone.now()
    )
    columns = ("edition__document", "edition__document__published_at", "edition__visible_from", "title")
    found: dict[int, list[tuple[datetime, str]]] = {}
    for document, first, since, title in rows.order_by("edition__number").values_list(*columns):
        titles = found.setdefault(document, [])
        titles.append((since if titles else first or since, title))
    return found


def find_title_start(titles: Sequence[tuple[datetime, str]]) -> datetime | None:
    """Return the time since which a document has its current title (from `map_titles_over_time`); None without titles."""
    last = titles[-1][1] if titles else ""
    since = None
    for at, title in reversed(titles):
        if title != last:
            break
        since = at
    return since


@dataclass(frozen=True)
class ListPage:
    """A page of a list of documents; `next` and `previous` are keys of the pages around it, "" if there is none."""

    rows: list[Shelf]
    next: str = ""
    previous: str = ""


def list_page(
    user: object,
    *,
    website: Website | int,
    column: int | None = None,
    body: int | None = None,
    after: str = "",
    before: str = "",
    size: int = PER_PAGE,
    kinds: Sequence[str] = (),
    news: bool = False,
) -> ListPage:
    """Return a page of a column (with its descendants), a body, or a whole site, newest first.

    `after` and `before` are keys from a `ListPage`; invalid ones are ignored. `news` leaves out
    registers.
    """
    rows = shelf_visible_to(user).filter(column=column) if column else _list_site_shelf(user, website)
    if body is not None:
        rows = rows.filter(body=body)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if news:
        rows = exclude_registers(rows)
    return keyset_page(rows, after=after, before=before, size=size)


def exclude_registers(rows: QuerySet[Shelf]) -> QuerySet[Shelf]:
    """Exclude registers, link lists and reports on the office's own checks, which are not news."""
    starts = ("table/", "catalogue_check/", "listing/")
    not_news = reduce(or_, (Q(document__source__startswith=start) for start in starts))
    return rows.exclude(not_news | Q(document__source__startswith="record/", kind=ItemKind.NOTICE))


def keyset_page(rows: QuerySet[Shelf], *, after: str = "", before: str = "", size: int = PER_PAGE) -> ListPage:
    """Return a page of rows after or before a key, newest publication first."""
    key = _read_key(after) or _read_key(before)
    backwards = bool(_read_key(before)) and not _read_key(after)
    if key:
        rows = rows.filter(_make_page_condition(key, backwards=backwards))
    order = ("published_at", "document") if backwards else ("-published_at", "-document")
    shelves = list(rows.order_by(*order)[: size + 1])
    more, shelves = len(shelves) > size, shelves[:size]
    if backwards:
        shelves.reverse()
    if not shelves:
        return ListPage([])
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(key)
    return ListPage(
        shelves, _make_page_key(shelves[-1]) if has_next else "", _make_page_key(shelves[0]) if has_previous else ""
    )


def _list_site_shelf(user: object, website: Website | int) -> QuerySet[Shelf]:
    """Return the rows of the list of a whole site that a user sees."""
    number = website.pk if isinstance(website, Website) else website
    return shelf_visible_to(user).filter(website=number, column=None)


def _make_page_condition(key: tuple[datetime, int], *, backwards: bool) -> Q:
    """Return the condition for the rows after `key` (before it if `backwards`), newest first."""
    at, document = key
    if backwards:
        return Q(published_at__gte=at) & (Q(published_at__gt=at) | Q(document__gt=document))
    return Q(published_at__lte=at) & (Q(published_at__lt=at) | Q(document__lt=document))


def _make_page_key(row: Shelf) -> str:
    """Return the key of a row by which the next page continues."""
    return f"{row.published_at.isoformat()}_{row.document_id}"


def _read_key(key: str) -> tuple[datetime, int] | None:
    """Return (time, document number) of a page key; None if it is malformed."""
    at, _, number = key.replace(" ", "+").rpartition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    pk = parse_whole_number(number)
    usable = moment is not None and timezone.is_aware(moment) and pk is not None
    # The first and the last year leave no room to turn a time into the database's zone.
    usable = usable and moment is not None and MINYEAR < moment.year < MAXYEAR
    return (moment, pk) if usable and moment and pk is not None else None


def list_newest(user: object, *, website: Website | int) -> list[Shelf]:
    """Return the ten newest publications of a site."""
    return list(_list_site_shelf(user, website).order_by("-published_at", "-document")[:10])


def list_newest_by_column(user: object, columns: Sequence[int], size: int = 5) -> dict[int, list[Shelf]]:
    """Return {column key: its newest list rows, at most `size`}, with one query for each column."""
    rows = shelf_visible_to(user)
    return {
        column: list(rows.filter(column=column).order_by("-published_at", "-document")[:size]) for column in columns
    }
