"""The list of what `make test` leaves out names what is there, and marks nothing beside it."""

from typing import Any

import pytest

import slow_list


class Item:
    """A test as pytest hands it over."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid, self.marks = nodeid, list[str]()

    def add_marker(self, mark: Any) -> None:
        self.marks.append(mark.name)


THERE = [
    "tests/a/test_x.py::test_one",
    "tests/a/test_x.py::test_cells[a]",
    "tests/a/test_x.py::test_cells[b]",
]
THERE += ["tests/a/test_x.py::TestClass::test_two", "tests/a/test_y.py::test_one"]


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("a/test_x.py::test_one", [0]),
        ("a/test_x.py::test_cells", [1, 2]),
        ("a/test_x.py::test_cells[b]", [2]),
        ("a/test_x.py::TestClass", [3]),
        ("a/test_x.py::TestClass::test_two", [3]),
    ],
)
def test_a_test_a_class_or_a_cell(name: str, marked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_list, "named", lambda: [name])
    items: list[Any] = [Item(one) for one in THERE]
    slow_list.mark(items, ["tests"])
    assert [number for number, item in enumerate(items) if item.marks] == marked


def test_what_is_not_there_is_an_error_where_its_module_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_list, "named", lambda: ["a/test_x.py::test_gone", "b/test_z.py::test_one"])
    items: list[Any] = [Item(one) for one in THERE]
    with pytest.raises(pytest.UsageError, match=r"test_x.py::test_gone$"):
        slow_list.mark(items, ["tests/a"])
    slow_list.mark(items, ["tests/a/test_x.py::test_one"])


def test_every_module_listed_is_one_there_is() -> None:
    modules = {name.partition("::")[0] for name in slow_list.named()}
    assert {one for one in modules if not slow_list.LIST.parent.joinpath(one).exists()} == set()
    assert len(slow_list.named()) == len(set(slow_list.named()))
