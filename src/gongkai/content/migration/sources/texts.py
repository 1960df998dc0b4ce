"""A text file named by a spreadsheet's row: HTML, plain text, Word."""

from dataclasses import replace

from gongkai.content.migration.row_files import WORD
from gongkai.content.migration.sources.pages import content_of_cell, content_of_file, decode
from gongkai.content.migration.sources.pages.links import Here
from gongkai.content.migration.sources.sheet import as_html
from gongkai.content.migration.sources.values import FileRef, OldItem
from gongkai.core.acts.digest import digest
from gongkai.core.spreadsheets.errors import Unreadable
from gongkai.lib.richtext import TEXT_KINDS, UnfitText, from_office


def read_text(item: OldItem, ref: str, here: Here) -> None:
    """Set an item's text from a file; unreadable files are problems of the item."""
    suffix = ref.rsplit(".", 1)[-1].lower()
    try:
        data = here.bundle.read(ref)
        if suffix in {"html", "htm", "shtml"}:
            content_of_file(item, data, replace(here, place=ref, typed=False))
        elif suffix == "txt":
            content_of_cell(item, as_html(decode(data)[0]), replace(here, place=ref))
        elif suffix in TEXT_KINDS:
            _read_word(item, data, ref)
        else:
            item.problems.append(f"正文文件“{ref[-60:]}”不是网页、.txt、Word、WPS 或 OFD 文件，请列为附件。")
    except UnfitText as refused:
        item.problems += refused.reasons
    except Unreadable as error:
        item.problems.append(f"{error}。")


def _read_word(item: OldItem, data: bytes, ref: str) -> None:
    """Set an item's text and pictures from a Word file."""

    def keep(picture: bytes, name: str) -> str:
        mark = digest(picture)
        item.pictures.append(FileRef("", f"{ref}{WORD}{mark}.{name.rsplit('.', 1)[-1]}"))
        return mark

    item.html = from_office(data, ref, keep).html
