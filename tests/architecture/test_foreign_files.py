"""Libraries that open files are imported only by `fileformats`, by writers of our own files, and by the modules listed here."""

import ast

import pytest

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of

#: Libraries that open foreign files.
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
#: Functions that parse foreign markup; `lxml` itself is also imported for its types.
PARSERS = frozenset(
    {"fromstring", "document_fromstring", "fragment_fromstring", "fragments_fromstring", "iterparse"}
    | {"fromstringlist", "XML", "XMLID", "HTML", "parse", "parseString"}
)
#: Readers that run in a child process. All but `fileformats` need positions in the file: they mask, draw or check it.
CHILD_READERS = frozenset(
    {
        "fileformats",
        "privacy/files",
        "checks/attachment_reader.py",
        "checks/embedded_content.py",
    }
)
#: Modules that write files of this program.
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
    | {"policies/upload_zip.py", "acts/backups"}
)
#: Modules that open foreign files in the calling process, with the reason.
IN_PROCESS_READERS = {
    "policies/actions/files.py": "a .zip of originals with limits of entries and unpacked bytes; each original is read in a child process",
    "outbound/http_requests.py": "headers of a response, which the standard library has parsed",
    **dict.fromkeys(
        ("reading/layouts/plain_text.py", "reading/layouts/tabs.py"), "cells of a text that was extracted before"
    ),
    "privacy/proofreading/terms.py": "a table of this program",
    "signin/identity/cas.py": "the response of the configured sign-in server",
}
#: Modules that parse markup, with the reason.
TREE_BUILDERS = {
    "outbound/markup.py": "pages of sites, within limits that are checked before",
    "richtext/passages.py": "texts of our own editor",
    "writing/blocks.py": "cleaned texts of our own",
    "gathering/texts.py": "the cleaned text of a page",
    "signin/identity/cas.py": IN_PROCESS_READERS["signin/identity/cas.py"],
}


def find_libraries(tree: ast.Module) -> set[str]:
    """Return the listed libraries that a module imports, except under TYPE_CHECKING."""
    typing = [
        node
        for block in nodes_of(tree).get(ast.If, [])
        if isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    ]
    names = [
        *(name.name for node in nodes_of(tree).get(ast.Import, []) if node not in typing for name in node.names),
        *(str(node.module) for node in nodes_of(tree).get(ast.ImportFrom, []) if node not in typing),
        *(
            str(getattr(node.args[0], "value", ""))
            for node in nodes_of(tree).get(ast.Call, [])
            if _is_dynamic_import(node)
        ),
    ]
    return {name.split(".")[0] for name in names} & LIBRARIES


def _is_dynamic_import(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("import_module", "__import__") and bool(call.args)


def find_importing_modules() -> dict[str, set[str]]:
    """Return the listed libraries that each module imports, by module."""
    return {
        app_path(path).as_posix(): found for path in PACKAGE.rglob("*.py") if (found := find_libraries(tree_of(path)))
    }


def builds_trees(tree: ast.Module) -> bool:
    """Return true if a module calls a parser of markup."""
    called = [node.func for node in nodes_of(tree).get(ast.Call, [])]
    names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
    imports = [str(node.module) for node in nodes_of(tree).get(ast.ImportFrom, [])]
    imports += [name.name for node in nodes_of(tree).get(ast.Import, []) for name in node.names]
    return bool(names & PARSERS) and any(name.split(".")[0] in ("lxml", "defusedxml", "xml") for name in imports)


def is_within(module: str, places: frozenset[str]) -> bool:
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
def test_each_form_of_import_is_found(line: str, library: str) -> None:
    assert find_libraries(ast.parse(line)) == {library}


def test_foreign_files_are_opened_only_by_listed_modules() -> None:
    strange = {
        module: sorted(found)
        for module, found in find_importing_modules().items()
        if not is_within(module, CHILD_READERS | WRITERS) and module not in IN_PROCESS_READERS
    }
    assert not strange, (
        "read the file in a child process (gongkai.lib.confined.reader), or list the module with a reason"
    )


def test_foreign_markup_is_parsed_only_by_listed_modules() -> None:
    found = {app_path(path).as_posix() for path in PACKAGE.rglob("*.py") if builds_trees(tree_of(path))}
    strange = {module for module in found if not is_within(module, CHILD_READERS)}
    assert strange == set(TREE_BUILDERS), "read it with gongkai.lib.fileformats.documents.read_document"


def test_listed_modules_still_import_a_library() -> None:
    modules = find_importing_modules()
    gone = [one for one in IN_PROCESS_READERS if one not in modules]
    gone += [
        place for place in CHILD_READERS | WRITERS if not any(is_within(one, frozenset({place})) for one in modules)
    ]
    assert not gone


@pytest.mark.parametrize("place", sorted(CHILD_READERS))
def test_child_readers_do_not_import_django(place: str) -> None:
    folder = next(PACKAGE.glob(f"*/{place}"))
    for path in folder.rglob("*.py") if folder.is_dir() else [folder]:
        known = [str(node.module) for node in nodes_of(tree_of(path)).get(ast.ImportFrom, [])]
        assert not [name for name in known if name.split(".")[0] in {"django", "wagtail"}], path
