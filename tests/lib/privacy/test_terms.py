"""An office's term list is imported completely or refused with the row at fault."""

from pathlib import Path

import pytest

from gongkai.lib.privacy import PrivacyError, TermList

HEAD = "错误用语,规范用语,说明\n"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('政务中心,"政务服务中心\n农民工兄弟,农民工\n', "引号"),
        ("政务中心,政务服务中心\n农民工兄弟\n", "第3行有1栏"),
        ("政务中心,政务服务中心,更名,2022,是\n", "第2行有5栏"),
        ("政务中心," + "长" * 200_000 + "\n", "过长|超过500字"),
    ],
)
def test_row_that_would_be_lost_is_refused(tmp_path: Path, rows: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(PrivacyError, match=words):
        TermList.read(tmp_path / "a.csv")


def test_empty_rows_and_columns_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + "政务中心,政务服务中心,,,\n\n,,\n农民工兄弟,农民工\n", encoding="utf-8")
    assert [term.wrong for term in TermList.read(tmp_path / "a.csv").terms] == [
        "政务中心",
        "农民工兄弟",
    ]
