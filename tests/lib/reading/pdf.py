"""Print a sample notice as a PDF with a ruled table over several pages."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from lib.reading.render import body, cells, covered, heads, merges
from lib.reading.sample_notices import PrintableNotice

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
STYLE = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=13, wordWrap="CJK")


def pdf(
    notice: PrintableNotice, *, merged: bool = True, repeat: bool = True, cut: bool = False, ruled: bool = True
) -> bytes:
    """Return a PDF; headers are repeated on each page, and cells break across pages where they must."""
    grid = covered(cells(notice), notice) if merged else cells(notice)
    rows = [[Paragraph(head, STYLE) for head in heads(notice)]]
    rows += [[Paragraph(text.replace("\n", "<br/>"), STYLE) for text in row] for row in grid]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
    if notice.levels > 1:
        style.append(("SPAN", (0, 0), (notice.levels - 1, 0)))
        rows[0][1] = ""
    if merged:
        style.extend(("SPAN", (c, first + 1), (c, last + 1)) for c, first, last in merges(cells(notice), notice.levels))
    widths = [60, 70, 190, 70, 80] if notice.levels > 1 else [70, 230, 80, 90]
    widths += [55] * (len(notice.heads) - 4)
    stream = io.BytesIO()
    document = SimpleDocTemplate(stream, pagesize=A4, leftMargin=40, rightMargin=40)
    front = [Paragraph(line, STYLE) if line else Spacer(1, 8) for line in body(notice)]
    table = Table(rows, colWidths=widths, repeatRows=int(repeat), style=TableStyle(style), splitInRow=int(cut))
    document.build([*front, table])
    return stream.getvalue()
