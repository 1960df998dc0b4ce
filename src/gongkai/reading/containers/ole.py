"""Old binary files: .doc and .wps through LibreOffice where it is installed, .xls and .et through xlrd."""

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from gongkai.reading.document import Document
from gongkai.reading.model import ReadingError

SECONDS = 90


def read_ole(data: bytes) -> Document:
    """Return the blocks of an OLE file; what it is, its streams tell."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {"/".join(path) for path in ole.listdir()}
            word = ole.openstream("WordDocument").read(40_000_000) if "WordDocument" in names else None
    except (OSError, ValueError, IndexError, TypeError, RecursionError) as error:
        raise ReadingError("文件已损坏，请用办公软件打开后另存为.docx再试。") from error
    if {"Workbook", "Book"} & names:
        return _sheets(data)
    if "EncryptedPackage" in names:
        raise ReadingError("文件有打开密码，请取消密码后另存为新文件再试。")
    if word is None:
        raise ReadingError("不认识的办公文件格式，请用办公软件另存为.docx或.xlsx后再试。")
    return _through_office(data) or _text_only(word)


def _sheets(data: bytes) -> Document:
    import xlrd

    from gongkai.reading.containers.xlsx import sheet_blocks
    from gongkai.reading.document import MAX_ROWS, Block, State

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    except Exception as error:  # xlrd raises many kinds on broken files
        raise ReadingError("表格文件已损坏或有密码，请另存为.xlsx后再试。") from error
    blocks: list[Block] = []
    for sheet in book.sheets():
        if sheet.nrows > MAX_ROWS:
            raise ReadingError(f"表格超过{MAX_ROWS}行，不像任务分工通知，请只保留通知正文和任务表后重试。")
        covered: dict[tuple[int, int], State] = {}
        for top, bottom, left, right in sheet.merged_cells:
            for row in range(top, min(bottom, sheet.nrows)):
                for column in range(left, min(right, 60)):
                    if (row, column) != (top, left):
                        covered[row + 1, column + 1] = State.COVERED if row > top else State.LEFT
        values = [
            [_value(sheet.cell(row, column), book.datemode) for column in range(min(sheet.ncols, 60))]
            for row in range(sheet.nrows)
        ]
        blocks.extend(sheet_blocks(values, covered))
    return Document(blocks)


def _value(cell: object, datemode: int) -> str:
    import xlrd

    kind, value = cell.ctype, cell.value  # type: ignore[attr-defined]
    if kind == xlrd.XL_CELL_DATE:
        year, month, day, *_ = xlrd.xldate_as_tuple(value, datemode)
        return f"{year}年{month}月{day}日"
    if kind == xlrd.XL_CELL_NUMBER and float(value).is_integer():
        return str(int(value))
    return str(value)


def _through_office(data: bytes) -> Document | None:
    """Convert with LibreOffice in a folder of its own; None where it is not installed or does not manage."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    from gongkai.reading.containers.docx import read_docx

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "notice.doc")
        source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603
            return read_docx(Path(folder, "notice.docx").read_bytes())
        except (OSError, subprocess.SubprocessError, ReadingError):
            return None


def _text_only(stream: bytes) -> Document:
    """The words of a Word 97 file without its layout: cells end in \\x07, a row in an empty cell."""
    from gongkai.reading.layouts.split import blocks_of

    text = _longest_text(stream)
    if len(text) < 40:
        raise ReadingError("读不出文字：请安装LibreOffice，或用办公软件另存为.docx后再试。")
    text = text.replace("\x0c", "\n").replace("\x0b", "\n").replace("\r", "\n")
    document = _cells(text) if text.count("\x07") > 10 else blocks_of(text)
    document.doubts.append(
        "没有安装LibreOffice，只读出了文字，合并单元格由内容推断，请逐行核对或另存为.docx后重新导入"
    )
    return document


_RUN = re.compile(
    "[\u0007\u0009-\u000d\u0020-\u007e\u00a0-\u00ff\u2010-\u203f\u2460-\u24ff\u3000-\u30ff\u3220-\u33ff\u4e00-\u9fff\uff00-\uffef]{8,}"
)


def _longest_text(stream: bytes) -> str:
    """Runs of readable UTF-16 in the stream, longest even or odd alignment."""
    best = ""
    for offset in (0, 1):
        body = stream[offset : offset + (len(stream) - offset) // 2 * 2]
        runs = _RUN.findall(body.decode("utf-16-le", errors="replace"))
        text = "".join(run for run in runs if re.search("[\u4e00-\u9fff]", run))
        best = max(best, text, key=len)
    return best


def _cells(text: str) -> Document:
    """Rows of a table end in a doubled cell mark."""
    from gongkai.reading.document import Block, Grid, Line, Paragraph, make_cell
    from gongkai.reading.tables.heads import is_head_row

    blocks: list[Block] = []
    lines: list[Line] = []
    for part in text.split("\x07\x07"):
        cells = part.split("\x07")
        if not lines:
            *before, cells[0] = cells[0].split("\n")
            blocks.extend(Paragraph(line) for line in before if line.strip())
            if not is_head_row(cells):
                blocks.extend(Paragraph(cell) for cell in cells if cell.strip())
                continue
        lines.append(Line([make_cell(cell) for cell in cells]))
    if lines:
        tail = lines.pop() if len(lines[-1].cells) == 1 else None
        blocks.append(Grid(lines, exact=False))
        blocks.extend(Paragraph(x) for x in (tail.cells[0].text.split("\n") if tail else []) if x.strip())
    return Document(blocks)
