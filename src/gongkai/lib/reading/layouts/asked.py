"""Read letters and minutes that name units only in sentences: one doubtful row an order."""

from gongkai.lib.reading.document import Block, Grid
from gongkai.lib.reading.layouts.orders import as_asked
from gongkai.lib.reading.layouts.prose import prose_blocks
from gongkai.lib.reading.layouts.text_rows import FROM_A_SENTENCE


def with_all_asked(blocks: list[Block] | None, lines: list[str]) -> list[Block] | None:
    """Return the text as paragraphs with units, if only sentences name them."""
    rows = [line for block in blocks or [] if isinstance(block, Grid) for line in block.lines[1:]]
    named = [line for line in rows if any(cell.text for cell in line.cells[3:5])]
    if blocks and not all(FROM_A_SENTENCE in line.doubts for line in named):
        return blocks
    asked = _read_requests(lines)
    more = sum(len(block.lines) - 1 for block in asked or [] if isinstance(block, Grid))
    return asked if more > len(rows) else blocks


def _read_requests(lines: list[str]) -> list[Block] | None:
    asked = as_asked(lines)
    blocks = prose_blocks(asked) if asked != lines else None
    for block in blocks or []:
        for line in block.lines[1:] if isinstance(block, Grid) else []:
            line.doubts.append("没有单位栏或括号，由“请……”“……要……”的句子推断，请核对")
    return blocks
