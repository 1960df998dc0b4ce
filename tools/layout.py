# ruff: noqa
"""Move the packages and their tests into one folder a layer, and rewrite every reference to them.

Run once, in a clean checkout, before `make setup` is repeated:  python tools/layout.py

The folders are those of docs/architecture.md; labels of apps and names of tables stay. After it: `make check`, `make test`. Signing salts, names
of loggers and identifiers of signal receivers are stored or configured elsewhere, so lines that contain them are left alone.
"""

import pathlib
import re
import subprocess

P = pathlib.Path


def edit(path, *pairs, rx=False):
    """Replace texts in a file; say which of them are not there."""
    text = P(path).read_text()
    for before, after in pairs:
        changed = re.sub(before, after, text, flags=re.S | re.M) if rx else text.replace(before, after)
        if changed == text:
            print("NOT FOUND", path, before[:70])
        text = changed
    P(path).write_text(text)


LAYERS = {
    "ops": "config cli demo launch upkeep",
    "ui": "portal office handbook opendata mirror",
    "oversight": "inspection assessment annual gathering",
    "work": "notices requests consultation participation opinion directory tables newmedia site_operations",
    "content": "policies interpretation gazette migration packages publishing reviewing checks search editions",
    "core": "ledger intake registers spreadsheets signin outbox background_jobs units files acts vault ui",
    "lib": "law reading writing privacy matching outbound richtext opening chinese typed_json confined",
}
RENAME = {"ui": "widgets", "opening": "fileformats"}
FOLDER = {n: l for l, names in LAYERS.items() for n in names.split()}
NEW = {n: (l, RENAME.get(n, n)) for n, l in FOLDER.items()}
run = lambda *a: subprocess.run(a, check=True, capture_output=True, text=True).stdout
root = pathlib.Path.cwd()
# 1. move
for n, (l, m) in NEW.items():
    # `ui` is a folder of the new layout, too: through a name in between
    run("git", "mv", f"src/gongkai/{n}", f"src/gongkai/_{n}")
    if (root / f"tests/{n}").exists():
        run("git", "mv", f"tests/{n}", f"tests/_{n}")
for l in LAYERS:
    (root / f"src/gongkai/{l}").mkdir(exist_ok=True)
    (root / f"tests/{l}").mkdir(exist_ok=True)
DOC = {
    "ops": "Settings, the command line, the sample city, set-up and running an installation.",
    "ui": "The public site, the back office, help, the API and the site as plain files.",
    "oversight": "Checks of sites, scoring of units, the annual report, content of other sites.",
    "work": "Everything that a unit owes by a date.",
    "content": "Everything that the public reads.",
    "core": "Mechanisms that all apps share.",
    "lib": "Libraries without Django, each usable alone.",
}
for n, (l, m) in NEW.items():
    run("git", "mv", f"src/gongkai/_{n}", f"src/gongkai/{l}/{m}")
    if (root / f"tests/_{n}").exists():
        run("git", "mv", f"tests/_{n}", f"tests/{l}/{m}")
for l, d in DOC.items():
    (root / f"src/gongkai/{l}/__init__.py").write_text(f'"""{d}"""\n')
# leftovers (caches)
for n in NEW:
    for base in ("src/gongkai/_", "tests/_"):
        p = root / f"{base}{n}"
        if p.exists():
            subprocess.run(["rm", "-rf", str(p)])
names = "|".join(sorted(NEW, key=len, reverse=True))
TEST_DIRS = {n for n in NEW if (root / f"tests/{NEW[n][0]}/{NEW[n][1]}").exists()}
dotted = re.compile(rf"(?<![\w.\-/@])gongkai\.({names})(?![\w\-])")
KEEP = re.compile(r"getLogger|lines\(\"gongkai|dispatch_uid|salt|Signer|SALT|hmac|HKDF")


def dots(m):
    l, n = NEW[m[1]]
    return f"gongkai.{l}.{n}"


def from_gongkai(m):
    indent, items = m[1], [x.strip() for x in m[2].split(",")]
    keep, by = [], {}
    for x in items:
        base = x.split(" as ")[0]
        if base in NEW:
            l, n = NEW[base]
            by.setdefault(l, []).append(
                x if n == base else (f"{n} as {base}" if " as " not in x else x.replace(base, n, 1))
            )
        else:
            keep.append(x)
    lines = [f"{indent}from gongkai import {', '.join(keep)}"] if keep else []
    lines += [f"{indent}from gongkai.{l} import {', '.join(v)}" for l, v in sorted(by.items())]
    return "\n".join(lines)


