"""An office's term list is imported completely or refused with the row at fault."""

from pathlib import Path

import pytest

from gongkai.lib.privacy import PrivacyError, ProofreadingTerm, TermList, proofread

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


def _list_corrections(text: str, *terms: tuple[str, str]) -> list[tuple[str, str]]:
    term_list = TermList(ProofreadingTerm(*term) for term in terms)
    return [(one.text, one.suggestion) for one in proofread(text, terms=term_list) if one.kind == "term"]


def test_terms_of_full_width_signs_and_traditional_characters_are_found() -> None:
    assert _list_corrections("该中心（筹）负责办理。", ("中心（筹）", "中心")) == [("中心（筹）", "中心")]
    assert _list_corrections("请到臺灣事务办公室办理。", ("臺灣事务办", "台湾事务办")) == [("臺灣事务办", "台湾事务办")]
    assert _list_corrections("请到台湾事务办公室办理。", ("臺灣事务办", "台湾事务办")) == []
    assert _list_corrections("按ＡＢ类办理。", ("AB类", "甲类")) == [("ＡＢ类", "甲类")]


def test_term_beside_its_right_form_is_found() -> None:
    term = ("政务中心", "政务中心大厅")
    assert _list_corrections("请到政务中心大厅办理。", term) == []
    assert _list_corrections("政务中心政务中心大厅均可。", term) == [term]
