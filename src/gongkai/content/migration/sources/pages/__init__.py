"""Parse saved HTML pages of government sites: title, date, source, column, text, pictures and
attachments."""

from gongkai.content.migration.sources.pages.reading import (
    content_of_cell,
    content_of_file,
    page_names,
    read_page,
    text_place,
)
from gongkai.lib.outbound.markup import decode

__all__ = ["content_of_cell", "content_of_file", "decode", "page_names", "read_page", "text_place"]
