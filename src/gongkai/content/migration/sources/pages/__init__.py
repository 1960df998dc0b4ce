"""Parse saved HTML pages of government sites: title, date, source, column, text, pictures and attachments."""

from gongkai.content.migration.sources.pages.page_reader import (
    iterate_page_names,
    learn_text_paths,
    read_page,
    set_text_from_cell,
    set_text_from_file,
)
from gongkai.lib.outbound.markup import decode_html

__all__ = [
    "decode_html",
    "iterate_page_names",
    "learn_text_paths",
    "read_page",
    "set_text_from_cell",
    "set_text_from_file",
]
