"""Errors of files and values."""

from gongkai.lib.fileformats.workbooks.rows import UnreadableFile

__all__ = ["BadCell", "UnreadableFile"]


class BadCell(ValueError):
    """Raised when a column refuses a value; the message gives the fault and the remedy in Chinese.

    `words`: the value that is none of the column's choices, for the office to map.
    """

    def __init__(self, what: str, todo: str = "请改正后重新导入", words: str = "") -> None:
        self.what, self.todo, self.words = what, todo, words
        super().__init__(f"{what}；{todo}")
