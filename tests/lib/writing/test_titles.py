"""Titles over several lines: whole words, balanced lines, within the maximum width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.writing.titles import MAX_TITLE_LINE_CHARACTERS, break_title_lines, cite_title, split_title_lines
from gongkai.lib.writing.wrapping import get_line_width


@pytest.mark.parametrize(
    "lines",
    [
        ["青山区2026年政务公开工作要点任务分工"],
        ["青溪县人民政府办公室关于印发", "2026年政务公开工作要点任务分工的通知"],
        ["云岭市人民政府办公厅关于印发", "贯彻落实国务院办公厅2026年", "政务公开工作要点任务分工的通知"],
        ["云岭市人民政府办公室关于做好", "2026年下半年政务公开工作的通知"],
    ],
)
def test_title_is_broken_between_words(lines: list[str]) -> None:
    assert split_title_lines("".join(lines)) == lines


def test_given_line_breaks_of_title_are_kept() -> None:
    assert split_title_lines("云岭市人民政府\n通知") == ["云岭市人民政府", "通知"]


def test_printed_title_keeps_line_breaks_and_breaks_long_lines() -> None:
    assert break_title_lines("云岭市教育局\n2025年度政务公开考核结果报告") == [
        "云岭市教育局",
        "2025年度政务公开考核结果报告",
    ]
    assert len(break_title_lines("云岭市住房和城乡建设局关于印发行政执法公示实施细则的通知")) == 2


@given(st.text(alphabet="云岭市人民政府关于印发《》2026年工作要点的通知、", min_size=1, max_size=70))
def test_title_lines_are_complete_and_not_too_long(text: str) -> None:
    lines = split_title_lines(text)
    assert "".join(lines) == text
    if len(lines) > 1:
        assert max(map(get_line_width, lines)) <= MAX_TITLE_LINE_CHARACTERS


def test_digits_have_half_width() -> None:
    assert get_line_width("2026年") == 3.0


@pytest.mark.parametrize(
    ("title", "number", "words"),
    [
        ("云岭市停车办法", "", "《云岭市停车办法》"),
        ("云岭市停车办法", "云府规〔2026〕3号", "《云岭市停车办法》（云府规〔2026〕3号）"),
        ("关于印发《停车办法》的通知", "", "《关于印发〈停车办法〉的通知》"),
        ("《停车办法》", "", "《停车办法》"),
        ("《停车办法》解读", "", "《〈停车办法〉解读》"),
    ],
)
def test_cited_title_has_single_inner_brackets(title: str, number: str, words: str) -> None:
    assert cite_title(title, number) == words
