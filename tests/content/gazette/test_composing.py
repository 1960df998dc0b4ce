"""Composing the text of a gazette issue and splitting it into articles; parsing file names. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.gazette.actions import merge_sections
from gongkai.content.gazette.composing import make_contents, replace_pictures, split_articles
from gongkai.content.gazette.models import Article
from gongkai.content.gazette.views import parse_issue_name
from gongkai.lib.richtext import clean_html, lower_headings, make_paragraphs

WORDS = st.text(st.characters(categories=("Lo", "Nd")), min_size=1, max_size=12)
ARTICLES = st.lists(
    st.tuples(st.sampled_from(["政府规章", "市政府文件", "人事任免"]), WORDS, WORDS), min_size=1, max_size=8
)


@given(ARTICLES)
def test_composed_issue_splits_into_the_same_articles(given_articles: list[tuple[str, str, str]]) -> None:
    rows = sorted(given_articles)
    html, last = make_contents([Article(section=a, title=b) for a, b, _ in rows]), ""
    for section, title, words in rows:
        if section != last:
            last = section
            html += f"<h2>{section}</h2>"
        html += f"<h3>{title}</h3>" + lower_headings(f"<h2>一、总则</h2>{make_paragraphs(words)}", 2)
    pieces = split_articles(clean_html(html))
    assert [(one.section, one.title) for one in pieces] == [(a, b) for a, b, _ in rows]
    assert [one.place for one in pieces] == list(range(1, len(rows) + 1))
    for piece, (_, _, words) in zip(pieces, rows, strict=True):
        assert words in piece.text
        assert "总则" in piece.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2019-03.pdf", (2019, 3)),
        ("2019年第3期.pdf", (2019, 3)),
        ("云岭市人民政府公报2020年第12期（总第240期）.pdf", (2020, 12)),
        ("2021_7.pdf", (2021, 7)),
        ("公报 2018.第05期.pdf", (2018, 5)),
        ("扫描件.pdf", None),
        ("12019-03.pdf", None),
        ("2019.pdf", None),
    ],
)
def test_parse_issue_name(name: str, said: tuple[int, int] | None) -> None:
    assert parse_issue_name(name) == said


def test_pictures_are_replaced_by_their_description() -> None:
    assert replace_pictures('<p><img src="gongkai-file:x" alt="示意图">文</p>') == "<p>（图：示意图）文</p>"
    assert replace_pictures('<p><img src="gongkai-file:x"></p>') == "<p>（图：见政府网站原文）</p>"


@pytest.mark.parametrize(
    ("known", "new", "said"),
    [
        ([], ["政策解读", "部门文件", "政策解读"], ["部门文件", "政策解读"]),
        ([], ["部门文件", "政府文件", "政府规章"], ["政府规章", "政府文件", "部门文件"]),
        (["政策解读", "政府规章"], ["政府规章"], ["政策解读", "政府规章"]),
        (["要闻", "政策解读"], ["部门文件", "来信"], ["要闻", "部门文件", "政策解读", "来信"]),
    ],
)
def test_merge_sections_adds_each_section_once_in_usual_order(
    known: list[str], new: list[str], said: list[str]
) -> None:
    assert merge_sections(known, new) == said
