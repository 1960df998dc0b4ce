"""The fields that a form asks for and an action stores are listed once."""

import ast
from collections import defaultdict

from django.apps import apps

from architecture.layers import PACKAGE, nodes_of, tree_of

#: Shorter lists are repeated by chance.
MIN_FIELDS = 6


def _strings(node):
    """Return the strings of a literal list, or none if it holds anything else."""
    if len(node.elts) < MIN_FIELDS:
        return frozenset()
    values = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return frozenset(values) if len(values) == len(node.elts) else frozenset()


def test_no_field_list_is_repeated_in_another_module():
    """A new field would be forgotten in one of them."""
    lists, again = 0, []
    for config in apps.get_app_configs():
        if not config.name.startswith("gongkai."):
            continue
        models = [{field.name for field in model._meta.get_fields()} for model in config.get_models()]
        folder, places = PACKAGE.joinpath(*config.name.split(".")[1:]), defaultdict(set)
        for path in folder.rglob("*.py"):
            if "migrations" in path.parts:
                continue
            nodes = nodes_of(tree_of(path))
            for node in (node for kind in (ast.List, ast.Tuple, ast.Set) for node in nodes.get(kind, [])):
                names = _strings(node)
                if names and any(names <= fields for fields in models):
                    places[names].add(str(path.relative_to(PACKAGE)))
        lists += len(places)
        again += [(sorted(names), paths) for names, paths in places.items() if len(paths) > 1]
    assert lists > 20
    assert not again
