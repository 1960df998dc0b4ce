"""Names in backticks in docstrings, comments and docs exist in the source, and so do imported names."""

import re
from importlib import import_module

from architecture.layers import PACKAGE

ROOT = PACKAGE.parents[1]
NAME = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`\n]*\))?`")
QUOTED = re.compile(r"`[^`\n]+`")
WORD = re.compile(r"[A-Za-z_]\w*")
#: An import of the product, also in a program that is a string.
IMPORT = re.compile(r"\bfrom (gongkai(?:\.\w+)*) import (\([^)]*\)|[^\n;#\"'\\`]+)")
#: Names of other programs and formats, and placeholders.
FOREIGN_NAMES = {
    *("A会B", "ftyp", "mdat", "mvhd", "data_checksums", "ssl_ciphers", "user_list", "user_id"),
    *("GONGKAI_IDENTITY_CITY_ISSUER", "GONGKAI_IDENTITY_NAME_", "PERSON_NAME"),
    *("gongkai_errands_waiting", "_oldest_seconds"),  # composed from the parts of a metric's name
}


def test_names_in_docstrings_and_docs_exist() -> None:
    files = [
        path for folder in ("src", "tests", "tools", "benchmarks", "deploy") for path in (ROOT / folder).rglob("*.*")
    ]
    texts = {
        path: path.read_text("utf-8", "ignore")
        for path in files
        if path.suffix in {".py", ".html", ".toml", ".js", ".sql", ".tsv", ".service"}
    }
    texts[ROOT / "docs/figures.json"] = (ROOT / "docs/figures.json").read_text("utf-8")
    known = {"Makefile", *FOREIGN_NAMES, *(part for path in files for part in (*path.parts, path.stem))}
    for path, text in texts.items():
        known.update(WORD.findall(QUOTED.sub("", text) if path.suffix == ".py" else text))
    read = [
        path for path in texts if path.suffix == ".py" and PACKAGE in path.parents and "migrations" not in path.parts
    ]
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in read
        for name in NAME.findall(texts[path])
        for part in name.split(".")
        if part and not part.isdigit() and part not in known
    }
    docs = [*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"]
    missing |= {
        f"{path.relative_to(ROOT)}: {name}"
        for path in docs
        for name in NAME.findall(path.read_text("utf-8"))
        for part in name.split(".")
        if "_" in part.strip("_") and part not in known
    }
    assert not missing, "\n".join(sorted(missing)) + "\na function or a column was renamed: use its present name"


def test_imports_in_tests_tools_and_benchmarks_exist() -> None:
    """Programs in strings are read by no type checker, and some run in slow tests and by hand only."""
    files = [path for folder in ("tests", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    imported = {
        (module, name.split(" as ")[0].strip(" ()\n"))
        for path in files
        for module, names in IMPORT.findall(path.read_text("utf-8"))
        for name in re.sub("#.*", "", names).split(",")
    }
    missing = sorted(
        f"{module}.{name}" for module, name in imported if name.isidentifier() and not _exists(module, name)
    )
    assert not missing, f"renamed or deleted, but still imported: {missing}"


def _exists(module: str, name: str) -> bool:
    """Return true if a module's source has this word, its folder a module of this name, or it re-exports the name."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    written = source.exists() and re.search(rf"\b{name}\b", source.read_text("utf-8"))
    if written or (path / name).is_dir() or (path / f"{name}.py").exists():
        return True
    return source.exists() and hasattr(import_module(module), name)
