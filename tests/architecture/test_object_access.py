"""Office views read a row by its primary key only through `acts.object_access`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of

#: File and model → reason why the view reads the row by its primary key without `acts.object_access`.
ALLOWED_READS = {
    ("migration/row_views.py", "StoredFile"): "a file of a visible row, by its digest",
    (
        "publishing/views/items.py",
        "StoredFile",
    ): "a file of a visible draft, by its digest",
    ("publishing/views/texts.py", "StoredFile"): "the user's own uploads, or a picture of the user's own item",
    (
        "reviewing/views/review_texts.py",
        "StoredFile",
    ): "a file of a visible review, by its digest",
    (
        "office/views/entry.py",
        "Entry",
    ): "for an entry of another unit only the owner is shown, to users who were notified of it",
    (
        "annual/views/report_list.py",
        "Body",
    ): "all staff may read the directory; the action checks whose reports the user may open",
    ("notices/views/corrections.py", "Body"): "all staff may read the directory: units chosen for a task",
    ("consultation/views/inquiries.py", "Theme"): "everybody may read themes: the row filters a list",
    ("notices/views/corrections.py", "Duty"): "a duty of the visible notice",
    ("notices/views/corrections.py", "MeasureUnit"): "a unit of the visible notice",
    ("notices/views/alignment.py", "Duty"): "a duty of the visible notice",
    ("newmedia/views.py", "Document"): "public texts; the action refuses others",
}
#: Apps of the public site, which follow public visibility (`portal/test_visibility.py`).
PUBLIC_APPS = {"portal", "opendata", "mirror"}
KEY_NAMES = {"pk", "id"}
QUERY_METHODS = {"get", "filter", "get_or_create"}


def list_view_modules() -> list[Path]:
    paths = (path for path in PACKAGE.rglob("*.py") if re.search(r"(^|[/_])views[_/.]", app_path(path).as_posix()))
    return sorted(path for path in paths if app_path(path).parts[0] not in PUBLIC_APPS)


def model_of(node: ast.expr) -> str:
    """Return the model at the start of an expression (`Talk`, `Talk.objects.filter(…)`); "?" for a variable or a function's rows."""
    chain = []
    while isinstance(node, ast.Attribute | ast.Call):
        chain.append(node)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    name = node.id if isinstance(node, ast.Name) else "?"
    if name[:1].isupper():
        return name
    # Related rows of a visible row (`found.papers`) are visible; a variable or a function that returns rows may be anything.
    return (
        ""
        if any(isinstance(one, ast.Attribute) for one in chain) and not _starts_with_visible_rows(chain, node)
        else "?"
    )


def _starts_with_visible_rows(chain: list[ast.expr], root: ast.expr) -> bool:
    """Return true if the expression starts with a call that returns rows (`visible_to(by)`, `queries.visible_to(by)`)."""
    first = chain[-1]
    second = chain[-2] if len(chain) > 1 else None
    return isinstance(first, ast.Call) or (
        isinstance(second, ast.Call) and isinstance(first, ast.Attribute) and "visible" in first.attr
    )


def find_reads_by_key(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and model where a file reads a row by its primary key."""
    for call in nodes_of(tree_of(path)).get(ast.Call, []):
        # A row's own column (`review.revision_id`) is not user input.
        named = [one for one in call.keywords if one.arg in KEY_NAMES and not isinstance(one.value, ast.Attribute)]
        if not named:
            continue
        if isinstance(call.func, ast.Name) and call.func.id == "get_object_or_404":
            yield call.lineno, model_of(call.args[0])
        elif isinstance(call.func, ast.Attribute) and call.func.attr in QUERY_METHODS:
            model = model_of(call.func.value)
            if model != "?":  # rows that `visible_to` returned may be filtered
                yield call.lineno, model


@pytest.mark.parametrize("path", list_view_modules(), ids=lambda path: app_path(path).as_posix())
def test_office_views_read_rows_through_object_access(path: Path) -> None:
    name = app_path(path).as_posix()
    other = [
        f"line {line}: {model}"
        for line, model in find_reads_by_key(path)
        if model and (name, model) not in ALLOWED_READS
    ]
    assert not other, "use acts.object_access.get_visible_or_404"


def test_each_allowed_read_exists() -> None:
    there = {(app_path(path).as_posix(), model) for path in list_view_modules() for _, model in find_reads_by_key(path)}
    assert sorted(set(ALLOWED_READS) - there) == []
