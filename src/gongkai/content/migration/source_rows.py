"""Read a run's source into rows, resuming after an interruption; normalise old URLs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone

from gongkai.content.migration import personal_data, row_files
from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.models import MoveRow, MoveRun, RowState, RunKind
from gongkai.content.migration.sources import OldItem
from gongkai.content.migration.sources.crawl import JournalEntry, read_journal_entries
from gongkai.content.migration.sources.pages import iterate_page_names, read_page
from gongkai.content.migration.sources.pages.page_reader import ARCHIVE_SUFFIXES
from gongkai.content.migration.sources.proof import prove_by_saved_page, prove_page_itself
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET, make_item, map_page_urls
from gongkai.content.migration.sources.values import PICTURE_URL_PREFIX, FileRef
from gongkai.core.acts.digest import digest
from gongkai.core.files.kinds import get_suffix
from gongkai.core.spreadsheets import read_table
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.spreadsheets.sheet import Row
from gongkai.lib.richtext import FILE_SCHEME, clean_html, to_plain_text
from gongkai.lib.richtext.tags import StartTag, rewrite_tags, write_start_tag
from gongkai.lib.typed_json import read_texts

#: Longest old URL that is stored.
MAX_PATH_CHARACTERS = 300


def shorten_old_url(url: str, hosts: Collection[str]) -> str:
    """Return an old URL as stored, or "" if it cannot be stored (front page, other scheme, too long).

    >>> shorten_old_url("http://www.yunling.gov.cn/view.asp?id=33", {"www.yunling.gov.cn"})
    '/view.asp?id=33'
    >>> shorten_old_url("http://zf.yunling.gov.cn/a.html", {"www.yunling.gov.cn"})
    '//zf.yunling.gov.cn/a.html'
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.netloc or "").rsplit("@", 1)[-1].lower()
    except ValueError:
        return ""
    if parts.scheme not in {"", "http", "https"}:
        return ""
    path = unquote(parts.path) or "/"
    path = path if path.startswith("/") else f"/{path}"
    if parts.query:
        path += f"?{parts.query}"
    bare = host.removesuffix(":80").removesuffix(":443")
    if bare and bare not in hosts:
        path = f"//{bare}{path}"
    return path if path not in {"/", f"//{bare}/"} and len(path) <= MAX_PATH_CHARACTERS else ""


def list_stored_url_forms(host: str, path: str, query: str) -> list[str]:
    """Return the forms in which a requested URL may be stored, the most exact first."""
    bare = host.lower().removesuffix(":80").removesuffix(":443")
    full = f"{path}?{query}" if query else path
    return list(dict.fromkeys([f"//{bare}{full}", full, f"//{bare}{path}", path]))


#: Items read in one transaction.
READING_BATCH_SIZE = 20
#: Old URLs of a text that are stored; further ones are dropped.
MAX_OLD_URLS = 20


@dataclass(frozen=True)
class OpenedRunSource:
    """The open source of a migration run, with its items by index (from 0).

    `pieces`: unread items; `fetched`: journal of the crawl by path; `addresses`: old URL of each page by path;
    `notes`: columns of a spreadsheet that are not read.
    """

    run: MoveRun
    bundle: FileBundle
    pieces: Sequence[OldItem | Row | str]
    fetched: dict[str, JournalEntry]
    addresses: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def item(self, number: int) -> OldItem:
        """Return an old item as the source contains it."""
        piece = self.pieces[number]
        if isinstance(piece, OldItem):
            return piece
        if isinstance(piece, Row):
            base, addresses = self.run.base, self.addresses
            item = make_item(piece, self.bundle, base=base, addresses=addresses)
            item.source = prove_by_saved_page(item, self.bundle, self.fetched, base=base, addresses=addresses)
            return item
        if piece.lower().endswith(ARCHIVE_SUFFIXES):
            return OldItem(piece, unknown="这是网页存档，不能迁移，请用浏览器打开后另存为 .html。")
        try:
            data = self.bundle.read(piece)
        except UnreadableFile as error:
            return OldItem(piece, unknown=f"{error}。")
        url = self.fetched[piece].url if piece in self.fetched else ""
        item = read_page(data, piece, self.bundle, base=self.run.base, url=url)
        item.source = prove_page_itself(item, data, self.bundle, self.fetched, uploaded=self.run.uploaded)
        return item