paths_src = re.compile(rf"(?<=src/gongkai/)({names})(?=[/\s\"'`)\]*]|$)")
paths_tests = re.compile(rf"(?<![\w/.-])tests/({names})(?=[/\s\"'`)\]]|$)", re.M)
paths_tests_url = re.compile(rf"(?<=\.\./)tests/({names})(?=/)")
test_import = re.compile(
    rf"^(\s*)(from|import) ({'|'.join(sorted(TEST_DIRS, key=len, reverse=True))})(\.[\w.]+)?(?= |$)", re.M
)


def imported(m):
    name, rest = m[3], m[4] or ""
    l, n = NEW[name]
    first = rest[1:].split(".")[0]
    if rest and not (
        (root / f"tests/{l}/{n}/{first}.py").exists() or (root / f"tests/{l}/{n}/{first}").exists()
    ):
        return m[0]
    if not rest and name == "requests":
        return m[0]
    if not rest and m[2] == "import":
        return m[0]
    return f"{m[1]}{m[2]} {l}.{n}{rest}"


def deeper(text):
    return re.sub(
        r"(Path\(__file__\)(?:\.resolve\(\))?\.parents\[)(\d+)(\])",
        lambda m: f"{m[1]}{int(m[2]) + 1}{m[3]}",
        text,
    )


files = [f for f in run("git", "ls-files").split("\n") if f]
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".sh",
    ".yaml",
    ".yml",
    ".cfg",
    ".html",
    ".tsv",
    ".sql",
    ".js",
    ".css",
    ".conf",
    ".in",
    ".vcl",
    ".json",
    ".service",
    ".timer",
    ".env",
    "",
}
for f in files:
    p = root / f
    if p.suffix not in TEXT or not p.is_file() or "/samples/" in f or "/locale/" in f:
        continue
    try:
        t = p.read_text()
    except UnicodeDecodeError:
        continue
    o = t
    out = []
    for line in t.split("\n"):
        if KEEP.search(line) and not re.match(r"\s*(from|import) ", line):
            out.append(line)
            continue
        if f == "src/gongkai/ops/config/logs.py" and re.match(r'\s*"gongkai\.\w+": ', line):
            out.append(line)
            continue
        out.append(dotted.sub(dots, line))
    t = "\n".join(out)
    if p.suffix in {".py", ".md"}:
        t = re.sub(r"^(\s*)from gongkai import ([\w, ]+)$", from_gongkai, t, flags=re.M)
    t = paths_src.sub(lambda m: "/".join(NEW[m[1]]), t)
    t = paths_tests.sub(lambda m: "tests/" + "/".join(NEW[m[1]]) if m[1] in TEST_DIRS else m[0], t)
    t = paths_tests_url.sub(lambda m: "tests/" + "/".join(NEW[m[1]]) if m[1] in TEST_DIRS else m[0], t)
    if f.startswith(("tests/", "benchmarks/", "tools/")) and p.suffix == ".py":
        t = test_import.sub(imported, t)
    if re.match(rf"tests/(?:{'|'.join(LAYERS)})/", f) and p.suffix == ".py":
        t = deeper(t)
    if f == "tests/slow.txt":
        t = re.sub(rf"^({names})/", lambda m: "/".join(NEW[m[1]]) + "/", t, flags=re.M)
    if t != o:
        p.write_text(t)

