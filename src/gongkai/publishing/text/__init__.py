"""Texts on their way to the public: cleaned HTML, Word and WPS files, the house style, pictures, plain words for search."""

from gongkai.publishing.text.clean import FILE_SCHEME, clean, plain
from gongkai.publishing.text.tidy import Tidied, tidy
from gongkai.publishing.text.word import WordText, from_docx, from_office

__all__ = ["FILE_SCHEME", "Tidied", "WordText", "clean", "from_docx", "from_office", "plain", "tidy"]
