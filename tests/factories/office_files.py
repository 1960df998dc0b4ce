"""Small Word and Excel files built from raw XML."""

import io
import zipfile
from pathlib import Path

import openpyxl

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/{main}" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def relations(**targets: str) -> str:
    """Return a relationships part: type → target."""
    rows = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{RELS}">{rows}</Relationships>'


def run(words: str) -> str:
    """Return a run of text."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    """Return a paragraph of text runs."""
    return f"<w:p>{''.join(map(run, runs))}</w:p>"


def word(path: Path, body: str, *, main: str = "word/document.xml", more: dict[str, str] | None = None) -> Path:
    """Write a Word file with this body."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(main=main))
        archive.writestr("_rels/.rels", relations(officeDocument=main))
        archive.writestr(main, f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path


def excel(path: Path, rows: list[list[object]], parts: dict[str, str] | None = None, **edits: tuple[str, str]) -> Path:
    """Write an Excel file with these rows and parts; `edits` replace text in parts (old, new)."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            before, after = edits.get(name.rpartition("/")[2].partition(".")[0], ("", ""))
            new.writestr(name, content.replace(before, after) if before else content)
        for name, content in (parts or {}).items():
            new.writestr(name, content)
    return path


def part(path: Path, name: str) -> str:
    """Return a part of a package as text."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def text_of_package(path: Path) -> str:
    """Return all parts of a package as text, with their names."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())
