"""Maximum amounts of content per file: limit, reason and Chinese error text, in one table.

A reader counts bytes and elements before it builds anything, and refuses with `describe_excess`.
The limits of the process (`sandbox.ResourceLimits`) hold for what no bound counts.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """Maximum amount of one kind of content in a file.

    Attributes:
        most: the figure.
        said: what it is, in the words of the refusal, with its figure.
        todo: what to do.
        why: where the figure comes from.
    """

    most: int
    said: str
    todo: str
    why: str


_SPLIT_ADVICE = "请只保留需要的部分，或者拆成几个文件"
_SHEET_ADVICE = "请删去多余的工作表、图片和空行，或者拆分后分次导入"
BOUNDS_BY_NAME: dict[str, Bound] = {
    "handed": Bound(100_000_000, "文件超过100兆字节，不能读取其中的内容", "请压缩其中的图片，或者拆成几个文件",
        "whoever asks holds it twice and the child once: 350 MB"),
    "notice bytes": Bound(60_000_000, "文件超过60兆字节", "请压缩其中的图片后重试", "the largest scan of 40 pages at 200 dpi"),
    "unpacked": Bound(120_000_000, "文件解压后超过120兆字节", _SPLIT_ADVICE, "a package of 20 MB of pictures and 24 MB of text, twice"),
    "part": Bound(24_000_000, "文件中的正文解压后超过24兆字节", _SPLIT_ADVICE,
        "a book of a million characters in WordprocessingML; lxml takes ten times that"),
    "parts": Bound(5_000, "压缩包内的部分超过5000个", _SPLIT_ADVICE, "a text of 600 pages with a picture on each has 1,300"),
    "zip entries": Bound(50_000, "压缩包内的文件过多", "请拆成几个压缩包后分次上传",
        "1,000 originals with as many pictures and folders beside them, tenfold; each costs the library a kilobyte"),
    "bundle entries": Bound(100_000, "压缩包内的文件超过10万个", "请按栏目或年份拆成几个压缩包，分次迁移",
        "the site of a district has 40,000 pages with their files; a page that shows one file waits 0.7 seconds for the directory"),
    "package entries": Bound(300_000, "交换包内的文件超过30万个", "请联系内网管理员分次导出",
        "the files of a whole city in one package; two seconds and 120 MB, before the signature can be read"),
    "rows": Bound(5_000, "表格超过5000行", "请只保留通知正文和任务表后重试", "the longest of 500 notices has 460 rows"),
    "measures": Bound(2_000, "文件中超过2000条举措", "请拆成几个文件后分别导入",
        "four times the longest of 500 notices; its review shows all of them"),
    "paragraphs": Bound(8_000, "正文超过8000段", _SPLIT_ADVICE, "the yearbook of a city has 6,000; the layouts compare lines with lines around them"),
    "cells": Bound(60_000, "表格超过6万格", _SPLIT_ADVICE, "5,000 rows of the twelve columns that the widest sheet of tasks has"),
    "characters": Bound(2_000_000, "文字超过200万字", _SPLIT_ADVICE, "the yearbook of a city has 1.2 million"),
    "pages": Bound(120, "文件超过120页", "请只保留通知正文和任务表后重试", "the longest of 500 notices has 74 pages"),
    "page signs": Bound(30_000, "有一页超过3万个字符", "请打印为新的PDF或者提供.docx后再试", "a page of A3 in the smallest print has 8,000"),
    "page lines": Bound(20_000, "有一页超过2万条线", "请打印为新的PDF或者提供.docx后再试", "a ruled page of A3 has 3,000"),
    "page figures": Bound(10_000, "有一页超过1万个图形", "请打印为新的PDF或者提供.docx后再试",
        "a map has 2,000 symbols; each costs a tenth of a millisecond, and forms may draw forms"),
    "scanned pages": Bound(40, "扫描件超过40页", "请只保留通知正文和任务表后重试", "3 to 5 seconds a page: three minutes"),
    "pixels": Bound(80_000_000, "图片超过8000万像素", "请缩小后再上传", "A3 at 600 dpi has 70 million; four bytes of memory each"),
    "masked pages": Bound(100, "文件超过100页", "请拆分后分别遮盖", "each page is drawn anew: 0.16 seconds where it is full"),
    "side": Bound(10_000, "图片有一边超过1万像素", "请缩小到每边5000像素以内后再试", "A3 at 600 dpi"),
    "lines": Bound(30_000, "文字超过3万行", _SPLIT_ADVICE, "a text of a million characters in lines of 40"),
    "elements": Bound(1_500_000, "文件的排版标记超过150万个", "请把正文复制到新的空白文件后再试", "5,000 rows with 100 marks in each cell of three"),
    "merged": Bound(300_000, "合并单元格覆盖超过30万格", "请删去多余的合并单元格后再试", "5,000 rows of 60 columns, all merged"),
    "page characters": Bound(5_000_000, "网页超过500万字", "请另存为文件后作为附件迁移",
        "a page with some pictures written into it; what inspections fetch ends there, too"),
    "page tags": Bound(200_000, "网页的标记超过20万个", "请另存为文件后作为附件迁移",
        "a list of 10,000 entries has 60,000; three seconds and 100 MB for whoever reads it"),
    "sheet bytes": Bound(10_485_760, "表格文件超过10兆字节", "请拆分后分次导入", "20,000 rows of 50 columns, packed, have 6 MB"),
    "sheet unpacked": Bound(62_914_560, "表格解压后超过60兆字节", _SHEET_ADVICE, "a million cells of 60 bytes in SpreadsheetML"),
    "sheet styles": Bound(1_048_576, "表格的样式或者属性过多", "请把要导入的数据复制到新的空白表格后再试",
        "each element of a styles or workbook part costs the library an object; real ones have 60 kB"),
    "sheet texts": Bound(300_000, "表格的不同文字超过30万条", "请拆分后分次导入", "each costs 10 microseconds to read"),
    "sheet rows": Bound(200_000, "表格超过20万行（含空行）", "请删去多余的行后再试",
        "ten times the longest import; a file claims a million empty rows in a few bytes"),
    "sheet cells": Bound(1_000_000, "表格超过100万格", "请拆分后分次导入", "20,000 rows of 50 columns; a million take 100 MB of memory"),
    "mail bytes": Bound(60_000_000, "邮件超过60兆字节", "请查看原信后手工登记", "a letter with files of 40 MB, in base64"),
    "mail parts": Bound(2_000, "邮件超过2000个部分", "请查看原信后手工登记", "ten times what is looked at"),
    "mail head": Bound(1_000_000, "邮件头超过1兆字节", "请查看原信后手工登记", "servers take 64 kB, some 256 kB"),
    "answer": Bound(96_000_000, "文件中的内容过大", _SPLIT_ADVICE, "what comes back is held by the process that asked: a masked file of 60 MB"),
    "text paragraphs": Bound(20_000, "正文超过2万段", _SPLIT_ADVICE, "a table of 200 pages has 12,000, one in each cell"),
    "pictures": Bound(200, "图片超过200幅", "请拆分后分次录入，或者作为附件发布", "each is stored in three widths while the writer waits"),
    "html": Bound(3_000_000, "文件生成的正文超过300万字节", "请拆分后分次录入，或者作为附件发布",
        "200 pages of text with tables; an editor's page repeats it three times"),
}  # fmt: skip


def describe_excess(name: str, amount: int) -> str:
    """Return the Chinese error if an amount exceeds the bound `name`, else "".

    >>> describe_excess("pages", 120), describe_excess("pages", 121)
    ('', '文件超过120页，请只保留通知正文和任务表后重试。')
    """
    bound = BOUNDS_BY_NAME[name]
    return f"{bound.said}，{bound.todo}。" if amount > bound.most else ""


def refuse_excess(error: Callable[[str], Exception], name: str, amount: int) -> None:
    """Raise `error` with the Chinese text if an amount exceeds the bound `name`."""
    if words := describe_excess(name, amount):
        raise error(words)
