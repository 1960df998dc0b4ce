"""Prepare texts for publication: clean HTML, read office files, apply the house style."""

from gongkai.lib.richtext.clean import FILE_SCHEME, clean, plain, with_targets
from gongkai.lib.richtext.composing import join_wrapped_lines, lower_headings, paragraphs, table
from gongkai.lib.richtext.errors import UnfitText
from gongkai.lib.richtext.tidy import TidyResult, tidy
from gongkai.lib.richtext.word import TEXT_KINDS, WordText, from_docx, from_office

__all__ = [
    "FILE_SCHEME",
    "TEXT_KINDS",
    "TidyResult",
    "UnfitText",
    "WordText",
    "clean",
    "from_docx",
    "from_office",
    "join_wrapped_lines",
    "lower_headings",
    "paragraphs",
    "plain",
    "table",
    "tidy",
    "with_targets",
]
