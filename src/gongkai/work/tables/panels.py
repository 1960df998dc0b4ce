"""Home page block of tables, and a warning for signers."""

import re
from typing import TYPE_CHECKING

from gongkai.content.editions.frozen import FrozenContent
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor
from gongkai.work.tables import queries, rules
from gongkai.work.tables.models import PublicTable, Record

if TYPE_CHECKING:
    from gongkai.content.publishing.models import ItemPage

MAX_LISTED_TABLES = 5


def list_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home-page block has content."""
    return [RowCondition(PublicTable, {"body": by.body_ids(*rules.WORKING_ROLES)})]


def make_faulty_tables_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of own tables with faults or unsent changes, or None."""
    numbers = by.body_ids(*rules.WORKING_ROLES)
    if not numbers:
        return None
    tables = queries.visible_to(by).filter(body_id__in=numbers, schema__active=True)
    faulty_states = [table_state for table_state in queries.list_table_states(tables) if table_state.needs_work]
    return (
        {"states": faulty_states[:MAX_LISTED_TABLES], "more": max(0, len(faulty_states) - MAX_LISTED_TABLES)}
        if faulty_states
        else None
    )


def make_negative_list_panel(item: "ItemPage", by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the panel of the negative list (豁免公开事项) for a title (B-09), or None."""
    title = frozen.title if frozen else str(getattr(item, "title", ""))
    records = find_negative_list_matches(title)
    return {"rows": records} if records else None


def find_negative_list_matches(title: str) -> list[Record]:
    """Return the entries of negative lists of which all words, else the name, occur in a title."""
    records = []
    for row in Record.objects.filter(table__schema__key="negative", table__schema__active=True).select_related(
        "table__body"
    ):
        entry_words = [
            word_text for word_text in re.split(r"[、，,；;\s]+", str(row.values.get("words", ""))) if word_text
        ]
        if all(word in title for word in entry_words or [row.name]):
            records.append(row)
    return records
