"""Titles in the table of contents of a gazette are broken into lines without truncation."""

import pytest

from gongkai.lib.writing.gazette import break_title


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于加强节水的通知", ["关于加强节水的通知"]),
        ("市政府关于印发《节约用水管理办法》的通知", ["市政府关于印发《节约", "用水管理办法》的通知"]),
        ("市人民政府关于印发《节水办法》的通知", ["市人民政府关于印发", "《节水办法》的通知"]),
        ("关于印发节约用水管理办法》的通知", ["关于印发节约用水管理", "办法》的通知"]),
        ("关于印发《约用水管理》的通知", ["关于印发《约用水管", "理》的通知"]),
    ],
)
def test_long_title_is_broken_without_truncation(title: str, lines: list[str]) -> None:
    assert break_title(title, 10, len) == lines
    assert "".join(lines) == title
