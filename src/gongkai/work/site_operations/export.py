"""Export a whole public site as a .zip with texts, files, columns and a table for import.

Another installation can import the file (旧网站迁移); other programs find a table, pages and files by
name.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.frozen import TYPES, FrozenFile
from gongkai.content.editions.models import Address, Column, EditionContent, Shelf, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET
from gongkai.core.files.models import StoredFile
from gongkai.core.spreadsheets import Column as Head
from gongkai.core.spreadsheets import Sheet, write_xlsx
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.richtext.pictures import add_picture_addresses

#: Rows of one table; an import reads no more at once.
MAX_ROWS_PER_TABLE = 20_000
# Bytes kept in memory before the file is written to disk.
_MAX_MEMORY_BYTES = 8_000_000
_KIND_LABELS = dict(ItemKind.choices)
_COLUMN_SHEET = Sheet(
    "栏目",
    (
        Head("path", "栏目路径", write=lambda one: one[0], width=50),
        Head("address", "网址", write=lambda one: one[1], width=40),
        Head("count", "信息（条）", write=lambda one: one[2], width=12),
    ),
)
_PAGE_TEMPLATE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{metas}</head><body><h1>{title}</h1>
<p>发布时间：{at}</p><article>{html}</article></body></html>"""
_README_TEMPLATE = """{site}（{host}）{at}导出。
信息.xlsx：网站上公开的信息，每条一行；可以在“旧网站迁移”中连同本压缩文件直接读入。
网页：每条信息的正文。附件、图片：正文的附件和图片，按摘要值区分。栏目.xlsx：栏目和其中信息的条数。摘要值.txt：各文件的SHA-256。
共{count}条信息，{files}个附件和图片。不包含草稿、审签意见和个人提交的内容。
"""
# Path from a page in 网页/ to the other folders.
_PARENT_FOLDER = "../"
#: File in the .zip that lists what could not be exported.
MISSING_FILE_NAME = "未能导出.txt"


@dataclass(frozen=True)
class SiteExport:
    """The .zip of a site as an open file, and a line for each missing text or file."""

    content: IO[bytes]
    missing: list[str]


def export_site(website: Website) -> SiteExport:
    """Pack the public content of a site; the .zip lists what is missing (`MISSING_FILE_NAME`)."""
    out: IO[bytes] = SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES)  # type: ignore[assignment]  # noqa: SIM115 - the caller reads it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        writer = _ZipWriter(bundle)
        rows = list(_iterate_rows(website, writer))
        for number, start in enumerate(range(0, max(1, len(rows)), MAX_ROWS_PER_TABLE)):
            name = "信息.xlsx" if number == 0 else f"信息{number + 1}.xlsx"
            writer.put(name, write_xlsx(OLD_ITEMS_SHEET, rows[start : start + MAX_ROWS_PER_TABLE]))
        writer.put("栏目.xlsx", write_xlsx(_COLUMN_SHEET, _iterate_columns(website), guide=False))
        moment = timezone.localtime().strftime("%Y年%m月%d日")
        text = _README_TEMPLATE.format(
            site=website.name, host=website.host, at=moment, count=len(rows), files=len(writer.files)
        )
        if writer.missing:
            text += f"有{len(writer.missing)}项没有导出，见“{MISSING_FILE_NAME}”。\n"
            writer.put(MISSING_FILE_NAME, "".join(f"{line}\n" for line in writer.missing).encode())
        writer.put("说明.txt", text.encode())
        writer.put("摘要值.txt", "".join(f"{digest}  {name}\n" for name, digest in writer.digests).encode())
    out.seek(0)
    return SiteExport(out, writer.missing)


class _ZipWriter:
    """Writes the .zip: each stored file once, with the digest of each part."""

    def __init__(self, bundle: zipfile.ZipFile) -> None:
        self.bundle = bundle
        self.digests: list[tuple[str, str]] = []
        self.files: dict[str, str] = {}
        self.missing: list[str] = []

    def put(self, name: str, data: bytes) -> None:
        """Add a part to the .zip and record its SHA-256."""
        self.bundle.writestr(name, data)
        self.digests.append((name, hashlib.sha256(data).hexdigest()))

    def add_stored_file(self, file: FrozenFile, title: str) -> str:
        """Pack a file once; return its path in the .zip, "" if the store has lost it (`title`: of its text)."""
        digest = file["digest"]
        if digest not in self.files:
            stored = StoredFile.objects.filter(pk=digest).first()
            if stored is None or not stored.exists():
                what = "图片" if file["picture"] else f"附件“{file['name']}”"
                self.missing.append(f"“{title}”的{what}：文件库中已缺失（摘要值{digest[:12]}）")
                return ""
            zip_path = _make_zip_path(stored, file)
            self.put(zip_path, stored.read())
            self.files[digest] = zip_path
        return self.files[digest]


