"""Orders printed as paragraphs: no small table beside them hides them, and few rows do not stand for many. No Django here."""

import json
from collections.abc import Mapping
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Document, Paragraph

#: What a printed order names: a limit, or what is made public.
_ORDER = re.compile(r"\d+月|[一二三四]季度|每[年季月周半]|半年|年底|工作日|公[开布示]|发布|更新|报送")
_NUMBER = re.compile(r"^[\s（(【●○•·—-]*(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[\s.．、)）】:：]*")
#: Shorter paragraphs are headings, closing lines, signatures.
_SHORTEST = 10
#: So many first characters tell a paragraph from others.
_FIRST = 12


def without_tables(document: Document) -> Document:
    """Return a document with its paragraphs alone."""
    return replace(document, blocks=[block for block in document.blocks if isinstance(block, Paragraph)])


def unread_orders(document: Document, notice: Mapping[str, object]) -> list[str]:
    """Return the paragraphs that name a limit or something to publish and that stand in nothing that was read.

    Args:
        document: the file.
        notice: what was read of it, as JSON.
    """
    read = _bare(json.dumps(notice, ensure_ascii=False))
    return [line for line in printed_orders(document) if _bare(_NUMBER.sub("", line))[:_FIRST] not in read]


def printed_orders(document: Document) -> list[str]:
    """Return the paragraphs that name a limit or something to publish."""
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    lines = document.prose.split("\n") if document.prose else paragraphs
    return [line for line in lines if len(line) >= _SHORTEST and _ORDER.search(line)]


def _bare(text: str) -> str:
    return re.sub(r"[\s\\]|\\n", "", text)
