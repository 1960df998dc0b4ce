"""The whole handbook as one .docx: headings that Word's outline knows, a page for each chapter."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.lib.writing.blocks import Grid, Text, blocks
from gongkai.lib.writing.manual import Manual
from gongkai.ui.handbook.contents import TITLE, parts
from gongkai.ui.handbook.markup import Drawing, drawn
from gongkai.ui.handbook.pictures import pictures

_SCHEME = "gongkai-picture"


def _picture(name: str, alt: str) -> SafeString:
    return format_html('<img src="{}:{}" alt="{}">', _SCHEME, name, alt)


_NOWHERE = Drawing(lambda page, anchor: f"#{page}-{anchor}", spelled=True, picture=_picture)


@cache
def handbook_docx() -> bytes:
    """Return the file; made once a process."""
    paper = Manual(TITLE)
    for part in parts():
        paper.chapter(part.title)
        for page in part.pages:
            paper.heading(page.title, 2)
            for block in blocks(drawn(page.tokens, _NOWHERE), _SCHEME):
                if isinstance(block, Grid):
                    paper.grid(block)
                elif isinstance(block, Text):
                    paper.block(block)
                else:
                    shown = pictures()[block.mark]
                    paper.picture(shown.file().read_bytes(), block.alt, shown.caption)
    return paper.save()
