"""One sheet of a workbook while it is read: cells, merged ranges, hidden rows and columns."""

import re

from gongkai.lib.fileformats.documents.model import Builder, CoveredCell, refuse_over
from gongkai.lib.fileformats.figures import exact
from gongkai.lib.fileformats.workbooks.rows import MAX_COLUMNS
from gongkai.lib.fileformats.workbooks.values import CellFault, checked, letter

_PICTURE_TEXT = re.compile(r"[A-Z]+\d+")
#: Digits that a number cell can hold.
MAX_DIGITS = 15


class Sheet:
    """Collect the cells of a sheet and add them to the document as one table.

    Rows count from 1, columns from 0. Hidden cells become losses.

    Attributes:
        is_cut: whether the file has more columns than are read.
    """

    def __init__(self, name: str, builder: Builder, *, hidden: bool = False, titled: bool = False) -> None:
        self.name, self._builder, self._hidden, self._titled = name, builder, hidden, titled
        self._rows: dict[int, dict[int, str]] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._boxes: list[str] = []
        self._cut_numbers: set[tuple[int, int]] = set()
        self._count = 0
        self.is_cut = False

    def place(self, row: int, at: int) -> str:
        """Return the place of a cell as programs name it."""
        return f"{self.name}!{letter(at)}{row}" if self.name else f"{letter(at)}{row}"

    def lose_formula(self, formula: str, row: int, at: int) -> None:
        """Record a formula without a value."""
        self.lose("formula", f"={formula.strip()}", row, at)
        self._rows.setdefault(row, {})[at] = CellFault("", "formula", at)

    def lose(self, what: str, text: str, row: int, at: int) -> None:
        """Record a loss in a cell."""
        self._builder.lose(what, text, self.place(row, at))

    def hide_row(self, row: int) -> None:
        """Mark a row as hidden (by a person or a filter)."""
        self._hidden_rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        """Mark columns as hidden."""
        self._hidden_columns.update(range(max(first, 0), min(last, MAX_COLUMNS) + 1))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Mark a merged range, all inclusive."""
        self._merged.append((top, left, bottom, right))
        refuse_over("merged", len(self._merged))

    def put(self, row: int, at: int, text: str, *, error: bool | None = None, is_text: bool = False) -> None:
        """Set a cell.

        Args:
            error: whether the file marks it as an error value; None where its kind of file cannot.
            is_text: whether it is text, not a number.
        """
        if not text.strip():
            return
        self._count += 1
        refuse_over("sheet cells", self._count)
        value = checked(text, at) if is_text or error else text
        if error:
            self.lose("error", text, row, at)
            text = CellFault(text, "error", at)
        elif isinstance(value, CellFault):
            self.lose("digits" if value.kind in ("digits", "notation", "power") else "error", text, row, at)
            text = CellFault(text, value.kind, at)
        elif (row, at) in self._cut_numbers:
            text = CellFault(text, "digits", at)
        elif error is None and is_text and value != text:
            text = str(value)
        self._rows.setdefault(row, {})[at] = text

    def check_digits(self, value: float, raw: str, row: int, at: int) -> None:
        """Record a number with more digits than a cell holds: its last ones are lost."""
        digits = re.sub(
            r"[^0-9]", "", raw.split("E", maxsplit=1)[0].split("e", maxsplit=1)[0].split(".", maxsplit=1)[0]
        ).lstrip("0")
        if abs(value) >= 10**MAX_DIGITS or (len(digits) > MAX_DIGITS and "E" not in raw.upper()):
            self.lose("digits", raw if raw.lstrip("-").isdigit() else f"{exact(value):f}", row, at)
            self._cut_numbers.add((row, at))

    def add_box(self, text: str, *, watermark: bool = False) -> None:
        """Add the words of a text box, which lies over the cells."""
        if watermark:
            self._builder.lose("watermark", text, self.name)
        else:
            self._boxes.append(text)

    def finish(self) -> None:
        """Add the sheet to the document."""
        self._spread_merged()
        if self.is_cut:
            self._builder.lose("hidden", f"{MAX_COLUMNS}列以后没有读取", self.name)
        if self._hidden:
            words = "\n".join(
                "\t".join(text for _, text in sorted(row.items())) for _, row in sorted(self._rows.items())
            )
            if words:
                self._builder.lose("hidden", words, f"工作表“{self.name}”（隐藏）")
            return
        for number in sorted(self._hidden_rows & set(self._rows)):
            words = "\t".join(text for _, text in sorted(self._rows.pop(number).items()))
            self._builder.lose("hidden", words, f"{self.name}!{number}".lstrip("!"))
        for at in sorted(self._hidden_columns):
            words = "\n".join(row.pop(at) for _, row in sorted(self._rows.items()) if at in row)
            if words:
                self._builder.lose("hidden", words, f"{self.name}!{letter(at)}".lstrip("!"))
        columns = sorted({at for row in self._rows.values() for at in row})
        if columns:
            kept = [at for at in range(columns[-1] + 1) if at not in self._hidden_columns]
            rows = [[row.get(at, "") for at in kept] for _, row in sorted(self._rows.items())]
            if self._titled:
                self._builder.paragraph(self.name, 1)
            self._builder.table(rows, self.name, sorted(self._rows))
        for box in self._boxes:
            self._builder.paragraph(box)

    def _spread_merged(self) -> None:
        for top, left, bottom, right in self._merged:
            text = self._rows.get(top, {}).get(left, "")
            if not text:
                continue
            for row in range(top, min(bottom, top + 5_000) + 1):
                if row not in self._rows and row != top and left == 0 and right - left > MAX_COLUMNS:
                    continue
                for at in range(left, min(right, MAX_COLUMNS - 1) + 1):
                    self._count += 1
                    refuse_over("sheet cells", self._count)
                    if (row, at) != (top, left):
                        if (unseen := self._rows.get(row, {}).get(at, text)) != text:
                            self.lose("hidden", unseen, row, at)
                        covered = CoveredCell(text, "above" if row > top else "left")
                        self._rows.setdefault(row, {})[at] = covered
