"""Queries on public content. `visible_to`, `shelf_visible_to` and `search_visible_to` filter by reader."""

from gongkai.content.editions.queries.documents import (
    Shown,
    StoredPart,
    as_of,
    document_at,
    documents_visible_to,
    file_of,
    history,
    show,
    visible_to,
    withdrawn_at,
)
from gongkai.content.editions.queries.lists import (
    Page,
    column_for,
    columns_for,
    default_website,
    last_updates,
    latest,
    listing,
    newest_of,
    shelf_visible_to,
    titled_since,
    titles_over_time,
    without_registers,
)
from gongkai.content.editions.queries.neighbours import Around, Neighbour, around
from gongkai.content.editions.queries.plain import among, plain_row, plain_rows
