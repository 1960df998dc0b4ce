"""Read notices in traditional characters as simplified text, and restore the printed form."""

from dataclasses import replace

from gongkai.lib.chinese.traditional import simplify
from gongkai.lib.reading.document import Grid, GridLine, NoticeDocument, Paragraph
from gongkai.lib.reading.model import DueLimit, Duty, Notice, NoticeRow

#: Number of traditional characters from which a text is traditional; names in any text may have a few.
_MIN_TRADITIONAL_CHARACTERS = 12


class PrintedText:
    """The printed text, found by its simplified form."""

    def __init__(self, texts: list[str]) -> None:
        self.text = "\n".join("".join(text.split()) for text in texts)
        self.simple = simplify(self.text)

    def restore(self, text: str) -> str:
        """Return a text as printed, with its blanks; unknown text stays."""
        bare = "".join(text.split())
        position = self.simple.find(bare) if bare else -1
        if position < 0:
            return "\n".join(map(self.restore, text.split("\n"))) if "\n" in text else text
        printed = iter(self.text[position : position + len(bare)])
        return "".join(char if char.isspace() else next(printed) for char in text)


def is_traditional(text: str) -> bool:
    """Return true if a text has at least `_MIN_TRADITIONAL_CHARACTERS` traditional characters."""
    return sum(char != other for char, other in zip(text, simplify(text), strict=True)) >= _MIN_TRADITIONAL_CHARACTERS


def simplify_document(document: NoticeDocument) -> tuple[NoticeDocument, PrintedText | None]:
    """Return (document in simplified characters, its printed text; None if it is not traditional)."""
    if document.printed:
        return document, PrintedText(document.printed.split("\n"))
    texts = [
        text
        for block in document.blocks
        for text in (
            [block.text] if isinstance(block, Paragraph) else [c.text for row in block.lines for c in row.cells]
        )
    ]
    if not is_traditional("".join(texts)):
        return document, None
    blocks = [
        Paragraph(simplify(block.text), block.page)
        if isinstance(block, Paragraph)
        else Grid([_simplify_line(line) for line in block.lines], block.exact)
        for block in document.blocks
    ]
    return NoticeDocument(list(blocks), document.doubts, notes=document.notes, unread=document.unread), PrintedText(
        texts
    )


def _simplify_line(line: GridLine) -> GridLine:
    cells = [replace(cell, text=simplify(cell.text)) for cell in line.cells]
    return GridLine(cells, line.page, line.doubts, line.about)


def restore_notice(notice: Notice, printed: PrintedText | None) -> Notice:
    """Return the notice with its words as printed."""
    if printed is None:
        return notice
    restore = printed.restore
    return replace(
        notice,
        title=restore(notice.title),
        doc_number=notice.doc_number and restore(notice.doc_number),
        issuer=notice.issuer and restore(notice.issuer),
        public_mark=notice.public_mark and restore(notice.public_mark),
        attachments=tuple(map(restore, notice.attachments)),
        rows=tuple(_restore_row(row, printed) for row in notice.rows),
        preamble_duties=tuple(_restore_duty(duty, printed) for duty in notice.preamble_duties),
    )


def _restore_row(row: NoticeRow, printed: PrintedText) -> NoticeRow:
    """Return a row with its characters as printed, traditional or variant."""
    restore = printed.restore
    return replace(
        row,
        section=restore(row.section),
        item=restore(row.item),
        measure=restore(row.measure),
        lead=tuple(map(restore, row.lead)),
        responsible=tuple(map(restore, row.responsible)),
        extras={restore(head): restore(text) for head, text in row.extras.items()},
        source=replace(row.source, cells=tuple(map(restore, row.source.cells))),
        duties=tuple(_restore_duty(duty, printed) for duty in row.duties),
    )


def _restore_duty(duty: Duty, printed: PrintedText) -> Duty:
    """Return the duty with the characters of the printed text."""
    restore = printed.restore
    paths = tuple(tuple(map(restore, path)) for path in duty.paths)
    due: DueLimit | None = duty.due and replace(duty.due, text=restore(duty.due.text))
    return replace(duty, text=restore(duty.text), paths=paths, channels=tuple(map(restore, duty.channels)), due=due)