def open_source(run: MoveRun, bundle: FileBundle) -> OpenedRunSource:
    """Open the source of a migration run.

    Raises:
        UnreadableFile: it cannot be read.
    """
    if run.kind == RunKind.SHEET:
        table = read_table(bytes(run.sheet or b""), OLD_ITEMS_SHEET)
        wrong: dict[int, OldItem] = {}
        for error in table.errors:
            if not error.row:
                raise UnreadableFile(str(error))
            item = wrong.setdefault(error.row, OldItem(f"第{error.row}行"))
            item.problems.append(f"{error.column}列（{error.head}）：{error.what}。{error.todo}。")
        rows = [(row.number, row) for row in table.rows] + list(wrong.items())
        pieces = [piece for _, piece in sorted(rows, key=lambda pair: pair[0])]
        urls = map_page_urls(table.rows, bundle)
        return OpenedRunSource(run, bundle, pieces, read_journal_entries(bundle), urls, table.notes)
    names = list(iterate_page_names(bundle)) + [name for name in bundle.all if name.lower().endswith(ARCHIVE_SUFFIXES)]
    if not names:
        raise UnreadableFile("文件夹中没有网页文件（.html、.htm、.shtml）")
    return OpenedRunSource(run, bundle, names, read_journal_entries(bundle))


def read_batch(run: MoveRun, source: OpenedRunSource) -> int:
    """Read the next items into rows, in one transaction with the run's cursor.

    Returns how many; 0 if none are left or another process was first.
    """
    numbers = range(run.cursor, min(run.cursor + READING_BATCH_SIZE, len(source.pieces)))
    rows = list(_iterate_rows(run, source, numbers))
    named = run.pictures.get("named", 0) + sum(row.data.get("pictures_named", 0) for row in rows)
    taken = run.pictures.get("taken", 0) + sum(len(row.data.get("pictures", [])) for row in rows)
    pictures = {"named": named, "taken": taken}
    with transaction.atomic():
        if not MoveRun.objects.filter(pk=run.pk, cursor=run.cursor, state=run.state).update(
            cursor=run.cursor + len(rows), total=len(source.pieces), pictures=pictures
        ):
            return 0  # somebody else was first
        MoveRow.objects.bulk_create(rows)
    run.cursor += len(rows)
    run.pictures = pictures
    run.total = len(source.pieces)
    return len(rows)


def _iterate_rows(run: MoveRun, source: OpenedRunSource, numbers: range) -> Iterator[MoveRow]:
    for number in numbers:
        yield make_row(run, number, source.item(number), source.bundle)


