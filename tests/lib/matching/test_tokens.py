"""Full-text search tokens, compared with SQLite's tokenizer."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.matching import (
    find_document_numbers,
    fold,
    make_fts5_query,
    make_query_phrases,
    make_search_tokens,
    make_ts_query,
)

TEXTS = {
    1: "云岭市人民政府办公室关于印发《云岭市公租房管理办法》的通知（云府办发〔2026〕15号）",
    2: "各区县：请认真执行云府办发[2026]1号文件，做好社会保障卡补办工作。",
    3: "纳税人可在办税厅申报，IPv6 改造按 GB/T 9704 执行，１，２００元以内免征税",
    4: "雲嶺市住房公積金提取須知（３号窗口，15日内办结）",
    5: "请查收云府办发﹝２０２６﹞０１５号；小微企业减税",
}


@pytest.fixture(scope="module")
def found():
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table t using fts5(words, tokenize='unicode61')")
    for key, text in TEXTS.items():
        database.execute("insert into t(rowid, words) values (?, ?)", (key, " ".join(make_search_tokens(text))))

    def search(query):
        expression = make_fts5_query(query)
        rows = database.execute("select rowid from t where t match ? order by rowid", (expression,))
        return [row[0] for row in rows]

    return search


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("公租房", [1]),
        ("租房", [1]),
        ("公房", []),  # both characters are there, the word is not
        ("税", [3, 5]),  # one character, at the start, inside and at the end of a run
        ("卡", [2]),
        ("减税", [5]),
        ("云府办发〔2026〕15号", [1, 5]),
        ("云府办发（2026）第15号", [1, 5]),
        ("云府办发【２０２６】1号", [2]),
        ("云府办发[2026]1号 社会保障卡", [2]),
        ("府办发〔2026〕15号", [5]),  # 5 runs into other words: what belongs to the code is not certain
        ("住房公积金", [4]),
        ("雲嶺市", [1, 4]),
        ("ipv6", [3]),
        ("1200元", [3]),
        ("15日", [4]),
        ("15号", [1]),
        ("3号窗口", [4]),
        ("社会保障卡 补办", [2]),
        ("社会保障卡，公租房", []),
    ],
)
def test_query_finds_exactly_matching_texts(found, query, keys):
    assert found(query) == keys


@pytest.mark.parametrize("query", ["", "  ", "，。！", "\x00", "\ud800", '"', "*", "()"])
def test_query_without_tokens_is_empty_expression(query):
    assert make_fts5_query(query) == ""
    assert make_ts_query(query) == ""


@given(st.text())
def test_tokens_are_folded_letters_and_digits(text):
    for token in make_search_tokens(text):
        assert all(char.isalnum() or is_han(char) for char in token)  # extensions that this Python does not know
        assert token == fold(token)
        assert " " not in token


@given(st.text(alphabet="云岭市税a1 ，〔〕2026号发", max_size=30), st.data())
def test_every_substring_of_text_finds_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    query = text[start : data.draw(st.integers(start, len(text)))]
    # Truncated words of letters and digits, and truncated document numbers, are other words.
    seams = (text[at - 1 : at + 1] for at in (start, start + len(query)) if at)
    if "〔" in text or any(len(seam) == 2 and seam.isascii() and seam.isalnum() for seam in seams):
        return
    indexed = " " + " ".join(make_search_tokens(text)) + " "
    for tokens, prefix in make_query_phrases(query):
        assert " " + " ".join(tokens) + ("" if prefix else " ") in indexed


def test_ts_query_requires_every_token():
    assert make_ts_query("公租房 税") == "'公租' & '租房' & '税':*"
    assert make_ts_query("云府办发[2026]15号") == "'云府办发202615号'"


def test_document_numbers_are_normalised():
    text = "根据云府办发（２０２６）第 15 号、渝府发[2021]8号和云府办发〔2026〕15号"
    assert find_document_numbers(text) == ["云府办发〔2026〕15号", "渝府发〔2021〕8号"]


def test_very_long_word_is_cut_alike_in_text_and_query():
    assert make_search_tokens("a" * 1000) == [make_query_phrases("a" * 1000)[0].tokens[0]]
    assert len(make_search_tokens("a" * 1000)[0]) == 64


def test_too_long_text_is_refused_with_one_line():
    with pytest.raises(ValueError, match=r"^文本过长：\d+ 字，最多 \d+ 字$"):
        make_search_tokens("政" * 20_000_001)
