"""The whole handbook as one .docx: headings that Word's outline knows, a page for each chapter."""

from functools import cache

from gongkai.handbook.contents import TITLE, parts
from gongkai.handbook.markup import Drawing, drawn
from gongkai.writing.blocks import Grid, Text, blocks
from gongkai.writing.manual import Manual

_NOWHERE = Drawing(lambda page, anchor: f"#{page}-{anchor}", spelled=True)


@cache
def handbook_docx() -> bytes:
    """Return the file; made once a process."""
    paper = Manual(TITLE)
    for part in parts():
        paper.chapter(part.title)
        for page in part.pages:
            paper.heading(page.title, 2)
            for block in blocks(drawn(page.tokens, _NOWHERE)):
                if isinstance(block, Grid):
                    paper.grid(block)
                elif isinstance(block, Text):
                    paper.block(block)
    return paper.save()
