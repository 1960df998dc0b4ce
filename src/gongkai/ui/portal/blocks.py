"""The blocks of a topic page (专题) and of an interpretation column: what a column holds, grouped for a reader."""

from dataclasses import dataclass

from django.http import HttpRequest

from gongkai.content.editions import queries
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.ui.portal.caching import reader
from gongkai.ui.portal.tree import Node

#: Block of a topic → the kinds of information that stand in it; in this order.
KINDS: dict[str, tuple[str, ...]] = {
    "policies": (ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.PLAN),
    "interpretations": (ItemKind.INTERPRETATION,),
    "questions": (ItemKind.GUIDE,),
    "notices": (ItemKind.NOTICE, ItemKind.LIVELIHOOD, ItemKind.PROJECT, ItemKind.FINANCE),
}
LABELS = {
    "policies": "政策文件",
    "interpretations": "政策解读",
    "questions": "办事与问答",
    "notices": "公告与落实",
}
#: Rows in a block, and how many of a topic's newest are looked at for them all.
SIZE = 6
LOOKED_AT = 120
#: A column whose name ends so and that has sub-columns shows each form (文字、图片、视频……) by itself.
INTERPRETING = "解读"
MOST_FORMS = 8


@dataclass(frozen=True)
class Block:
    """One block: its head, its rows, the address with all of them."""

    name: str
    label: str
    rows: list[Shelf]
    url: str


def topic(request: HttpRequest, node: Node) -> dict[str, object]:
    """Return the blocks of a topic: by kind from one query over its newest, and each sub-column with its newest."""
    newest = queries.listing(reader(request), website=node.website_id, column=node.pk, size=LOOKED_AT).rows
    columns = forms(request, node)
    beneath = {row.document_id for block in columns for row in block.rows}
    blocks = []
    for name, kinds in KINDS.items():
        rows = [row for row in newest if row.kind in kinds]
        if rows:
            more = f"{node.url}?kind={name}" if len(rows) > SIZE else ""
            blocks.append(Block(name, LABELS[name], rows[:SIZE], more))
    listed = {kind for kinds in KINDS.values() for kind in kinds}
    others = [row for row in newest if row.kind not in listed and row.document_id not in beneath]
    if others:
        blocks.append(Block("others", "工作动态及其他", others[:SIZE], ""))
    return {"blocks": blocks, "columns": columns}


def groups_forms(node: Node) -> bool:
    """Whether a column groups what it holds by form: 政策解读 with its 文字解读, 图片解读, 视频解读."""
    return node.name.endswith(INTERPRETING) and len([c for c in node.children if not c.leads_away]) > 1


def forms(request: HttpRequest, node: Node) -> list[Block]:
    """Return the sub-columns, each with its newest."""
    children = [child for child in node.children if not child.leads_away and not child.archived_at][
        :MOST_FORMS
    ]
    newest = queries.newest_of(reader(request), [child.pk for child in children], SIZE)
    return [Block(f"c{child.pk}", child.name, newest[child.pk], child.url) for child in children]
