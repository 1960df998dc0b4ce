"""Find the cells of a table in a picture by its drawn lines; a missing line merges cells."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.documents.model import CoveredCell, Word
from gongkai.lib.fileformats.documents.pdf_lines import join_cell

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray
    from PIL.Image import Image

#: Maximum brightness (0 to 255) of a dark pixel.
MAX_DARK_BRIGHTNESS = 150
#: Minimum length of a horizontal line as share of the page width.
MIN_HORIZONTAL_WIDTH_SHARE = 0.12
#: Minimum length of a vertical line in pixels.
MIN_VERTICAL_PIXELS = 50
#: Minimum dark share of a cell border that counts as drawn.
MIN_BORDER_DARK_SHARE = 0.6
NEAR = 4


@dataclass(slots=True)
class RuledTable:
    """A table drawn by lines of a page: top, bottom and rows of cells."""

    top: float
    bottom: float
    cells: list[list[str]]


def find_grid(image: "Image") -> "DrawnGrid | None":
    """Return the grid that the lines of a page draw, or None."""
    import numpy

    dark = numpy.asarray(image.convert("L")) < MAX_DARK_BRIGHTNESS
    levels = _find_lines(dark, int(dark.shape[1] * MIN_HORIZONTAL_WIDTH_SHARE))
    if len(levels) < 3:
        return None
    inside = dark[levels[0] : levels[-1] + 1]
    uprights = _find_lines(inside.T, MIN_VERTICAL_PIXELS)
    return DrawnGrid(dark, levels, uprights) if len(uprights) >= 3 else None


def _find_lines(dark: "NDArray[numpy.bool_]", shortest: int) -> list[int]:
    import numpy

    found: list[int] = []
    for place in map(int, numpy.flatnonzero(dark.sum(axis=1) >= shortest)):
        row = dark[max(0, place - 1) : place + 2].any(axis=0)  # a line that is not quite straight
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], row.view("int8"), [0]))))
        if len(edges) and (edges[1::2] - edges[::2]).max() >= shortest:
            found.append(place)
    lines: list[list[int]] = []
    for place in found:
        if lines and place - lines[-1][-1] <= 2 * NEAR:
            lines[-1].append(place)
        else:
            lines.append([place])
    return [sum(group) // len(group) for group in lines]


class DrawnGrid:
    """Horizontal and vertical lines of a page, and the cell borders they draw."""

    def __init__(self, dark: "NDArray[numpy.bool_]", levels: list[int], uprights: list[int]) -> None:
        self.levels, self.uprights = levels, uprights
        rows, columns = range(len(levels) - 1), range(len(uprights) - 1)
        self.above = {(r, c): r == 0 or self._level(dark, r, c) for r in rows for c in columns}
        self.before = {(r, c): c == 0 or self._upright(dark, r, c) for r in rows for c in columns}

    def _level(self, dark: "NDArray[numpy.bool_]", row: int, column: int) -> bool:
        y, left, right = self.levels[row], self.uprights[column], self.uprights[column + 1]
        return bool(
            dark[max(0, y - NEAR) : y + NEAR + 1, left + NEAR : right - NEAR].any(axis=0).mean() > MIN_BORDER_DARK_SHARE
        )

    def _upright(self, dark: "NDArray[numpy.bool_]", row: int, column: int) -> bool:
        x, top, bottom = self.uprights[column], self.levels[row], self.levels[row + 1]
        return bool(
            dark[top + NEAR : bottom - NEAR, max(0, x - NEAR) : x + NEAR + 1].any(axis=1).mean() > MIN_BORDER_DARK_SHARE
        )

    def without_lines(self, image: "Image") -> "Image":
        """Return the picture with the lines painted white, so that none is taken for a letter."""
        from PIL import ImageDraw

        out = image.copy()
        pen = ImageDraw.Draw(out)
        for row in range(len(self.levels)):
            for column in range(len(self.uprights) - 1):
                if row == len(self.levels) - 1 or self.above[row, column]:
                    level = self.levels[row]
                    ends = [(self.uprights[column], level), (self.uprights[column + 1], level)]
                    pen.line(ends, fill=255, width=2 * NEAR - 1)
        for row in range(len(self.levels) - 1):
            for column, upright in enumerate(self.uprights):
                if column == len(self.uprights) - 1 or self.before[row, column]:
                    ends = [(upright, self.levels[row]), (upright, self.levels[row + 1])]
                    pen.line(ends, fill=255, width=2 * NEAR - 1)
        return out

    def table(self, words: list[Word]) -> RuledTable:
        """Put words into the cells."""
        texts: dict[tuple[int, int], list[Word]] = {}
        for word in words:
            if (place := self.place(word)) is not None:
                texts.setdefault(place, []).append(word)
        return RuledTable(self.levels[0], self.levels[-1], self.cells(texts))

    def place(self, word: Word) -> tuple[int, int] | None:
        """Return the cell that contains a word; of merged cells the upper left one."""
        across = (word.left + word.right) / 2
        row = sum(word.middle > level for level in self.levels) - 1
        column = sum(across > upright for upright in self.uprights) - 1
        if not (0 <= row < len(self.levels) - 1 and 0 <= column < len(self.uprights) - 1):
            return None
        while not self.before[row, column]:
            column -= 1
        while not self.above[row, column]:
            row -= 1
        return row, column

    def cells(self, words: dict[tuple[int, int], list[Word]]) -> list[list[str]]:
        """Return the rows of cells; a merged cell is repeated in each place that it covers."""
        rows: list[list[str]] = []
        for row in range(len(self.levels) - 1):
            line: list[str] = []
            for column in range(len(self.uprights) - 1):
                if not self.before[row, column]:
                    line.append(CoveredCell(line[-1], "left"))
                elif not self.above[row, column]:
                    line.append(CoveredCell(rows[-1][column], "above"))
                else:
                    line.append(join_cell(group_into_lines(words.get((row, column), []))))
            rows.append(line)
        return rows


def group_into_lines(words: list[Word]) -> list[str]:
    """Group words of the same height into lines, from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.middle):
        tall = max((one for one in lines[-1]), key=lambda one: one.bottom - one.top) if lines else word
        high = max(tall.bottom - tall.top, word.bottom - word.top)
        if lines and abs(word.middle - tall.middle) < high * 0.6:
            lines[-1].append(word)
        else:
            lines.append([word])
    return ["".join(word.text for word in sorted(line, key=lambda one: one.left)) for line in lines]