# settings: full names of the apps
t = P("src/gongkai/ops/config/settings.py").read_text()
m = re.search(r"ROOMS = \[\n(.*?)\]\n", t, re.S)
rooms = re.findall(r'"(\w+)"', m[1])
full = "".join(f'    "gongkai.{NEW[r][0]}.{NEW[r][1]}",\n' for r in rooms)
t = t.replace(m[0], "").replace('    *[f"gongkai.{room}" for room in ROOMS],\n', full)
t = t.replace(
    'Path(__file__).resolve().parent.parent / "ui" / "locale"',
    'Path(__file__).resolve().parents[2] / "core" / "widgets" / "locale"',
)
P("src/gongkai/ops/config/settings.py").write_text(t)
# import contracts
t = P("pyproject.toml").read_text()
i = t.index('[[tool.importlinter.contracts]]\nname = "The floors')
j = t.index('[[tool.importlinter.contracts]]\nname = "The ground floor')
block = t[i:j]
lines = re.findall(r'^  "([^"]+)",$', block, re.M)
lines = [l for l in lines]
out = '[[tool.importlinter.contracts]]\nname = "Layers (docs/architecture.md)"\ntype = "layers"\ncontainers = ["gongkai"]\nexhaustive = true\nlayers = ["ops", "ui", "oversight", "work", "content", "core", "lib"]\n\n'
for layer in LAYERS:
    rows = []
    for l in lines:
        own = [x.strip() for x in l.split("|") if FOLDER[x.strip()] == layer]
        if own:
            rows.append(" | ".join(RENAME.get(x, x) for x in own))
    out += (
        f'[[tool.importlinter.contracts]]\nname = "Order of the apps in {layer}"\ntype = "layers"\ncontainers = ["gongkai.{layer}"]\nexhaustive = true\nlayers = [\n'
        + "".join(f'  "{r}",\n' for r in rows)
        + "]\n\n"
    )
t = t[:i] + out + t[j:]
t = t.replace(
    'name = "The ground floor knows neither Django nor Wagtail"',
    'name = "Libraries import neither Django nor Wagtail"',
)
t = re.sub(r"source_modules = \[\n.*?\]\n(?=forbidden)", 'source_modules = ["gongkai.lib"]\n', t, flags=re.S)
t = re.sub(r"  # The ground floor.*?\n|", lambda m: m[0], t)
mods = re.search(r"module = \[\n(.*?)\]\ndisallow_any", t, re.S)
t = t.replace(
    mods[1],
    '  "gongkai.lib.*",\n  "gongkai.core.acts.*",\n  "gongkai.*.actions.*",\n  "gongkai.*.queries.*",\n',
)
t = t.replace(
    "# The ground floor, and whatever changes or reads state, is checked strictly; Wagtail itself has no types.",
    "# The libraries and all that changes or reads state are checked strictly; Wagtail itself has no types.",
)
t = t.replace('"src/gongkai/*/migrations/**"', '"src/gongkai/*/*/migrations/**"')
P("pyproject.toml").write_text(t)
edit(
    "tests/conftest.py",
    (
        'r"/gongkai/(?:chinese|law|reading|writing|privacy|matching|richtext|spreadsheets|outbound)/"',
        'r"/gongkai/(?:lib/(?:chinese|law|reading|writing|privacy|matching|richtext|outbound)|core/spreadsheets)/"',
    ),
    (
        '    room = request.path.relative_to(ROOT / "tests").parts[0]\n',
        '    parts = request.path.relative_to(ROOT / "tests").parts\n    room = parts[1] if len(parts) > 2 else parts[0]\n',
    ),
    ('WHOLE = {"browser", "demo"}', 'WHOLE = {"browser", "rows", "demo"}'),
    ('f"gongkai.{name}" for name in GATED', 'f"gongkai.content.{name}" for name in GATED'),
    ('__module__.split(".")[:2]', '__module__.split(".")[:3]'),
)
edit("src/gongkai/core/acts/covering.py")
# architecture tests
edit(
    "tests/architecture/floors.py",
    (
        r"@cache\ndef heights\(\).*?\n\n\ndef may_know",
        '''LAYERS = ("ops", "ui", "oversight", "work", "content", "core", "lib")


@cache
def heights() -> dict[str, int]:
    """Return app → its place in the order of the contracts, the lowest first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    orders = {
        one["containers"][0].removeprefix("gongkai."): one["layers"]
        for one in config["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    }
    lines = [line for layer in orders["gongkai"] for line in orders[layer]]
    return {
        app.strip(): len(lines) - position for position, line in enumerate(lines) for app in line.split("|")
    }


def apps_with(pattern: str) -> list[Path]:
    """Return the files of all apps that match a pattern below the app's folder."""
    return sorted(PACKAGE.glob(f"*/*/{pattern}"))


def app_path(path: Path) -> PurePosixPath:
    """Return the path of a file without the folder of its layer: `ledger/jobs/daily.py`."""
    parts = path.relative_to(PACKAGE).parts
    return PurePosixPath(*(parts[1:] if parts[0] in LAYERS and len(parts) > 2 else parts))


def room_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "gongkai" or len(parts) < 2:
        return None
    if parts[1] in LAYERS:
        return parts[2] if len(parts) > 2 else None
    return parts[1]


def may_know''',
    ),
    rx=True,
)
edit(
    "tests/architecture/floors.py",
    ("from pathlib import Path\n", "from pathlib import Path, PurePosixPath\n"),
)
for f in P("tests/architecture").glob("test_*.py"):
    t = o = f.read_text()
    t = re.sub(r"(\w+)\.relative_to\(PACKAGE\)", r"app_path(\1)", t)
    t = (
        t.replace('PACKAGE.glob("*/apps.py")', 'apps_with("apps.py")')
        .replace('PACKAGE.glob("*/migrations/0*.py")', 'apps_with("migrations/0*.py")')
        .replace('PACKAGE.glob("*/templates/**/*.html")', 'apps_with("templates/**/*.html")')
    )
    t = t.replace(
        'node.module.removeprefix("gongkai").removeprefix(".")',
        'node.module.removeprefix("gongkai").removeprefix(".")',
    )
    need = [n for n in ("app_path", "apps_with") if n in t and not re.search(rf"import .*\b{n}\b", t)]
    if need:
        t = re.sub(
            r"from architecture.floors import ([\w, ]+)",
            lambda m: "from architecture.floors import " + ", ".join(sorted({*m[1].split(", "), *need})),
            t,
            1,
        )
    if t != o:
        f.write_text(t)
