"""Compare tables of the docs with the code: registries, environment variables, sample logins, pages.

A registry is an empty container in a module of a Django app that other apps fill: through a function of that module (`register_gate`),
or directly (`BARRIERS`).
"""

import ast
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from architecture.layers import LAYERS, PACKAGE, ROOT, app_path, list_app_files, nodes_of, tree_of

APPS = sorted(path.parent.name for path in list_app_files("apps.py"))
#: Folders whose calls do not count as filling a registry.
SKIPPED_FOLDERS = {"migrations", "demo"}
FILLING_METHODS = {"append", "extend", "add", "insert", "setdefault", "update"}
CONTAINER_TYPES = {"list", "dict", "set"}


def module_of(path: Path) -> str:
    parts = app_path(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of each module by name (`ledger.panels`)."""
    files = [path for path in PACKAGE.rglob("*.py") if not SKIPPED_FOLDERS & set(path.parts)]
    return {module_of(path): tree_of(path) for path in files}


@cache
def imports(module: str) -> dict[str, str]:
    """Map each imported name of a module to its full name: `register_job` → `ledger.jobs.register_job`."""
    known = {}
    for node in nodes_of(trees()[module]).get(ast.ImportFrom, []):
        if node.module and node.module.startswith("gongkai"):
            parts = node.module.split(".")
            package = ".".join(parts[2:] if parts[1:2] and parts[1] in LAYERS else parts[1:])
            known |= {one.asname or one.name: f"{package}.{one.name}".lstrip(".") for one in node.names}
    return known


def origin(name: str) -> str:
    """Resolve re-exports: `ledger.jobs.register_job` → `ledger.jobs.registry.register_job`."""
    module, _, last = name.rpartition(".")
    further = imports(module).get(last) if module in trees() else None
    return origin(further) if further and further != name else name


def resolve(node: ast.expr, module: str) -> str:
    """Return the full name of an expression; empty if it is not defined in this project."""
    if isinstance(node, ast.Name):
        return origin(imports(module).get(node.id, f"{module}.{node.id}"))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return origin(f"{imports(module).get(node.value.id, node.value.id)}.{node.attr}")
    return ""


def get_filled_container(node: ast.AST) -> ast.expr | None:
    """Return the container that a statement or call fills."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLING_METHODS:
        return node.func.value
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.targets[0].value
    return None


def is_empty(node: ast.expr | None) -> bool:
    """Return true if an expression creates an empty list, dict or set."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in CONTAINER_TYPES and not node.args
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys)


def find_containers(module: str) -> set[str]:
    """Return the names of module-level empty containers: capitals, with or without a leading underscore."""
    return {
        node.target.id
        for node in trees()[module].body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if re.fullmatch("_?[A-Z][A-Z_]+", node.target.id) and is_empty(node.value)
    }


def functions(module: str) -> Iterator[ast.FunctionDef]:
    return (node for node in trees()[module].body if isinstance(node, ast.FunctionDef))


def fills_without_reading(function: ast.FunctionDef, container: str) -> bool:
    """Return true if a function fills a container without reading it, unlike a cache; assertions do not count as reading."""
    into = [
        t for node in ast.walk(function) if isinstance(t := get_filled_container(node), ast.Name) and t.id == container
    ]
    said = [n for node in ast.walk(function) if isinstance(node, ast.Assert) for n in ast.walk(node)]
    known = {id(node) for node in (*into, *said)}
    looks = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == container and id(n) not in known]
    return bool(into) and not looks


def is_cache(module: str, container: str) -> bool:
    """Return true if functions of its own module fill and read a container, which is then a cache."""
    touching = [f for f in functions(module) if any(_is(get_filled_container(node), container) for node in ast.walk(f))]
    return bool(touching) and not any(fills_without_reading(function, container) for function in touching)


def _is(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


@cache
def find_registries() -> frozenset[str]:
    """Return the full names of all registries: the functions that fill them, else the container itself."""
    found: set[str] = set()
    for module in trees():
        if module.partition(".")[0] not in APPS:
            continue
        for name in find_containers(module):
            ways = {function.name for function in functions(module) if fills_without_reading(function, name)}
            if not ways and not is_cache(module, name):
                ways = {name}
            found |= {f"{module}.{way}" for way in ways}
    return frozenset(found)


@cache
def find_fillers() -> dict[str, set[tuple[str, str]]]:
    """Map each name to the (app, module) pairs that call it or fill it."""
    places: dict[str, set[tuple[str, str]]] = {}
    for module, tree in trees().items():
        nodes = nodes_of(tree)
        for node in [*nodes.get(ast.Call, []), *nodes.get(ast.Assign, [])]:
            touched = [get_filled_container(node), node.func if isinstance(node, ast.Call) else None]
            for name in (resolve(one, module) for one in touched if one is not None):
                places.setdefault(name, set()).add((module.partition(".")[0], module))
    return places


def table_of(page: str, head: str) -> list[list[str]]:
    """Return the rows of the tables of a page whose first heading is `head`."""
    lines = (ROOT / "docs" / page).read_text().splitlines()
    rows = []
    for start in (i for i, line in enumerate(lines) if line.startswith(f"| {head} |")):
        rows += itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def list_documented_registries() -> set[str]:
    """Return the registries that docs/registries.md lists."""
    return {origin(row[0].strip("`")) for row in table_of("registries.md", "registry")}


def test_registries_are_found() -> None:
    assert len(find_registries()) >= 20
    assert {"ledger.jobs.registry.register_job", "acts.following.follow_actions"} <= find_registries()


def filled_from_outside(name: str) -> bool:
    """Return true if another app fills a registry, or its own app at start-up."""
    app = name.partition(".")[0]
    return any(other != app or where == f"{app}.apps" for other, where in find_fillers().get(name, set()))


def test_registries_are_filled_by_other_apps() -> None:
    nobodys = {name for name in find_registries() if not filled_from_outside(name)}
    assert not nobodys, "fill it or remove it"


def test_registries_page_lists_all_registries() -> None:
    listed = list_documented_registries()
    assert find_registries() <= listed, "docs/registries.md does not name it"
    assert not {name for name in listed if not find_fillers().get(name)}


def test_functions_named_register_fill_a_registry() -> None:
    """Other functions with this name are decorated, have no argument or a request, or return rows."""
    strange = []
    for module in trees():
        for function in functions(module):
            named = re.fullmatch("register(_[a-z_]+)?", function.name)
            if not named or f"{module}.{function.name}" in find_registries() or function.decorator_list:
                continue
            first = function.args.args[0].arg if function.args.args else "request"
            gives = ast.unparse(function.returns) if function.returns else "None"
            if first != "request" and not gives.startswith("list["):
                strange.append(f"{module}.{function.name}")
    assert not strange


def find_environment_variables() -> set[str]:
    """Return the environment variables that the settings, other modules or the systemd units read."""
    files = set((PACKAGE / "ops" / "config").glob("*.py"))
    files |= {path for path in PACKAGE.rglob("*.py") if "environ" in path.read_text()}
    found: set[str] = set()
    for path in files:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall("^(?:GONGKAI_[A-Z_]+|DATABASE_URL)$", node.value))
    units = (path.read_text() for path in (ROOT / "deploy" / "systemd").glob("*.service"))
    return found | {name for text in units for name in re.findall(r"\$\{(GONGKAI_[A-Z_]+)\}", text)}


def list_documented_variables() -> set[str]:
    return {name for row in table_of("start.md", "设置") for name in re.findall("`([A-Z_]+)`", row[0])}


def test_environment_variables_are_found() -> None:
    assert len(find_environment_variables()) > 20


def test_start_page_lists_all_environment_variables() -> None:
    assert list_documented_variables() == find_environment_variables()


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_links_index_and_lists_sample_logins(page: str) -> None:
    from gongkai.ops.demo.people import LOGIN_POSTS, SAMPLE_PASSWORD

    words = (ROOT / page).read_text()
    assert "(docs/README.md)" in words
    assert {*re.findall("`([a-z-]+)`", words)} >= {*LOGIN_POSTS}
    assert SAMPLE_PASSWORD in words


def test_docs_index_links_every_page() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {*re.findall(r"\]\(([a-z]+\.md)\)", (ROOT / "docs" / "README.md").read_text())} == pages


def test_signin_page_states_current_limits() -> None:
    from django.conf import settings

    words = (ROOT / "docs" / "signin.md").read_text()
    validators = {one["NAME"].rpartition(".")[2]: one.get("OPTIONS", {}) for one in settings.AUTH_PASSWORD_VALIDATORS}
    assert settings.AXES_COOLOFF_TIME * 60 == 15
    assert (
        f"locked for fifteen minutes: {settings.AXES_FAILURE_LIMIT} failures of an account from an address, "
        f"{settings.GONGKAI_ACCOUNT_FAILURES} of an account from anywhere, {settings.GONGKAI_SPRAY_FAILURES} of one address at "
        f"{settings.GONGKAI_SPRAY_ACCOUNTS} accounts or more"
    ) in words
    assert f"{settings.SESSION_COOKIE_AGE // 3600} hours at most" in words
    assert f"{validators['MinimumLengthValidator']['min_length']} characters at least" in words
    assert f"changed after {settings.GONGKAI_PASSWORD_DAYS} days" in words


def test_privacy_page_lists_encrypted_text_columns() -> None:
    from django.apps import apps

    from gongkai.core.vault.fields import EncryptedWordsField

    cells = [row[0] for row in table_of("privacy.md", "column")]
    columns = [
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, EncryptedWordsField) and not hasattr(column, "declared")
    ]
    assert len(columns) > 10
    unnamed = [
        f"{model._meta.label} {name}"
        for model, name in columns
        if not any(f"`{name}`" in cell and re.search(rf"[`.]{model.__name__}`", cell) for cell in cells)
    ]
    assert unnamed == []
