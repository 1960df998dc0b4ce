"""Divide Chinese texts into words and look words up.

Loading the dictionary takes a seventh of a second and 30 MB, so a process loads it once.
"""

from functools import cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba

# Beside the words of the table: it has 种粮大户, and this one would be taken for the same with a character missing.
_ADDED_WORDS = ("种粮户",)

_DICTIONARY_LOCK = Lock()


@cache
def load_segmenter() -> "Jieba":
    """Return the word segmenter of this process, with the words of the synonym table."""
    # rjieba raises "Already borrowed" if one thread adds words while another one splits a text.
    with _DICTIONARY_LOCK:
        return _load_segmenter_once()


@cache
def _load_segmenter_once() -> "Jieba":
    """Return the segmenter with our own words of 3 to 8 characters added."""
    from rjieba import _DEFAULT_JIEBA as segmenter

    for word in (*_ADDED_WORDS, *list_synonym_table_words()):
        if 2 < len(word) <= 8:
            segmenter.add_word(word, None, None)
    return segmenter


def list_synonym_table_words() -> list[str]:
    """Return the everyday words and official terms of the synonym table."""
    rows = (line.split("\t") for line in read_synonym_table().splitlines()[1:] if line and line[0] != "#")
    return list(dict.fromkeys(word for row in rows for word in row[:2]))


def read_synonym_table() -> str:
    """Return the synonym table that is shipped with the program."""
    return files("gongkai.lib.chinese").joinpath("data", "synonyms.tsv").read_text(encoding="utf-8")


def split_words(text: str) -> list[str]:
    """Split a text into words."""
    return load_segmenter().cut(text, False)


def has_word(word: str) -> bool:
    """Return whether the dictionary contains a word."""
    return load_segmenter().has_word(word)


def tag_words(text: str) -> list[tuple[str, str]]:
    """Return (word, part of speech) of a text."""
    return load_segmenter().tag(text, False)
