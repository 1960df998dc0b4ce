"""Office views read a row by its primary key only through `acts.object_access`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture.floors import PACKAGE, app_path, nodes_of, tree_of

#: Model, in a file → why its row is asked by number beside the door. The row that leads there came through the door before, or is everybody's.
BESIDE = {
    ("migration/row_views.py", "StoredFile"): "a file of a row that came through the door, by its digest",
    (
        "publishing/views/items.py",
        "StoredFile",
    ): "a file of a draft that came through the door, by its digest",
    ("publishing/views/texts.py", "StoredFile"): "what this login uploaded, a picture of an item of theirs",
    (
        "reviewing/views/review_texts.py",
        "StoredFile",
    ): "a file of a review that came through the door, by its digest",
    (
        "office/views/entry.py",
        "Entry",
    ): "where it is another unit's, its owner alone is said, to who is told of it",
    (
        "annual/views/listing.py",
        "Body",
    ): "the directory is all staff's; the action asks whose reports they may open",
    ("notices/views/corrections.py", "Body"): "the directory is all staff's: units chosen for a task",
    ("consultation/views/inquiries.py", "Theme"): "themes are everybody's: it narrows a list",
    ("notices/views/corrections.py", "Duty"): "a duty of the notice that came through the door",
    ("notices/views/corrections.py", "MeasureUnit"): "a unit of the notice that came through the door",
    ("notices/views/alignment.py", "Duty"): "a duty of the notice that came through the door",
    ("newmedia/views.py", "Document"): "texts that the public reads; the action refuses others",
}
#: Rooms that serve the public: they go by what the public sees (`portal/test_visibility.py`).
PUBLIC = {"portal", "opendata", "mirror"}
NUMBERS = {"pk", "id"}
BY_NUMBER = {"get", "filter", "get_or_create"}


def views() -> list[Path]:
    paths = (path for path in PACKAGE.rglob("*.py") if re.search(r"(^|[/_])views[_/.]", app_path(path).as_posix()))
    return sorted(path for path in paths if app_path(path).parts[0] not in PUBLIC)


def model_of(node: ast.expr) -> str:
    """Return the model that an expression begins from (`Talk`, `Talk.objects.filter(…)`); "?" for a bare variable or a function's rows."""
    chain = []
    while isinstance(node, ast.Attribute | ast.Call):
        chain.append(node)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    name = node.id if isinstance(node, ast.Name) else "?"
    if name[:1].isupper():
        return name
    # Rows of a row (`found.papers`) came through the door with it; a variable or a function that returns rows may be anything.
    return "" if any(isinstance(one, ast.Attribute) for one in chain) and not _asks(chain, node) else "?"


def _asks(chain: list[ast.expr], root: ast.expr) -> bool:
    """Whether what stands first is a call that returns rows (`visible_to(by)`, `queries.visible_to(by)`)."""
    first = chain[-1]
    second = chain[-2] if len(chain) > 1 else None
    return isinstance(first, ast.Call) or (
        isinstance(second, ast.Call) and isinstance(first, ast.Attribute) and "visible" in first.attr
    )


def by_number(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and model where a file asks for a row by its number itself."""
    for call in nodes_of(tree_of(path)).get(ast.Call, []):
        # A row's own column (`review.revision_id`) is no number that somebody typed.
        named = [one for one in call.keywords if one.arg in NUMBERS and not isinstance(one.value, ast.Attribute)]
        if not named:
            continue
        if isinstance(call.func, ast.Name) and call.func.id == "get_object_or_404":
            yield call.lineno, model_of(call.args[0])
        elif isinstance(call.func, ast.Attribute) and call.func.attr in BY_NUMBER:
            model = model_of(call.func.value)
            if model != "?":  # narrowing rows that `visible_to` gave is no way round it
                yield call.lineno, model


@pytest.mark.parametrize("path", views(), ids=lambda path: app_path(path).as_posix())
def test_rows_named_by_number_come_through_the_door(path: Path) -> None:
    name = app_path(path).as_posix()
    other = [f"line {line}: {model}" for line, model in by_number(path) if model and (name, model) not in BESIDE]
    assert not other, "use acts.door.get_visible_or_404"


def test_each_reason_is_needed() -> None:
    there = {(app_path(path).as_posix(), model) for path in views() for _, model in by_number(path)}
    assert sorted(set(BESIDE) - there) == []