def _make_zip_path(stored: StoredFile, file: FrozenFile) -> str:
    """Return the file's path in the export; names are made safe."""
    digest = stored.digest
    if file["picture"]:
        suffix = next((suffix for suffix, kind in TYPES.items() if kind == stored.type), "png")
        return f"图片/{digest[:24]}.{suffix}"
    safe = PurePosixPath(file["name"].replace("\\", "/")).name.replace("、", "_").replace("；", "_")
    return f"附件/{digest[:10]}/{safe[:120] or digest[:12]}"


def list_public_texts(website: Website) -> QuerySet[Shelf]:
    """Return the public placements of texts of a site."""
    return shelf_visible_to(ANONYMOUS).filter(website=website, column__isnull=False, direct=True)


def _iterate_rows(website: Website, writer: _ZipWriter) -> Iterator[dict[str, object]]:
    """Yield the rows of the table, one for each document, and add texts and files to the .zip."""
    paths = dict(Address.objects.filter(website=website, current=True).values_list("document", "path"))
    columns = {column.pk: column for column in Column.objects.filter(website=website)}
    exported_documents: set[int] = set()
    for shelf in list_public_texts(website).select_related("document__body").order_by("document", "pk").iterator(500):
        if shelf.document_id in exported_documents:
            continue
        exported_documents.add(shelf.document_id)
        content = EditionContent.objects.filter(edition=shelf.edition_id).first()
        if content is None:
            writer.missing.append(f"信息{shelf.document_id}：没有正文")
        else:
            yield _build_row(shelf, content, columns.get(shelf.column_id or 0), paths, website, writer)


def _build_row(
    shelf: Shelf,
    content: EditionContent,
    column: Column | None,
    paths: dict[int, str],
    website: Website,
    writer: _ZipWriter,
) -> dict[str, object]:
    """Write a page and its files to the archive; return the cells of its row in the list."""
    number, facts = shelf.document_id, content.facts
    moment = timezone.localtime(shelf.document.published_at) if shelf.document.published_at else None
    original_files = [
        file for file in content.files if not file.get("of")
    ]  # `of` marks a smaller size of another picture.
    zip_paths = {file["digest"]: writer.add_stored_file(file, content.title) for file in original_files}
    text = add_picture_addresses(content.html, lambda digest: f"{_PARENT_FOLDER}{zip_paths.get(digest, '')}")
    page = f"网页/{number}.html"
    metas = f'<meta name="ArticleTitle" content="{escape(content.title)}">'
    metas += f'<meta name="PubDate" content="{moment:%Y-%m-%d %H:%M}">' if moment else ""
    html = _PAGE_TEMPLATE.format(
        title=escape(content.title), metas=metas, at=f"{moment:%Y-%m-%d %H:%M}" if moment else "", html=text
    )
    writer.put(page, html.encode())
    return {
        "title": content.title,
        "column": column.key if column else "",
        "unit": shelf.document.body.name if shelf.document.body else "",
        "published": moment,
        "formed_on": shelf.document.formed_on,
        "document_number": facts.get("document_number", ""),
        "issuer": facts.get("issuer", ""),
        "written_on": facts.get("written_on") or None,
        "effective_on": facts.get("effective_on") or None,
        "kind": _KIND_LABELS.get(shelf.document.kind, ""),
        "index_number": shelf.document.index_number,
        "source": facts.get("source", ""),
        "keywords": facts.get("keywords", ""),
        "summary": facts.get("summary", ""),
        "text": "",
        "text_file": page,
        "files": [
            zip_path for file in original_files if not file["picture"] and (zip_path := zip_paths[file["digest"]])
        ],
        "page": page,
        "old": f"https://{website.host}{paths[number]}" if number in paths else "",
    }


def _iterate_columns(website: Website) -> Iterator[tuple[str, str, int]]:
    """Yield (key, URL, number of public texts) of each open column."""
    shelves = shelf_visible_to(ANONYMOUS).filter(website=website)
    for column in Column.objects.filter(website=website, opened_at__isnull=False).order_by("key"):
        yield column.key, f"https://{website.host}/columns/{column.pk}/", shelves.filter(column=column).count()
