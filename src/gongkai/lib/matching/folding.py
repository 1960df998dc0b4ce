"""Fold text to one spelling, and tokenise texts and queries for search.

Texts and queries are tokenised alike:

- `make_search_tokens(text)`: what goes into the index. Join with blanks and give it to SQLite FTS5
  (``tokenize = 'unicode61'``) or to PostgreSQL (``to_tsvector('simple', …)``). Every token is made of
  letters, digits and Chinese characters only, lower case, so both leave it as it is.
- `make_fts5_query(text)` and `make_ts_query(text)`: what a person typed, as a MATCH expression or a ``tsquery``.
  Both return "" where there is nothing to look for. `make_query_phrases` is what both are made from.

How it finds: Chinese text becomes overlapping bigrams, so any word of two characters is found exactly
where it stands; longer words are phrases of bigrams. The last character of each run is a token of its own,
so that *every* character begins some token, and a query of one character is a prefix search (税* finds 税,
税务 and 纳税). A document number is one more token (云府办发〔2026〕15号 → 云府办发202615号), whatever
brackets were used. Words of Latin letters and digits stay whole. Width, case and traditional characters are
folded (`folding.fold`).

PostgreSQL keeps word positions only up to 16,383, so `make_ts_query` asks for all bigrams of a word but not for
their order; a word of one or two characters and a document number are exact in both.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese import traditional
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.document_numbers import DocumentNumber, iterate_typed_numbers

MAX_TEXT_CHARACTERS = 20_000_000
"""Maximum characters of a text; a longer one is refused with one line."""

_BRACKET_VARIANTS = {"〔": "〔[［【〖﹝⦗⟦(（﹙<〈＜", "〕": "〕]］】〗﹞⦘⟧)）﹚>〉＞"}
_THOUSANDS_SEPARATOR_RE = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def _load_compatibility_forms() -> dict[int, str]:
    """Return the plain form of each compatibility character (NFKC) by code point."""
    blocks = (
        (0x00A0, 0x00C0),
        (0x2000, 0x2200),
        (0x2460, 0x2500),
        (0x2E80, 0x2FE0),
        (0x3000, 0x3001),
        (0x3200, 0x3400),
        (0xF900, 0xFB10),
        (0xFE30, 0xFE70),
        (0xFF00, 0xFFF0),
        (0x1D400, 0x1D800),
        (0x2F800, 0x2FA20),
    )
    table = {}
    for first, last in blocks:
        for point in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(point))
            if plain != chr(point):
                table[point] = plain
    return table


@cache
def _build_fold_table() -> dict[int, str]:
    """Return the table for `str.translate` that folds width, traditional forms and blanks."""
    table = _load_compatibility_forms()
    simplified = traditional.get_simplified_table()
    table.update(simplified)
    for point, plain in table.items():
        if len(plain) == 1:
            table[point] = simplified.get(ord(plain), plain)
    # Zero-width characters and controls vanish or part words; lone surrogates are broken text.
    table |= dict.fromkeys(range(32), " ")
    table |= dict.fromkeys(range(127, 160), " ")
    table |= {0x0A: "\n", 0x0D: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
    table |= dict.fromkeys((173, *range(8203, 8208), *range(8234, 8239), 8288, 65279), "")
    table |= {ord("○"): "〇"}
    return table


class _FoldTable(dict[int, str]):
    """A translation table that keeps the characters without an entry, in lower case, after their first use."""

    def __missing__(self, point: int) -> str:
        plain = " " if 0xD800 <= point <= 0xDFFF else chr(point).lower()
        if len(self) < 200_000:
            self[point] = plain
        return plain


@cache
def _get_fold_table() -> _FoldTable:
    return _FoldTable({point: plain.lower() for point, plain in _build_fold_table().items()})


def require_text(value: object) -> str:
    """Return the argument if it is a string (TypeError: it is not)."""
    if not isinstance(value, str):
        raise TypeError(f"需要文本（str），收到的是 {type(value).__name__}")
    return value


def fold(text: str) -> str:
    """Return the text in one spelling: half width, lower case, simplified characters.

    Lone surrogates and NULs become blanks; line ends become a newline.

    Raises:
        TypeError: not a string.
        ValueError: longer than `MAX_TEXT_CHARACTERS`.
    """
    if len(require_text(text)) > MAX_TEXT_CHARACTERS:
        raise ValueError(f"文本过长：{len(text)} 字，最多 {MAX_TEXT_CHARACTERS} 字")
    folded = text.translate(_get_fold_table())
    return _THOUSANDS_SEPARATOR_RE.sub("", folded) if "," in folded else folded


def unify_brackets(text: str) -> str:
    """Return the text with every opening bracket as 〔 and every closing bracket as 〕."""
    return text.translate(_make_bracket_table())


@cache
def _make_bracket_table() -> dict[int, str]:
    return {ord(char): plain for plain, chars in _BRACKET_VARIANTS.items() for char in chars}


def find_document_numbers(text: str) -> list[str]:
    """Return the document numbers in a text as 云府办发〔2026〕15号, in order, each once.

    If no blank, punctuation or leading word separates the issuer's mark from the text before it, the mark
    is taken up to 12 characters.
    """
    return list(dict.fromkeys(str(number) for number in iterate_typed_numbers(fold(text))))


def make_document_number_tokens(folded: str) -> list[str]:
    """Return the document numbers of a folded text as tokens: 云府办发202615号."""
    tokens: dict[str, None] = {}
    for number in iterate_typed_numbers(folded):
        for start in range(1 if number.certain else max(1, len(number.mark) - 1)):
            tokens[f"{number.mark[start:]}{number.year}{number.serial}号"] = None
    return list(tokens)


MAX_WORD_CHARACTERS = 64
"""Maximum characters of a token; longer runs of letters or digits are cut (PostgreSQL refuses very long words)."""
MAX_QUERY_CHARACTERS = 200
"""Maximum characters of a query that are read."""

_HAN_OR_OTHER_RUN_RE = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN_RE = re.compile(rf"[{HAN}]")


class Phrase(NamedTuple):
    """Adjacent tokens of a query; with `prefix`, the last one may be the start of a token."""

    tokens: tuple[str, ...]
    prefix: bool = False


def make_number_without_year(number: str) -> str:
    """Return a 文号 without its year (云岭教发〔2026〕20号 → 云岭教发20), "" for other numbers."""
    return re.sub(r"〔\d{4}〕(\d+)号\Z", r"\1", number) if "〔" in number else ""


def make_index_number_key(number: str) -> str:
    """Return the letters and digits of a 索引号, for comparison."""
    return re.sub(r"[\W_]", "", fold(number))[:60]


def make_search_tokens(text: str) -> list[str]:
    """Return the tokens of a text for a full-text index, in order; document numbers last.

    Example: 公租房15日 → 公租, 租房, 房, 15, 日.

    Raises:
        TypeError: not a string.
        ValueError: longer than `folding.MAX_TEXT_CHARACTERS`.
    """
    folded = fold(text)
    tokens: list[str] = []
    known: dict[str, str] = {}
    for run in _HAN_OR_OTHER_RUN_RE.findall(folded):
        if _HAN_RE.match(run):
            for i in range(len(run)):
                token = run[i : i + 2]
                tokens.append(known.setdefault(token, token))
        else:
            tokens.append(run[:MAX_WORD_CHARACTERS])
    tokens.extend(make_document_number_tokens(folded))
    return tokens


def make_query_phrases(text: str) -> list[Phrase]:
    """Return the phrases of a typed query, which must all match.

    Only the first `MAX_QUERY_CHARACTERS` characters are read. Blanks and marks part phrases; a document number is one
    token; one Chinese character is a prefix.
    """
    folded = fold(require_text(text)[:MAX_QUERY_CHARACTERS])
    phrases: list[Phrase] = []
    rest = 0
    for number in iterate_typed_numbers(folded):
        phrases += _split_phrases(folded[rest : number.start])
        phrases.append(_make_number_phrase(number))
        rest = number.end
    return list(dict.fromkeys(phrases + _split_phrases(folded[rest:])))


def _make_number_phrase(number: DocumentNumber) -> Phrase:
    """Return the search phrase of a 文号."""
    if number.certain:
        return Phrase((f"{number.mark}{number.year}{number.serial}号",))
    # The length of the agency code is unknown: use its last characters, the year and the sequence, side by side.
    return Phrase((number.mark[-2:], number.mark[-1], number.year, number.serial))


def _split_phrases(folded: str) -> list[Phrase]:
    chunks = (_HAN_OR_OTHER_RUN_RE.findall(chunk) for chunk in re.split(r"[\W_]+", folded))
    return [_make_phrase(runs) for runs in chunks if runs]


def _make_phrase(runs: list[str]) -> Phrase:
    """Return the phrase of adjacent runs; a last run of one Chinese character is a prefix."""
    tokens: list[str] = []
    for run in runs:
        if _HAN_RE.match(run):
            tokens.extend(run[i : i + 2] for i in range(len(run)))
        else:
            tokens.append(run[:MAX_WORD_CHARACTERS])
    last_run = runs[-1]
    if not _HAN_RE.match(last_run):
        return Phrase(tuple(tokens))
    if len(last_run) == 1:
        return Phrase(tuple(tokens), prefix=True)
    return Phrase(tuple(tokens[:-1]))


def make_fts5_query(text: str) -> str:
    """Return a MATCH expression for SQLite FTS5, all phrases required; "" if empty."""
    return " AND ".join(
        ('"' + " ".join(phrase.tokens) + '"' + (" *" if phrase.prefix else "")) for phrase in make_query_phrases(text)
    )


def make_ts_query(text: str) -> str:
    """Return a query for PostgreSQL's ``%s::tsquery``, all tokens required; "" if empty."""
    return " & ".join(dict.fromkeys(_iterate_lexemes(make_query_phrases(text))))


def _iterate_lexemes(phrases: Iterable[Phrase]) -> Iterable[str]:
    """Yield the tokens as quoted lexemes; the last one may be a prefix."""
    for phrase in phrases:
        for token in phrase.tokens[:-1]:
            yield f"'{token}'"
        yield f"'{phrase.tokens[-1]}'" + (":*" if phrase.prefix else "")
