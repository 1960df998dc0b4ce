"""Prepare texts for publication: clean HTML, read office files, apply the house style."""

from gongkai.lib.richtext.clean import FILE_SCHEME, clean_html, to_comparable_text, to_plain_text
from gongkai.lib.richtext.composing import join_wrapped_lines, lower_headings, make_paragraphs, make_table
from gongkai.lib.richtext.depth import UnfitText
from gongkai.lib.richtext.office_files import TEXT_KINDS, WordText, convert_office_text
from gongkai.lib.richtext.tidy import TidyResult, tidy_html

__all__ = [
    "FILE_SCHEME",
    "TEXT_KINDS",
    "TidyResult",
    "UnfitText",
    "WordText",
    "clean_html",
    "convert_office_text",
    "join_wrapped_lines",
    "lower_headings",
    "make_paragraphs",
    "make_table",
    "tidy_html",
    "to_comparable_text",
    "to_plain_text",
]
