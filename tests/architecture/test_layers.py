"""Checks beyond import-linter: foreign keys, migrations, template inheritance, app docstrings, module sizes, start-up."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from django.apps import apps

import starting
from architecture.layers import (
    PACKAGE,
    app_path,
    get_app_of_module,
    get_app_positions,
    list_app_files,
    may_depend_on,
    tree_of,
)

APPS = {path.parent.name: path for path in list_app_files("__init__.py")}


def test_each_app_is_in_a_layer() -> None:
    assert set(APPS) == set(get_app_positions())


def test_each_app_has_a_docstring() -> None:
    docs = {app: ast.get_docstring(tree_of(path)) or "" for app, path in APPS.items()}
    assert [app for app, doc in docs.items() if len(doc) < 40] == []


def test_foreign_keys_point_to_lower_apps() -> None:
    wrong = []
    for model in apps.get_models():
        app = get_app_of_module(model.__module__)
        if app is None:
            continue
        for field in model._meta.get_fields():
            other = field.related_model and get_app_of_module(field.related_model.__module__)
            if field.concrete and other and not may_depend_on(app, other):
                wrong.append(f"{model.__name__}.{field.name}")
    assert not wrong


def test_migrations_depend_on_lower_apps() -> None:
    wrong = []
    for path in list_app_files("migrations/0*.py"):
        app = path.parts[-3]
        for app_label, _ in import_module(
            f"gongkai.{path.parts[-4]}.{app}.migrations.{path.stem}"
        ).Migration.dependencies:
            if app_label in get_app_positions() and not may_depend_on(app, app_label):
                wrong.append(f"{app}: {app_label}")
    assert not wrong


def test_templates_extend_and_include_lower_apps() -> None:
    wrong = []
    for path in list_app_files("templates/**/*.html"):
        app = app_path(path).parts[0]
        for name in re.findall(r'{%\s*(?:extends|include)\s+"([^"/]+)/', path.read_text()):
            if name in get_app_positions() and not may_depend_on(app, name):
                wrong.append(f"{path.name}: {name}")
    assert not wrong


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def test_modules_have_at_most_400_lines() -> None:
    files = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts and "data" not in p.parts]
    assert len(files) > 500
    assert {str(app_path(p)): count_lines(p) for p in files if count_lines(p) > 400} == {}


#: Dictionaries, rules of personal data and wording, file readers: few processes need them, and importing them takes a second.
SLOW_MODULES = {
    "rjieba",
    "pdfminer",
    "gongkai.lib.privacy.data_tables",
    "gongkai.lib.privacy.persons",
    "gongkai.lib.privacy.search",
    "gongkai.lib.privacy.proofreading.run",
    "gongkai.lib.privacy.files.run",
}


def test_slow_modules_are_not_imported_at_start() -> None:
    assert {"django", "gongkai.core.units.models"} <= starting.LOADED_MODULES
    assert not SLOW_MODULES & starting.LOADED_MODULES


def test_libraries_and_two_commands_do_not_import_django() -> None:
    code = (
        "import sys;"
        "from gongkai.lib import law, matching, outbound, privacy, reading, richtext, writing;"
        "from gongkai.ops.cli import inspect, notice;"
        "sys.exit('django' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(PACKAGE.parent)}, check=False).returncode
        == 0
    )
