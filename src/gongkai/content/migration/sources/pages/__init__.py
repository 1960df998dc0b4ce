"""Parse saved HTML pages of government sites: title, date, source, column, text, pictures and attachments."""

from gongkai.content.migration.sources.pages.reading import (
    learn_text_paths,
    page_names,
    read_page,
    set_text_from_cell,
    set_text_from_file,
)
from gongkai.lib.outbound.markup import decode

__all__ = ["decode", "learn_text_paths", "page_names", "read_page", "set_text_from_cell", "set_text_from_file"]
