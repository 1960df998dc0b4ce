"""Create empty Word documents.

The one that python-docx brings carries a hundred styles of tables, twice: nearly a megabyte, which each program that reads the file takes apart.
"""

from functools import cache
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE

#: Styles of tables that are used: the plain one, and the one with lines.
_KEPT = {"TableNormal", "TableGrid"}


@cache
def empty_docx() -> bytes:
    """Return the bytes of an empty .docx without the unused table styles."""
    document, out = Document(), BytesIO()
    styles = document.styles
    for style in [*styles]:
        if style.type == WD_STYLE_TYPE.TABLE and style.style_id not in _KEPT:
            styles.element.remove(style.element)
    rels = document.part.rels
    for key in [key for key, rel in rels.items() if rel.reltype.endswith("/stylesWithEffects")]:
        del rels[key]
    document.save(out)
    return out.getvalue()


def new_document() -> DocumentObject:
    """Return a new, empty document."""
    return Document(BytesIO(empty_docx()))