def make_row(run: MoveRun, number: int, item: OldItem, bundle: FileBundle) -> MoveRow:
    """Return the row of an item, with cleaned text, inspected files and findings."""
    row = MoveRow(
        run=run,
        website_id=run.website_id,
        number=number + 1,
        place=item.place[-300:],
        title=item.title[:300],
        unit=item.unit[:120],
        column=" > ".join(item.column)[:600],
        published_at=item.published,
        old=_list_old_urls(run, item),
        source=item.source,
    )
    row.key = compute_old_identity_digest(row)
    problems, notes = list(item.problems), list(item.notes)
    if item.unknown:
        row.state, row.notes = RowState.UNKNOWN, [item.unknown, *notes]
        return row
    missing = problems if run.kind == RunKind.SHEET else notes
    files = _inspect_files(item.files, bundle, missing)
    lost: list[str] = []
    pictures = _inspect_files(item.pictures, bundle, lost, picture=True)
    missing += lost
    if lost and "how" in row.source:  # a picture of the page that does not go along
        row.source = {**row.source, "how": "weak", "weak": [*read_texts(row.source, "weak"), *lost[:3]]}
    html = clean_html(_link_pictures(item.html, item.pictures, pictures))
    row.data = {
        "fields": {**item.fields, "imported_html": html},
        "files": [facts for facts, _ in files],
        "pictures": [facts for facts, _ in pictures],
        "pictures_named": len(item.pictures) + len(item.lost),
    }
    old = [
        personal_data.OldFile(
            str(facts["name"]), get_suffix(str(facts["ref"])), data, bool(facts["picture"]), str(facts["digest"])
        )
        for facts, data in [*files, *pictures]
    ]
    row.findings = personal_data.find_personal_data_in_row(row.title, html, row.data["fields"], old)
    if row.title or not problems:  # a row with unreadable cells says so, and no more
        problems += _find_row_problems(row, html, bool(files))
    row.problems, row.notes = list(dict.fromkeys(problems)), list(dict.fromkeys(notes))[:40]
    return row


def compute_old_identity_digest(row: MoveRow) -> str:
    """Return the digest of an item's old identity.

    The identity is its URL, else unit, title and date, else its place in the source.
    """
    if row.old:
        return digest(f"address {row.old[0]}")
    if row.title and row.published_at:
        day = timezone.localdate(row.published_at)
        return digest(f"facts {row.unit} {row.title} {day}")
    return digest(f"place {row.place}")


def _list_old_urls(run: MoveRun, item: OldItem) -> list[str]:
    """Return the old URLs of an item and its files as stored paths, without repetition."""
    hosts = run.website.host_names
    given = [*item.old, *(file.old for file in item.files if file.old)]
    found = [shorten_old_url(value, hosts) for value in given]
    return list(dict.fromkeys(path for path in found if path))[:MAX_OLD_URLS]


def _inspect_files(
    refs: list[FileRef], bundle: FileBundle, missing: list[str], *, picture: bool = False
) -> list[tuple[dict[str, object], bytes]]:
    """Return (facts, bytes) of the accepted files; an error for each other is added to `missing`."""
    found = []
    for ref in refs:
        try:
            found.append(row_files.inspect_file(bundle, ref.ref, ref.name, picture=picture))
        except UnreadableFile as error:
            missing.append(f"{error}，未带来：{(ref.old or ref.ref)[-80:]}。")
    return found


def _link_pictures(html: str, refs: list[FileRef], taken: list[tuple[dict[str, object], bytes]]) -> str:
    """Return HTML with links of migrated pictures to the file store."""
    digests_by_ref = {facts["ref"]: facts["digest"] for facts, _ in taken}
    digests_by_url = {f"{PICTURE_URL_PREFIX}:{number}": digests_by_ref.get(ref.ref) for number, ref in enumerate(refs)}

    def replace_source(tag: StartTag) -> str:
        mark = digests_by_url.get(tag.get("src"))
        return write_start_tag("img", {**tag.attributes, "src": f"{FILE_SCHEME}:{mark}"}) if mark else tag.source

    return rewrite_tags(html, {"img"}, replace_source) if digests_by_url else html


def _find_row_problems(row: MoveRow, html: str, files: bool) -> list[str]:
    """Return the Chinese errors of an old item: no title, no time or a future one, no content."""
    late = row.published_at is not None and row.published_at > timezone.now()
    checks = [
        (not row.title.strip(), "没有标题，或没有认出。"),
        (row.published_at is None, "没有发布时间，或没有认出。"),
        (late, "发布时间晚于现在。"),
        (not to_plain_text(html) and not files and "<img" not in html, "正文为空，也没有附件。"),
    ]
    return [sentence for wrong, sentence in checks if wrong]
