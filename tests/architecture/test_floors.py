"""What import-linter cannot see: foreign keys, migrations, template inheritance, room docstrings, sizes."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from django.apps import apps

import starting
from architecture.floors import PACKAGE, app_path, apps_with, heights, may_know, room_of, tree_of

ROOMS = {path.parent.name: path for path in apps_with("__init__.py")}


def test_every_room_stands_on_a_floor() -> None:
    assert set(ROOMS) == set(heights())


def test_a_room_says_what_it_is_for() -> None:
    docs = {room: ast.get_docstring(tree_of(path)) or "" for room, path in ROOMS.items()}
    assert [room for room, doc in docs.items() if len(doc) < 40] == []


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        room = room_of(model.__module__)
        if room is None:
            continue
        for field in model._meta.get_fields():
            other = field.related_model and room_of(field.related_model.__module__)
            if field.concrete and other and not may_know(room, other):
                wrong.append(f"{model.__name__}.{field.name}")
    assert not wrong


def test_migrations_depend_downwards() -> None:
    wrong = []
    for path in apps_with("migrations/0*.py"):
        room = path.parts[-3]
        for app_label, _ in import_module(
            f"gongkai.{path.parts[-4]}.{room}.migrations.{path.stem}"
        ).Migration.dependencies:
            if app_label in heights() and not may_know(room, app_label):
                wrong.append(f"{room}: {app_label}")
    assert not wrong


def test_templates_extend_and_include_downwards() -> None:
    wrong = []
    for path in apps_with("templates/**/*.html"):
        room = app_path(path).parts[0]
        for name in re.findall(r'{%\s*(?:extends|include)\s+"([^"/]+)/', path.read_text()):
            if name in heights() and not may_know(room, name):
                wrong.append(f"{path.name}: {name}")
    assert not wrong


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def test_a_file_can_be_read_in_one_go() -> None:
    files = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts and "data" not in p.parts]
    assert len(files) > 500
    assert {str(app_path(p)): lines(p) for p in files if lines(p) > 400} == {}


#: What takes a second of every start together, and is wanted by few: dictionaries, rules of personal data and wording, readers of files.
HEAVY = {
    "rjieba",
    "pdfminer",
    "gongkai.lib.privacy.tables",
    "gongkai.lib.privacy.persons",
    "gongkai.lib.privacy.search",
    "gongkai.lib.privacy.proofreading.run",
    "gongkai.lib.privacy.files.run",
}


def test_nothing_heavy_loads_with_django() -> None:
    assert {"django", "gongkai.core.units.models"} <= starting.LOADED_MODULES
    assert not HEAVY & starting.LOADED_MODULES


def test_libraries_and_commands_without_a_database_start_without_django() -> None:
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
