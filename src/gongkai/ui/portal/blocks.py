"""Blocks of a topic page (专题) and of an interpretation column."""

from dataclasses import dataclass

from django.http import HttpRequest

from gongkai.content.editions import queries
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.ui.portal.caching import reader_of
from gongkai.ui.portal.tree import ColumnNode

#: Blocks of a topic with their kinds of information, in order.
KINDS_BY_BLOCK: dict[str, tuple[str, ...]] = {
    "policies": (ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.PLAN),
    "interpretations": (ItemKind.INTERPRETATION,),
    "questions": (ItemKind.GUIDE,),
    "notices": (ItemKind.NOTICE, ItemKind.LIVELIHOOD, ItemKind.PROJECT, ItemKind.FINANCE),
}
#: Name of a block → its Chinese heading.
BLOCK_LABELS = {
    "policies": "政策文件",
    "interpretations": "政策解读",
    "questions": "办事与问答",
    "notices": "公告与落实",
}
#: Rows of a block.
ROWS_PER_BLOCK = 6
#: Newest rows of a topic read for all blocks.
MAX_TOPIC_ROWS_READ = 120
#: Ending of columns that show each form (文字、图片、视频……) in its own block.
INTERPRETATION_SUFFIX = "解读"
#: Maximum number of blocks of an interpretation column.
MAX_FORM_BLOCKS = 8


@dataclass(frozen=True)
class ColumnBlock:
    """A block of a page: label, rows, and URL of all rows."""

    name: str
    label: str
    rows: list[Shelf]
    url: str


def topic_blocks(request: HttpRequest, node: ColumnNode) -> dict[str, object]:
    """Return the blocks of a topic, by kind and by sub-column."""
    newest = queries.list_page(
        reader_of(request), website=node.website_id, column=node.pk, size=MAX_TOPIC_ROWS_READ
    ).rows
    columns = form_blocks(request, node)
    beneath = {row.document_id for block in columns for row in block.rows}
    blocks = []
    for name, kinds in KINDS_BY_BLOCK.items():
        rows = [row for row in newest if row.kind in kinds]
        if rows:
            more = f"{node.url}?kind={name}" if len(rows) > ROWS_PER_BLOCK else ""
            blocks.append(ColumnBlock(name, BLOCK_LABELS[name], rows[:ROWS_PER_BLOCK], more))
    listed = {kind for kinds in KINDS_BY_BLOCK.values() for kind in kinds}
    shelves = [row for row in newest if row.kind not in listed and row.document_id not in beneath]
    if shelves:
        blocks.append(ColumnBlock("others", "工作动态及其他", shelves[:ROWS_PER_BLOCK], ""))
    return {"blocks": blocks, "columns": columns}


def groups_forms(node: ColumnNode) -> bool:
    """Return true if a column shows its content in a block for each form: 文字解读, 图片解读, 视频解读."""
    return node.name.endswith(INTERPRETATION_SUFFIX) and len([c for c in node.children if not c.leads_away]) > 1


def form_blocks(request: HttpRequest, node: ColumnNode) -> list[ColumnBlock]:
    """Return a block for each sub-column with its newest rows."""
    children = [child for child in node.children if not child.leads_away and not child.archived_at][:MAX_FORM_BLOCKS]
    newest = queries.list_newest_by_column(reader_of(request), [child.pk for child in children], ROWS_PER_BLOCK)
    return [ColumnBlock(f"c{child.pk}", child.name, newest[child.pk], child.url) for child in children]
