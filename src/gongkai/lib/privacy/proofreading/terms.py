"""Lists that an office gives the proofreader: terms, units, leaders."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.data_tables import make_alternation
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.model import Finding, PrivacyError, describe_os_error
from gongkai.lib.privacy.search_text import SearchText, to_half_width

_CSV_HEADER = ("错误用语", "规范用语", "说明")
_MAX_TERMS = 20_000
_MAX_TERM_CHARACTERS = 500


def _parse_rows(content: bytes) -> list[list[str]]:
    """Return the rows of a list of terms.

    Raises:
        PrivacyError: quotes are not closed, or a cell is too long.
    """
    text = decode_text(content, "术语表")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise PrivacyError("术语表格式有误：引号没有成对，或者有一格过长") from error


@dataclass(frozen=True, slots=True)
class ProofreadingTerm:
    """A term to correct: wrong form, right form (may be empty) and reason."""

    wrong: str
    right: str
    remark: str = ""


class TermList:
    """A list of terms, imported and exported as CSV (错误用语, 规范用语, 说明) in UTF-8."""

    def __init__(self, terms: Iterable[ProofreadingTerm] = ()) -> None:
        self.terms: tuple[ProofreadingTerm, ...] = tuple(terms)
        self._by_wrong: dict[str, list[ProofreadingTerm]] = {}
        for term in {term.wrong: term for term in self.terms}.values():
            self._by_wrong.setdefault(to_half_width(term.wrong), []).append(term)
        self._pattern = re.compile(make_alternation(tuple(self._by_wrong))) if self._by_wrong else None

    def __len__(self) -> int:
        return len(self.terms)

    @classmethod
    def read(cls, path: Path) -> "TermList":
        """Read a list from a CSV file.

        Raises:
            PrivacyError: no file, other columns, an empty or repeated wrong form; the row is named.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise PrivacyError(f"术语表读不了：{describe_os_error(error)}") from error
        table = _parse_rows(content)
        if not table or tuple(cell.strip() for cell in table[0][:2]) != _CSV_HEADER[:2]:
            raise PrivacyError("术语表第一行应为：错误用语,规范用语,说明")
        terms: list[ProofreadingTerm] = []
        wrong_forms: set[str] = set()
        for number, row in enumerate(table[1:], 2):
            if not any(cell.strip() for cell in row):
                continue
            if not 2 <= len(row) <= 3 and any(cell.strip() for cell in (row[3:] or row)):
                raise PrivacyError(f"术语表第{number}行有{len(row)}栏，应为两栏或三栏：错误用语,规范用语,说明")
            if max(map(len, row)) > _MAX_TERM_CHARACTERS:
                raise PrivacyError(f"术语表第{number}行有一格超过{_MAX_TERM_CHARACTERS}字，请检查引号是否成对")
            term = ProofreadingTerm(*[cell.strip() for cell in (*row, "", "")[:3]])
            if len(term.wrong) < 2 or term.wrong in wrong_forms or term.wrong == term.right:
                raise PrivacyError(f"术语表第{number}行有误：错误用语须两字以上、不重复，且不同于规范用语")
            wrong_forms.add(term.wrong)
            terms.append(term)
            if len(terms) > _MAX_TERMS:
                raise PrivacyError(f"术语表超过{_MAX_TERMS}行，请拆分")
        return cls(terms)

    def write(self, path: Path) -> None:
        """Write the list as CSV for Excel (PrivacyError: it cannot be written)."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(_CSV_HEADER)
        writer.writerows((term.wrong, term.right, term.remark) for term in self.terms)
        try:
            path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode())
        except OSError as error:
            raise PrivacyError(f"术语表写不了：{describe_os_error(error)}") from error

    def find(self, search_text: SearchText) -> Iterator[Finding]:
        """Yield the places where a wrong form occurs outside its right form."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(search_text.text):
            start, end = match.span()
            written = search_text.source[start:end]
            term = _choose_term(self._by_wrong[match[0]], written)
            right = to_half_width(term.right)
            if right == match[0]:  # they differ in width or form only
                if written != term.wrong:
                    continue
            elif match[0] in right and search_text.text.find(right, max(0, end - len(right)), start + len(right)) >= 0:
                continue
            why = term.remark or (f"本单位规定写作“{term.right}”" if term.right else "本单位规定不用此语")
            yield Finding("term", start, end, written, why, term.right)


def _choose_term(terms: Sequence[ProofreadingTerm], written: str) -> ProofreadingTerm:
    """Return of the terms that differ in width or form only the one that is written, else the first."""
    return next((term for term in terms if term.wrong == written), terms[0])


def check_units(units: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty names of a list (PrivacyError: one is no text)."""
    names_given: tuple[object, ...] = (None,) if isinstance(units, str) else tuple(units)
    if not all(isinstance(name, str) for name in names_given):
        raise PrivacyError("单位名称应为一组文字")
    return tuple(name for name in map(str, names_given) if name.strip())


def check_leaders(leaders: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the (name, post) rows (PrivacyError: a row is no pair of texts)."""
    rows: list[object] = [None] if isinstance(leaders, str) else list(leaders)
    pairs: list[tuple[str, str]] = []
    for row in rows:
        if not isinstance(row, tuple | list) or [type(cell) for cell in row] != [str, str]:
            raise PrivacyError("领导名单的每一项应为“姓名、职务”两项文字")
        if row[0].strip() and row[1].strip():
            pairs.append((row[0], row[1]))
    return pairs
