"""`make rehearsal`: carry out docs/deploying.md by machine; write the table of results into docs/benchmarks.md if all steps succeeded.

`--until STEP` ends after a step and writes nothing; `--keep` leaves the machines running and prints how to enter them;
`--again FOLDER --since STEP` continues with these. Each step can be repeated except the promotion, after which only the
following ones are meaningful.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.rehearsal import book, machines, steps
from tools.rehearsal.walk import SITE, Walk

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import bundle
import install

ROOT = Path(__file__).resolve().parents[2]
WORK_FOLDER = Path(os.environ.get("GONGKAI_REHEARSAL", "/var/tmp/gongkai-rehearsal"))
#: Debian packages that the rehearsal itself needs inside the machines, in addition to those of the bundle.
TOOLS = ("curl", "faketime")
MIGRATION = '''"""A column that only the rehearsal's next version has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it empty, as an expanding change does."""

    dependencies = [("consultation", "{before}")]
    operations = [migrations.AddField("inquiry", "rehearsed", models.CharField(default="", db_default="", max_length=1))]
'''


def build_bundles(folder: Path) -> tuple[Path, Path]:
    """Build the bundle of this tree and one of a next version with an additional column; both signed."""
    key = folder / "release.key"
    machines.run_on_host("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key))
    machines.run_on_host("openssl", "pkey", "-in", str(key), "-pubout", "-out", str(folder / "release.pub"))
    listed = machines.run_on_host(
        "git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"
    )
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (folder / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / "tree" / path)
    said = machines.run_on_host(sys.executable, str(folder / "tree/tools/bundle.py"), "--key", str(key))
    now = Path(said.split()[0])
    return now, build_next_bundle(folder, now, key)


def build_next_bundle(folder: Path, now: Path, key: Path) -> Path:
    """Build the next version's bundle from this one's: a new wheel of this project, the same wheels of all others."""
    tree, place = folder / "tree", folder / "opened"
    number = advance_version(tree)
    machines.run_on_host("tar", "xf", str(now), "-C", str(folder), f"--transform=s/{now.stem}/opened/")
    for old in (place / "wheels").glob("gongkai-*.whl"):
        old.unlink()
    built = [sys.executable, install.bundled_pip()] if install.bundled_pip() else [sys.executable, "-m", "pip"]
    words = ["wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(place / "wheels"), str(tree)]
    machines.run_on_host(*built, *words)
    (place / "VERSION").write_text(f"{number}\n")
    (place / "SHA256SUMS").unlink()
    (place / "SHA256SUMS.sig").unlink()
    bundle.write_checksums(place, str(key))
    name = now.stem.replace((now.stem.split("-"))[1], number)
    place.rename(folder / name)
    machines.run_on_host("tar", "cf", str(folder / f"{name}.tar"), "-C", str(folder), name)
    return folder / f"{name}.tar"


def advance_version(tree: Path) -> str:
    """Change a tree to the next version: increase its number and add a column; return the number."""
    project = tree / "pyproject.toml"
    text = project.read_text()
    number = re.search(r'^version = "(\d+\.\d+\.)(\d+)"', text, re.M)
    assert number
    after = f"{number[1]}{int(number[2]) + 1}"
    project.write_text(text.replace(number[0], f'version = "{after}"'))
    package = tree / "src/gongkai/__init__.py"
    package.write_text(package.read_text().replace(f'"{number[1]}{number[2]}"', f'"{after}"'))
    folder = tree / "src/gongkai/work/consultation/migrations"
    before = max(path.stem for path in folder.glob("0*.py"))
    (folder / f"{int(before[:4]) + 1:04d}_rehearsed.py").write_text(MIGRATION.replace("{before}", before))
    return after


def make_certificate(media: Path) -> None:
    """Create the site's certificate, as an authority would issue it."""
    names = ("-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}")
    files = ("-keyout", str(media / "site.key"), "-out", str(media / "site.pem"))
    machines.run_on_host("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", *names, *files)


def make_disk(folder: Path) -> None:
    """Create a disk of 6 GB for the database alone, so that it can be filled."""
    image, place = folder / "database.img", folder / "database"
    with image.open("wb") as file:
        file.truncate(6 * 2**30)
    machines.run_on_host("mkfs.ext4", "-q", "-m", "0", str(image))
    machines.run_on_host("mount", "-o", "loop", str(image), str(place))


def new_walk(folder: Path) -> Walk:
    """Return a rehearsal with two machines that are not created yet."""
    common = {"/media": folder / "media", "/srv/shared": folder / "shared"}
    common |= {"/srv/backup": folder / "backup", "/srv/archive": folder / "archive"}  # disks of another machine
    first = machines.Machine("first", "10.0.0.11", folder, binds={**common, "/var/lib/postgresql": folder / "database"})
    return Walk(folder, book.Book(), first, machines.Machine("second", "10.0.0.12", folder, binds=common))


def prepare(walk: Walk, made: Path | None) -> None:
    """Build the bundles and the common root folder, and boot the machines."""
    folder = walk.folder
    for name in ("media", "shared", "database", "backup", "archive"):
        (folder / name).mkdir()
    make_certificate(folder / "media")
    (now, after), source = (sorted(made.glob("gongkai-*.tar")), made) if made else (build_bundles(folder), folder)
    for path in (now, source / "release.pub"):
        shutil.copy(path, folder / "media")
    walk.next.mkdir()
    shutil.copy(after, walk.next)
    command = ["tar", "-xOf", str(now), f"{now.stem}/packages.txt"]
    packages = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    machines.make_base(WORK_FOLDER / "base", [*packages.split(), *TOOLS])
    (folder / "base").symlink_to(WORK_FOLDER / "base")
    make_disk(folder)
    machines.connect(walk.first, walk.second)
    for machine in (walk.first, walk.second):
        machine.start()
        machine.run(f"apt-get install -qy {' '.join(TOOLS)}")


def run_steps(walk: Walk, since: str, until: str) -> list[tuple[str, str, str]]:
    """Run the steps; return the name, the result and the seconds of each."""
    rows, whole = [], time.monotonic()
    names = [name for name, _ in steps.STEPS]
    if since not in {"", *names[:2]}:
        walk.people()
    for name, step in steps.STEPS[names.index(since) if since else 0 :]:
        print(f"{time.strftime('%T')} {name} …", flush=True)
        began = time.monotonic()
        said = step(walk)
        rows.append((name, said.replace("|", "/"), f"{time.monotonic() - began:.0f}"))
        print(f"         {said} ({rows[-1][2]} s)", flush=True)
        if name == until:
            break
    rows.append(("以上各步", "按时钟", f"{time.monotonic() - whole:.0f}"))
    return rows


def main() -> int:
    """Run all steps; write the table if all succeeded, print the failure otherwise."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--until", default="", choices=["", *(name for name, _ in steps.STEPS)])
    words.add_argument("--again", type=Path, help="the folder of machines kept by --keep")
    words.add_argument("--since", default="", choices=["", *(name for name, _ in steps.STEPS)])
    words.add_argument("--keep", action="store_true")
    words.add_argument("--bundles", type=Path, help="a folder with two existing bundles and release.pub")
    asked = words.parse_args()
    whole = not (asked.since or asked.until)
    commit = machines.run_on_host(
        "git", "-C", str(ROOT), "log", "-1", "--format=%h"
    ).strip()  # other processes may use it
    missing = [
        name for name in ("debootstrap", "systemd-nspawn", "mkfs.ext4", "ip", "nsenter") if not shutil.which(name)
    ]
    if os.geteuid() or missing:
        print(
            f"make rehearsal runs as root and needs apt-get install debootstrap systemd-container ({', '.join(missing)})"
        )
        return 2
    WORK_FOLDER.mkdir(parents=True, exist_ok=True)
    folder = asked.again or Path(tempfile.mkdtemp(prefix="run-", dir=WORK_FOLDER))
    folder.chmod(0o755)
    walk = new_walk(folder)
    try:
        if not asked.again:
            prepare(walk, asked.bundles)
        rows = run_steps(walk, asked.since, asked.until)
        if left := (walk.book.left() if whole else set()):
            raise machines.Failed(f"blocks that no step runs: {', '.join(sorted(left))}")
    except machines.Failed as error:
        print(f"FAILED: {error}\nlogs: {folder}", flush=True)
        return 1
    finally:
        if asked.keep:
            steps.stop_people(walk)
            print(*(f"nsenter -a -t {one.first()} bash" for one in (walk.first, walk.second)), sep="\n")
        else:
            steps.switch_off(walk)
            machines.run_on_host("umount", "-l", str(folder / "database"), check=False)
    if whole:
        book.write_table(rows, f"{time.strftime('%Y-%m-%d')}，{commit} 的程序，从头到尾一次走完：")
    if not asked.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
