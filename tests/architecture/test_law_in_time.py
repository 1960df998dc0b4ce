"""Every figure and rule of law has days, a source and an order, and is chosen by a day when it is needed."""

import ast
from itertools import pairwise

import pytest

from architecture.floors import PACKAGE
from gongkai.lib.law.figures import LOCAL, PROBABLE, list_figures_with_history

#: Readers of the law of a day; called when a module is imported, they would read it once and without the office's changes.
READERS = {"figures", "fill_in_figures", "build_rule_sets", "get_rules_on", "deadline"}


@pytest.mark.parametrize("versions", list_figures_with_history({}).values(), ids=lambda versions: versions[-1].key)
def test_the_versions_of_a_figure_follow_each_other(versions):
    for earlier, later in pairwise(versions):
        assert earlier.since <= earlier.until < later.since
        assert earlier.source != later.source or earlier.sure == LOCAL
    assert versions[-1].until is None
    assert all(one.source for one in versions)
    assert all(one.transition_source for one in versions if one.transition == "open")
    assert all(one.sure != PROBABLE for one in versions[-1:])


@pytest.mark.parametrize(
    "figure", [one[-1] for one in list_figures_with_history({}).values()], ids=lambda figure: figure.key
)
def test_a_figure_of_the_law_says_since_when(figure):
    if figure.sure != LOCAL and figure.source.startswith(("条例", "行政", "国令", "规章", "信访", "民法典")):
        assert figure.since


def read_at_import(tree):
    """Return the names in `READERS` that a module uses outside its functions."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += [*node.args.defaults, *getattr(node, "decorator_list", [])]
            continue
        if isinstance(node, ast.Call):
            called = node.func
            found += [called.id] if isinstance(called, ast.Name) else []
            found += [called.attr] if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "law" else []
        waiting += ast.iter_child_nodes(node)
    return READERS.intersection(found)


def test_no_module_reads_the_law_when_it_is_imported():
    for path in set(PACKAGE.rglob("*.py")) - set((PACKAGE / "lib" / "law").rglob("*.py")):
        text = path.read_text("utf-8")
        if "gongkai.lib.law" in text or "import law" in text:
            assert not read_at_import(ast.parse(text)), path
    assert read_at_import(ast.parse('DAYS = law.figures()["request.reply"].count')) == {"figures"}
