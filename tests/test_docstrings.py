"""Docstrings and docs match the code: doctests pass, names exist, sections are unique."""

import builtins
import doctest
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
MODULES = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    for path in sorted(SOURCE.glob("gongkai/**/*.py"))
    if ">>> " in path.read_text("utf-8")
]
#: Names in backticks that are other programs': Wagtail, LibreOffice, PostgreSQL.
FOREIGN_NAMES = {"WAGTAILFRONTENDCACHE", "LibreOfficeKit.h", "set_config", "tsquery"}
_DOCSTRING = re.compile(r'^ *[rR]?"""(.*?)"""', re.M | re.S)
_COMMENT = re.compile(r"^ *#.*$", re.M)
_BACKTICKED = re.compile(r"`([A-Za-z_][\w.]*)(?:\(\))?`")
_SECTION = re.compile(r"^ *(Args|Attributes|Raises|Returns|Yields):$", re.M)
_RAISES = re.compile(r"^ *Raises:\n((?: +\S.*\n?)+)", re.M)
_ENTRY = re.compile(r"(?:^ +|\. )([A-Z][\w.]*): ", re.M)
_LEAD = re.compile(r"^ *((?:`\w+`|[a-z]\w*)): ", re.M)
_FENCE = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")


@cache
def _read_source() -> tuple[dict[Path, list[str]], str]:
    """Return the docstrings of each module, and all code without docstrings and comments."""
    docstrings, code = {}, []
    for path in SOURCE.glob("gongkai/**/*.py"):
        text = path.read_text("utf-8")
        docstrings[path.relative_to(SOURCE)] = [found[1] for found in _DOCSTRING.finditer(text)]
        code.append(_COMMENT.sub("", _DOCSTRING.sub("", text)))
    return docstrings, "\n".join(code)


def _each_docstring() -> Iterator[tuple[Path, str]]:
    for path, texts in _read_source()[0].items():
        yield from ((path, text) for text in texts)


@cache
def _code_words() -> set[str]:
    files = {part for path in SOURCE.glob("gongkai/**/*") for part in (path.name, path.stem)}
    return files | set(re.findall(r"[A-Za-z_]\w*", _read_source()[1]))


@cache
def _defined_names() -> set[str]:
    """Return the names of all functions and classes, imports and builtins."""
    code = _read_source()[1]
    imports = re.findall(r"^ *from \S+ import (\([^)]*\)|.*)$", code, re.M)
    imported = {word for names in imports for word in re.findall(r"\w+", names)}
    return imported | set(re.findall(r"^ *(?:async )?(?:def|class) (\w+)", code, re.M)) | set(dir(builtins))


@pytest.mark.parametrize("name", MODULES)
def test_doctests_pass(name: str) -> None:
    result = doctest.testmod(import_module(name.removesuffix(".__init__")))
    assert result.failed == 0
    assert result.attempted


def test_raises_name_exceptions_that_exist() -> None:
    code = _read_source()[1]
    known = _defined_names() | set(re.findall(r"\.([A-Z]\w+)", code))
    raised = [
        (str(path), name)
        for path, text in _each_docstring()
        for section in _RAISES.findall(text)
        for name in _ENTRY.findall(section)
    ]
    assert len(raised) > 100
    assert not [(path, name) for path, name in raised if "." not in name and name not in known]


def test_sections_and_entries_are_unique() -> None:
    twice = [
        (str(path), lead)
        for path, text in _each_docstring()
        for part in (text, *_SECTION.split(text)[::2])
        for lead, times in Counter((_SECTION if part is text else _LEAD).findall(part)).items()
        if times > 1
    ]
    assert not twice


def test_names_in_backticks_exist() -> None:
    words = _code_words()
    missing = [
        (str(path), name)
        for path, text in _each_docstring()
        for name in _BACKTICKED.findall(text)
        if name not in FOREIGN_NAMES
        and not all(word in words or word.isdigit() for word in name.rstrip(".").split("."))
    ]
    assert not missing


def test_calls_in_the_docs_exist() -> None:
    known = _defined_names() | {"mkdtemp", "most"}  # of the standard library and the tests
    missing = []
    for path in [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]:
        text = path.read_text("utf-8")
        pieces = _FENCE.findall(text) + re.findall(r"`([^`\n]+)`", text)
        missing += [(path.name, name) for piece in pieces for name in _CALL.findall(piece) if name not in known]
    assert not missing