edit(
    "tests/architecture/test_registries.py",
    (
        '            room = node.module.removeprefix("gongkai").removeprefix(".")\n',
        '            parts = node.module.split(".")\n            room = ".".join(parts[2:] if parts[1:2] and parts[1] in LAYERS else parts[1:])\n',
    ),
    ("from architecture.floors import PACKAGE", "from architecture.floors import LAYERS, PACKAGE"),
)
edit(
    "tests/architecture/test_floors.py",
    (
        "ROOMS = sorted(room for room in heights() if (PACKAGE / room).is_dir())",
        'ROOMS = {path.parent.name: path for path in apps_with("__init__.py")}',
    ),
    (
        """    there = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert there <= set(heights())""",
        """    assert set(ROOMS) == set(heights())""",
    ),
    (
        'tree_of(PACKAGE / room / "__init__.py")) or "" for room in ROOMS}',
        'tree_of(path)) or "" for room, path in ROOMS.items()}',
    ),
    (
        'import_module(f"gongkai.{room}.migrations.{path.stem}")',
        'import_module(f"gongkai.{path.parts[-4]}.{room}.migrations.{path.stem}")',
    ),
    ("app_path(path).parts[0]", "app_path(path).parts[0]"),
)
edit(
    "tests/migrated.py",
    (
        'MAKERS = ("**/migrations/*.py", "**/models/**/*.py", "**/models.py", "**/apps.py", "**/sql/*", "config/*.py")',
        'MAKERS = ("**/migrations/*.py", "**/models/**/*.py", "**/models.py", "**/apps.py", "**/sql/*", "ops/config/*.py")',
    ),
)
t = P("tests/migrated.py").read_text()
m = re.search(r"ALSO = \(\n(.*?)\)\n", t, re.S)
t = t.replace(m[1], re.sub(r'"(\w+)/', lambda k: f'"{NEW[k[1]][0]}/{NEW[k[1]][1]}/', m[1]))
P("tests/migrated.py").write_text(t)
t = P("tests/test_language.py").read_text()
subprocess.run(
    [".venv/bin/ruff", "check", "--fix", "-q", "--select", "I", "src", "tests", "benchmarks", "tools"]
)
subprocess.run([".venv/bin/ruff", "format", "-q", "src", "tests", "benchmarks", "tools"])
edit(
    "tests/architecture/test_floors.py",
    (
        '"import sys, gongkai.lib.law, gongkai.lib.reading, gongkai.lib.privacy, gongkai.lib.matching, gongkai.lib.writing, gongkai.lib.richtext, gongkai.lib.outbound;"',
        '"import sys;"\n        "from gongkai.lib import law, matching, outbound, privacy, reading, richtext, writing;"',
    ),
)
for f in P("tests/architecture").glob("*.py"):
    t = o = f.read_text()
    t = re.sub(r'"ui/(?!\*)', '"widgets/', t)
    t = t.replace('"widgets/static/widgets', '"widgets/static/ui')
    t = re.sub(r'(["` ])ui\.(forms|answers|paging|help|asked|middleware)', r"\1widgets.\2", t)
    t = (
        t.replace('"opening"', '"fileformats"')
        .replace('"opening/', '"fileformats/')
        .replace('"opening.compound', '"fileformats.compound')
    )
    t = t.replace('PACKAGE / "config"', 'PACKAGE / "ops" / "config"').replace(
        "folder = PACKAGE / place", 'folder = next(PACKAGE.glob(f"*/{place}"))'
    )
    if t != o:
        f.write_text(t)
