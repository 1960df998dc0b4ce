"""Libraries that open files are imported only by `fileformats`, by writers of our own files, and by the modules listed here."""

import ast

import pytest

from architecture.floors import PACKAGE, app_path, nodes_of, tree_of

#: What opens files that somebody else wrote.
LIBRARIES = frozenset(
    {"pypdf", "pypdfium2", "pdfplumber", "pdfminer", "openpyxl", "xlrd", "docx", "mammoth", "PIL", "olefile"}
    | {
        "zipfile",
        "tarfile",
        "email",
        "mailbox",
        "compressed_rtf",
        "rapidocr",
        "charset_normalizer",
        "csv",
        "defusedxml",
        "html5lib",
        "feedparser",
        "bs4",
        *("fitz", "pymupdf", "python_calamine", "odf", "pandas", "msoffcrypto", "extract_msg", "py7zr", "rarfile"),
        *("trafilatura", "htmldate", "readability", "docx2txt", "textract", "camelot", "xlsx2csv"),
    }
)
#: Functions that build a tree of foreign markup; `lxml` itself is also imported for its types.
PARSERS = frozenset(
    {"fromstring", "document_fromstring", "fragment_fromstring", "fragments_fromstring", "iterparse"}
    | {"fromstringlist", "XML", "XMLID", "HTML", "parse", "parseString"}
)
#: Readers that run in a child. All but `fileformats` need the places of words in the file that they mask, draw or check.
APART = frozenset(
    {
        "fileformats",
        "privacy/files",
        "checks/attachment_reader.py",
        "checks/embedded_content.py",
    }
)
#: Modules that write files of our own making.
WRITERS = frozenset(
    {
        "writing",
        "demo",
        "annual/papers.py",
        "spreadsheets/writer.py",
        "opendata/bundles.py",
        "packages/exporting.py",
        "site_operations/export.py",
    }
    | {"policies/library_package.py", "acts/backups"}
)
#: Modules that open what is foreign in the process that asks → why they may.
REASONS = {
    "policies/actions/files.py": "a .zip of originals, bounded in entries and in bytes that it unpacks to; each original is read apart",
    "outbound/http_requests.py": "heads of an answer, which the standard library has read",
    **dict.fromkeys(("reading/layouts/split.py", "reading/layouts/tabs.py"), "cells of a text that was read already"),
    "privacy/proofreading/terms.py": "a table of ours",
    "signin/identity/cas.py": "the answer of the configured server for sign-in",
}
#: Modules that build trees → why they may.
TREES = {
    "outbound/markup.py": "pages of sites, which are walked as trees within the bounds counted before",
    "richtext/passages.py": "texts of our own editor",
    "writing/blocks.py": "cleaned texts of our own",
    "gathering/texts.py": "the text of a page that was read and cleaned",
    "signin/identity/cas.py": REASONS["signin/identity/cas.py"],
}


def libraries(tree: ast.Module) -> set[str]:
    """Return which of the libraries a module imports, but for the checking of types."""
    typing = [
        node
        for block in nodes_of(tree).get(ast.If, [])
        if isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    ]
    names = [
        *(name.name for node in nodes_of(tree).get(ast.Import, []) if node not in typing for name in node.names),
        *(str(node.module) for node in nodes_of(tree).get(ast.ImportFrom, []) if node not in typing),
        *(str(getattr(node.args[0], "value", "")) for node in nodes_of(tree).get(ast.Call, []) if _imports(node)),
    ]
    return {name.split(".")[0] for name in names} & LIBRARIES


def _imports(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("import_module", "__import__") and bool(call.args)


def opening() -> dict[str, set[str]]:
    """Return module → the libraries that it imports."""
    return {app_path(path).as_posix(): found for path in PACKAGE.rglob("*.py") if (found := libraries(tree_of(path)))}


def builds_trees(tree: ast.Module) -> bool:
    """Return whether a module calls a parser of markup."""
    called = [node.func for node in nodes_of(tree).get(ast.Call, [])]
    names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
    imports = [str(node.module) for node in nodes_of(tree).get(ast.ImportFrom, [])]
    imports += [name.name for node in nodes_of(tree).get(ast.Import, []) for name in node.names]
    return bool(names & PARSERS) and any(name.split(".")[0] in ("lxml", "defusedxml", "xml") for name in imports)


def within(module: str, places: frozenset[str]) -> bool:
    return any(module == place or module.startswith(f"{place}/") for place in places)


@pytest.mark.parametrize(
    ("line", "library"),
    [
        ("import openpyxl", "openpyxl"),
        ("from pdfminer.high_level import extract_text", "pdfminer"),
        ('read = import_module("fitz").open', "fitz"),
        ('read = __import__("docx").Document', "docx"),
    ],
)
def test_another_reader_is_seen(line: str, library: str) -> None:
    assert libraries(ast.parse(line)) == {library}


def test_files_from_elsewhere_are_opened_in_one_way() -> None:
    strange = {
        module: sorted(found)
        for module, found in opening().items()
        if not within(module, APART | WRITERS) and module not in REASONS
    }
    assert not strange, "read it in a child (gongkai.lib.confined.reader), or say here why not"


def test_foreign_markup_is_parsed_in_one_place() -> None:
    found = {app_path(path).as_posix() for path in PACKAGE.rglob("*.py") if builds_trees(tree_of(path))}
    strange = {module for module in found if not within(module, APART)}
    assert strange == set(TREES), "read it with gongkai.lib.fileformats.documents.read_document"


def test_no_exception_is_left_over() -> None:
    modules = opening()
    gone = [one for one in REASONS if one not in modules]
    gone += [place for place in APART | WRITERS if not any(within(one, frozenset({place})) for one in modules)]
    assert not gone


@pytest.mark.parametrize("place", sorted(APART))
def test_what_runs_in_a_child_knows_no_django(place: str) -> None:
    folder = next(PACKAGE.glob(f"*/{place}"))
    for path in folder.rglob("*.py") if folder.is_dir() else [folder]:
        known = [str(node.module) for node in nodes_of(tree_of(path)).get(ast.ImportFrom, [])]
        assert not [name for name in known if name.split(".")[0] in {"django", "wagtail"}], path
