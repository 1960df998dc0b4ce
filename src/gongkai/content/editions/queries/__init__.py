"""Queries on public content. `visible_to`, `shelf_visible_to` and `search_visible_to` filter by reader."""

from gongkai.content.editions.queries.documents import (
    EditionFilePart,
    ShownDocument,
    documents_visible_to,
    find_document_at,
    find_edition_at,
    find_file,
    find_withdrawal_time,
    list_readable_editions,
    load_shown,
    visible_to,
)
from gongkai.content.editions.queries.lists import (
    ListPage,
    default_website,
    exclude_registers,
    find_column_of_path,
    find_title_start,
    list_newest,
    list_newest_by_column,
    list_page,
    map_last_updates,
    map_paths_to_columns,
    map_titles_over_time,
    shelf_visible_to,
)
from gongkai.content.editions.queries.neighbours import AdjacentDocuments, NeighbourDocument, find_neighbours
from gongkai.content.editions.queries.prepared import fetch_row, fetch_rows, filter_in
