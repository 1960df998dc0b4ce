"""Read the conditional comments of pages made by Word: formulas, fields, text boxes."""

import re
from html import escape, unescape
from itertools import zip_longest

from lxml import etree

from gongkai.lib.fileformats.documents.model import DocumentBuilder
from gongkai.lib.fileformats.documents.symbols import linearise_formula
from gongkai.lib.fileformats.documents.word_runs import resolve_field

_CONDITION_START, _CONDITION_END = "<!--[if ", "<![endif]-->"
_MATH_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_TAG, _OTHER_TAG, _TEXT_TAG = re.compile(r"<[^<>]*>"), re.compile(r"<(?!/?m:)[^<>]*>"), re.compile(r"</?m:t\b[^<>]*>")
_FIELD_MARK_RE = re.compile(r"<[^<>]*mso-element\s*:\s*field-(begin|separator|end)[^<>]*>", re.IGNORECASE)
#: A part of a field that is no comment, so that its instruction would be read as words.
_REVEALED_FIELD_RE = re.compile(
    r"<!\[if !supportFields\]>((?:(?!<!\[endif\]).){0,600}?mso-element\s*:\s*field-(?:(?!<!\[endif\]).){0,600}?)<!\[endif\]>",
    re.DOTALL,
)
_CONDITIONAL_COMMENT_RE = re.compile(r"<!(?:--)?\[(if [^\]<>]{0,80}|endif)\](?:--)?>")
_NO_FORMULAS_CONDITION = "if !msEquation"


def resolve_conditional_comments(html: str, builder: DocumentBuilder) -> str:
    """Return a page with the words of the formulas and fields in its conditional comments.

    Formulas, and the words of text boxes that are nowhere else on the page, are recorded as losses.
    """
    html = _REVEALED_FIELD_RE.sub(r"<!--[if supportFields]>\1<![endif]-->", html) if "field-" in html else html
    if _CONDITION_START not in html:
        return html
    head, *pieces = _drop_fallbacks(html).split(_CONDITION_START)
    out, field, boxes = [head], "", list[str]()
    for piece in pieces:
        condition, _, conditional = piece.partition("]>")
        content, end, text_after = conditional.partition(_CONDITION_END)
        words, is_opened = "", bool(end) and ("supportFields" in condition or "msEquation" in condition)
        if is_opened and "supportFields" in condition:
            words, field = _resolve_fields(content, field if not _strip_tags(out[-1]) else "", builder)
        elif is_opened:
            words = _read_formula(content, builder)
        elif "vml" in condition:
            boxes += (box.partition(">")[2].partition("</v:textbox>")[0] for box in content.split("<v:textbox")[1:])
        out += [escape(words, quote=False), text_after if is_opened else f"{_CONDITION_START}{piece}"]
    page = "".join(out)
    if boxes:
        shown = _remove_blanks(_strip_tags(re.sub(r"<!--\[if .*?-->", "", page, flags=re.DOTALL)))
        for words in map(_strip_tags, boxes):
            if _remove_blanks(words) not in shown:
                builder.lose("text", words)
    return page


def _strip_tags(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()


def _remove_blanks(text: str) -> str:
    return "".join(text.split())


def _resolve_fields(content: str, begun: str, builder: DocumentBuilder) -> tuple[str, str]:
    """Return (words of fields without a result, instruction of an unfinished field).

    `begun`: the instruction begun in the text before.
    """
    words, field_marks = "", list(_FIELD_MARK_RE.finditer(content))
    if not field_marks and _strip_tags(content):  # an instruction by itself, as other programs write it
        return resolve_field(builder, _strip_tags(content)), begun
    for field_mark, following in zip_longest(field_marks, field_marks[1:]):
        if field_mark[1].lower() == "begin":
            begun = _strip_tags(content[field_mark.end() : following.start() if following else len(content)])
        elif field_mark[1].lower() == "end" and begun:
            words, begun = words + resolve_field(builder, begun), ""
    return words, begun


def _read_formula(content: str, builder: DocumentBuilder) -> str:
    """Return a formula of Word as one line, and record it as a loss."""
    marked = _TEXT_TAG.sub("", _OTHER_TAG.sub("", content)).replace("&nbsp;", " ")
    marked = re.sub(r">([^<>]*[^<>\s][^<>]*)<", r"><m:t>\1</m:t><", marked)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(f'<m:oMath xmlns:m="{_MATH_NAMESPACE}">{marked}</m:oMath>', parser)
    words = linearise_formula(root) if root is not None else ""
    builder.lose("formula", words)
    return words


def _drop_fallbacks(html: str) -> str:
    """Return a page without the pictures of formulas for programs that know none."""
    if _NO_FORMULAS_CONDITION not in html:
        return html
    pieces, at, depth = list[str](), 0, 0
    for condition in _CONDITIONAL_COMMENT_RE.finditer(html):
        if depth:
            depth += 1 if condition[1] != "endif" else -1
            at = at if depth else condition.end()
        elif condition[1] == _NO_FORMULAS_CONDITION:
            pieces.append(html[at : condition.start()])
            at, depth = condition.start(), 1
    return "".join([*pieces, html[at:]])