names = "|".join(sorted(NEW, key=len, reverse=True))


def doc_path(m):
    l, n = NEW[m[1]]
    rest = m[2]
    first = re.split(r"[:\s]", rest)[0]
    for base in ("src/gongkai", "tests"):
        if first == "" or P(f"{base}/{l}/{n}/{first}").exists():
            return f"`{l}/{n}/{rest}`"
    return m[0]


for f in [*P("docs").rglob("*.md"), P("README.md"), *P("benchmarks").rglob("*.md"), P("CONTRIBUTING.md")]:
    if not f.exists():
        continue
    t = o = f.read_text()
    t = re.sub(rf"`({names})/([^`\n]*)`", doc_path, t)
    t = re.sub(r"`ui\.(\w+)", r"`widgets.\1", t)
    t = re.sub(r"`opening\.(\w+)", r"`fileformats.\1", t)
    if t != o:
        f.write_text(t)
subprocess.run([".venv/bin/ruff", "format", "-q", "src", "tests", "benchmarks", "tools"])
edit(
    "tests/content/reviewing/test_review_verify.py",
    ('f"gongkai.{module}.portions"', 'f"gongkai.content.{module}.portions"'),
)
pairs = "".join(
    f'    "{o}": "{l}.{n}",\n'
    for o, (l, n) in sorted(NEW.items())
    if l in ("work", "content", "core", "ui", "oversight", "ops")
)
P(
    "src/gongkai/core/background_jobs/migrations/0002_moved_packages.py"
).write_text(f'''"""Queued tasks name their function by its module: rename the packages that moved into the folders of the layers."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

#: Package before → after, below `gongkai`.
MOVED = {{
{pairs}}}


def rename(apps, schema_editor):
    """Write the new module paths of the tasks in the queue."""
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for before, after in MOVED.items():
        tasks.filter(task_path__startswith=f"gongkai.{{before}}.").update(
            task_path=Replace(F("task_path"), Value(f"gongkai.{{before}}."), Value(f"gongkai.{{after}}."))
        )


class Migration(migrations.Migration):
    dependencies = [
        ("errands", "0001_squashed"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
''')
edit(
    "benchmarks/inspection_planted.py",
    (
        "its faults stand in `tests/oversight/inspection/faults`, apart from the checks; a construction (`SKINS`) changes how\nthe same pages",
        "its faults are in `tests/oversight/inspection/faults`, apart from the checks; a construction (`SKINS`)\nchanges how the same pages",
    ),
)
edit(
    "tests/architecture/test_any.py",
    (
        'by `gongkai.lib.typed_json` for JSON and facts of the log; `Unpack[FormFacts]` (`widgets.forms`) "\n    "for what a form or a field is made with; ',
        'by `gongkai.lib.typed_json` for JSON and facts of the log; "\n    "`Unpack[FormFacts]` (`widgets.forms`) for what a form or a field is made with; "\n    "',
    ),
)
t = P("docs/architecture.md").read_text()
i = t.index("One package, `src/gongkai/`.")
j = t.index("| floor | rooms |")
t = (
    t[:i]
    + """One package, `src/gongkai/`, with one folder a layer: `ops`, `ui`, `oversight`, `work`, `content`, `core`, `lib`. An app imports only from
layers below its own, and inside its layer only from the apps below it (`lint-imports`, part of `make check`; foreign keys, migrations and
template inheritance: `tests/architecture/`). Upward calls go through a registry that the upper app fills in its `AppConfig.ready`. The tests
mirror the folders. Labels of apps and names of tables do not contain the layer.

"""
    + t[j:]
)
P("docs/architecture.md").write_text(t)
P("tools/layout.py").unlink()
