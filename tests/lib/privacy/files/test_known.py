"""Known words are found in every readable form, in time independent of their number."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.privacy.files import known_words
from gongkai.lib.privacy.files.known_words import KnownBytes, KnownWords

PHONE, ID, NAME = "13812345678", "42010619900101001X", "刘志强"


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("138-1234-5678", PHONE, "138-1234-5678"),
        ("电话138 1234 5678。", PHONE, "138 1234 5678"),
        ("１３８１２３４５６７８", PHONE, "１３８１２３４５６７８"),
        ("?q=138+1234+5678&x", PHONE, "138+1234+5678"),
        ("420106.19900101.001x", ID, "420106.19900101.001x"),
        ("刘 志\u200b强，男", NAME, "刘 志\u200b强"),
        ("ZhangSan＠163.com", "zhangsan@163.com", "ZhangSan＠163.com"),
    ],
)
def test_known_word_is_found_in_other_forms(text: str, word: str, place: str) -> None:
    (hit,) = KnownWords([word]).finditer(text)
    assert (hit.word, text[hit.start : hit.end]) == (word, place)
    assert KnownWords([word]).find_first_in(text) == word


@pytest.mark.parametrize("text", ["138****5678", "刘-志-强", "1381234\x005678", "12.13", ""])
def test_other_words_are_not_found(text: str) -> None:
    assert not list(KnownWords([PHONE, NAME, "1213"]).finditer(text))


def test_longest_word_at_position_is_found_without_overlap() -> None:
    names = KnownWords(["欧阳", "欧阳修", "阳修文"])
    assert [hit.word for hit in names.finditer("欧阳修文和欧阳")] == ["欧阳修", "欧阳"]


WORDS = st.text(alphabet="刘志强王1234", min_size=2, max_size=5)


@given(st.lists(WORDS, min_size=1, max_size=6), st.text(alphabet="刘志强王1234", max_size=40))
def test_hits_equal_occurrences_of_words(words: list[str], text: str) -> None:
    assert bool(KnownWords(words).find_first_in(text)) == any(word in text for word in words)
    hits = list(KnownWords(words).finditer(text))
    assert all(text[hit.start : hit.end] == hit.word for hit in hits)
    assert all(one.end <= two.start for one, two in itertools.pairwise(hits))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
def test_bytes_are_searched_in_each_encoding(encoding: str) -> None:
    raw = KnownBytes([PHONE, NAME], ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))
    assert raw.find_first_in(b"\x89PNG\x00" + f"a{NAME}b".encode(encoding)) == NAME
    assert raw.find_first_in(b"\x89PNG\n\x00" + PHONE.encode(encoding)) == PHONE
    assert raw.find_first_in("刘志坚138123".encode(encoding)) == ""
    assert KnownBytes([], ("utf-8",)).find_first_in(b"x") == ""


def test_lookups_do_not_grow_with_number_of_words() -> None:
    """Each position is looked up once for its prefix and once for each word length with that prefix."""

    def lookups(count: int) -> int:
        search_text = known_words._WordIndex(known_words._WORD_CHARACTERS)
        for number in range(count):
            search_text.add(f"138{number:08d}", f"138{number:08d}")
        return sum(len(sizes) for sizes in search_text._sizes.values())

    assert lookups(10) == lookups(10_000) == 1
