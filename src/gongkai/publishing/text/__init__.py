"""Texts on their way to the public: cleaned HTML, Word files, plain words for search."""

from gongkai.publishing.text.clean import FILE_SCHEME, clean, plain
from gongkai.publishing.text.word import WordText, from_docx

__all__ = ["FILE_SCHEME", "WordText", "clean", "from_docx", "plain"]
