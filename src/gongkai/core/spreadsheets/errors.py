"""Errors of files and values."""

from gongkai.lib.fileformats.workbooks.rows import Unreadable

__all__ = ["BadCell", "Unreadable"]


class BadCell(ValueError):
    """A value that a column refuses: the fault and the remedy, in Chinese."""

    def __init__(self, what: str, todo: str = "请改正后重新导入") -> None:
        self.what, self.todo = what, todo
        super().__init__(f"{what}；{todo}")
