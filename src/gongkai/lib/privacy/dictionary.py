"""Provide the rjieba word dictionary, loaded on first use because loading is slow."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


@cache
def _load_dictionary() -> "ModuleType":
    return import_module("rjieba")


def split_words(text: str) -> list[str]:
    """Split a text into words."""
    words: list[str] = _load_dictionary().cut(text, False)
    return words


def has_word(word: str) -> bool:
    """Return whether the dictionary contains a word."""
    return bool(_load_dictionary().has_word(word))


def tag_words(text: str) -> list[tuple[str, str]]:
    """Return the words of a text with their parts of speech."""
    tagged: list[tuple[str, str]] = _load_dictionary().tag(text, False)
    return tagged
