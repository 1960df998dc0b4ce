"""Queries on public content. `visible_to`, `shelf_visible_to` and `search_visible_to` filter by reader."""

from gongkai.content.editions.queries.documents import (
    EditionFilePart,
    ShownDocument,
    document_at,
    documents_visible_to,
    edition_at,
    find_file,
    list_readable_editions,
    load_shown,
    visible_to,
    withdrawn_at,
)
from gongkai.content.editions.queries.lists import (
    ListPage,
    column_for,
    columns_for,
    default_website,
    exclude_registers,
    last_updates,
    list_newest,
    list_newest_by_column,
    list_page,
    shelf_visible_to,
    titled_since,
    titles_over_time,
)
from gongkai.content.editions.queries.neighbours import AdjacentDocuments, NeighbourDocument, find_neighbours
from gongkai.content.editions.queries.plain import fetch_row, fetch_rows, filter_in
