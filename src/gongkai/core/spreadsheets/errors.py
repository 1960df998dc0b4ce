"""What can be wrong with a file or a value."""

from gongkai.lib.fileformats.workbooks.rows import Unreadable

__all__ = ["Bad", "Unreadable"]


class Bad(ValueError):
    """A value that a column does not take: what is wrong, and what to do (a Chinese phrase each)."""

    def __init__(self, what: str, todo: str = "请改正后重新导入") -> None:
        self.what, self.todo = what, todo
        super().__init__(f"{what}；{todo}")
