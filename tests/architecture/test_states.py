"""States, labels and moves of a workflow are defined in one module of its app; open states are listed nowhere else."""

import ast
from functools import cache
from importlib import import_module

from architecture.layers import PACKAGE, nodes_of, tree_of
from gongkai.core.acts.machine import StateMachine


def _modules(name="*"):
    return sorted(path for path in PACKAGE.rglob(f"{name}.py") if "migrations" not in path.parts)


@cache
def _machines():
    """Return all state machines by module and name."""
    found = {}
    for path in _modules("states"):
        name = ".".join(("gongkai", *path.relative_to(PACKAGE).with_suffix("").parts))
        for constant, value in vars(import_module(name)).items():
            if isinstance(value, StateMachine):
                found[f"{name}.{constant}"] = value
    return found


def test_state_machines_are_defined_in_states_modules():
    """A new state needs one line there, and its moves another."""
    elsewhere = [
        f"{path}:{node.lineno}"
        for path in _modules()
        if path.name not in {"states.py", "machine.py"}
        for node in nodes_of(tree_of(path)).get(ast.Call, [])
        if isinstance(node.func, ast.Name) and node.func.id == "StateMachine"
    ]
    assert len(_machines()) >= 40
    assert not elsewhere


def test_state_machines_are_complete():
    """Every state of a move has a label, and every closed state belongs to the machine."""
    for name, machine in _machines().items():
        named = machine.closed | {machine.first}
        for move in machine.moves.values():
            named |= move.sources | set(move.to)
        assert named <= set(machine.labels), name


def _listed_states(node):
    """Return the class and the members of a literal that lists several states of one class, or none."""
    if len(node.elts) < 2:
        return "", frozenset()
    members = [item for item in node.elts if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name)]
    classes = {item.value.id for item in members}
    if len(members) < len(node.elts) or len(classes) > 1 or not (name := classes.pop()).endswith("State"):
        return "", frozenset()
    return name, frozenset(item.attr for item in members)


def test_open_and_closed_states_are_listed_only_in_machines():
    """`MACHINE.open` and `MACHINE.closed` include states added later; a separate list of the same states would not."""
    sets = {}
    for name, machine in _machines().items():
        module = import_module(name.rpartition(".")[0])
        for class_name, states in vars(module).items():
            if not isinstance(states, type) or not class_name.endswith("State"):
                continue
            values = {str(value): member for member, value in vars(states).items() if member.isupper()}
            if set(machine.labels) <= set(values):
                for side in (machine.open, machine.closed):
                    if len(side) > 1:
                        sets[class_name, frozenset(values[state] for state in side)] = name
    assert len(sets) > 20
    again = [
        f"{path}:{node.lineno} = {sets[_listed_states(node)]}"
        for path in _modules()
        if path.name != "states.py"
        for kind in (ast.List, ast.Tuple, ast.Set)
        for node in nodes_of(tree_of(path)).get(kind, [])
        if _listed_states(node) in sets
    ]
    assert not again
