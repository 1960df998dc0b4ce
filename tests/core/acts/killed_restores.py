"""Commands of `test_restoration.py`: kill restores at every step, then continue or undo them.

Prints a line for each kill; fails if the data equal neither the backup nor the earlier state.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from gongkai.ops.cli.django import start_django

start_django(ready=False)

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402

from gongkai.core.acts.backups import backup, restoration  # noqa: E402
from gongkai.core.acts.backups.archive import REPLACED_FOLDER_PREFIX, backup_folders, list_files_to_back_up  # noqa: E402
from gongkai.core.acts.chain import append_record  # noqa: E402
from gongkai.core.acts.models import MovementWords  # noqa: E402
from gongkai.core.units.actors import SYSTEM  # noqa: E402

Work = Callable[[], object]


def write_file(name: str, text: str) -> None:
    path = Path(settings.FILES_ROOT).parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def read_all_data() -> dict[str, object]:
    """Return all data that a restore replaces."""
    found: dict[str, object] = {
        path.relative_to(root).as_posix(): path.read_text()
        for root in backup_folders().values()
        for path in list_files_to_back_up(root)
    }
    found["words"] = list(MovementWords.objects.order_by("pk").values_list("text", flat=True))
    with connection.cursor() as cursor:
        found["later"] = "later" in connection.introspection.table_names(cursor)
    connections.close_all()
    return found


def do_nothing() -> None:
    pass


def run_child(*works: Work) -> int:
    """Run functions in a child process; return its wait status."""
    connections.close_all()
    number = os.fork()
    if number == 0:
        try:
            for work in works:
                work()
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(number, 0)[1]


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(name: str, *, before: bool) -> None:
    """Kill the restore before or after a step."""

    def killing(own: Callable[..., object], summary: object) -> None:
        if not before:
            own(summary)
        kill()

    restoration.RESTORE_STEPS = tuple(
        replace(step, work=partial(killing, step.work)) if step.name == name else step
        for step in restoration.RESTORE_STEPS
    )


def kill_after_moves(count: int) -> None:
    """Kill the restore after some files were moved."""
    real, left = restoration._move_file, [count]

    def move(path: Path, target: Path) -> None:
        real(path, target)
        left[0] -= 1
        if not left[0]:
            kill()

    restoration._move_file = move


def kill_at_call(name: str, count: int) -> None:
    """Kill the restore instead of the n-th call of a method of `Path`."""
    real, left = getattr(Path, name), [count]

    def call(self: Path, *given: object, **named: object) -> object:
        if self.name.startswith((restoration.RESTORE_FOLDER_NAME, "state.json")):
            left[0] -= 1
            if not left[0]:
                kill()
        return real(self, *given, **named)

    setattr(Path, name, call)


KILLS: dict[str, Work] = {
    **{f"before {step.name}": partial(kill_at, step.name, before=True) for step in restoration.RESTORE_STEPS},
    **{f"after {step.name}": partial(kill_at, step.name, before=False) for step in restoration.RESTORE_STEPS},
    **{f"after {count} files": partial(kill_after_moves, count) for count in (1, 2, 3, 4)},
    "before the folder is renamed": partial(kill_at_call, "rename", 1),
}


def restore(source: Path) -> None:
    restoration.restore(source, lambda *_: "", do_nothing, force=True)


def main(folder: Path) -> None:
    write_file("files/stored/aa/a", "in both")
    write_file("files/stored/bb/b", "in the backup")
    write_file("files/prints/p.pdf", "in the backup")
    write_file("media/m.png", "as in the backup")
    append_record("entry/1", action="test.act", by=SYSTEM, words="第一次")
    backup(folder / "then.tar")
    (backup_folders()["files"] / "stored/bb/b").unlink()
    write_file("files/stored/cc/c", "since")
    write_file("media/m.png", "as since")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (n int)")
    now = read_all_data()
    backup(folder / "now.tar")
    then_again, now_again = partial(restore, folder / "then.tar"), partial(restore, folder / "now.tar")
    resume, back = partial(restoration.resume_restore, do_nothing), partial(restoration.undo_restore, do_nothing)

    number = backup_folders()["files"].stat().st_ino
    assert run_child(then_again) == 0
    then = read_all_data()
    assert then["words"] == ["第一次"]
    assert not then["later"], "a table that the backup does not know"
    assert (then["stored/bb/b"], then["m.png"], "stored/cc/c" in then) == ("in the backup", "as in the backup", False)
    (kept,) = backup_folders()["files"].glob(f"{REPLACED_FOLDER_PREFIX}*")
    assert (kept / "before/files/stored/cc/c").read_text() == "since", "nothing is lost"
    assert run_child(now_again) == 0
    assert read_all_data() == now
    for way, finish, wanted in (("back", back, now), ("resume, then back", back, now), ("resume", resume, then)):
        for name, prepare in KILLS.items():
            assert run_child(prepare, then_again) == signal.SIGKILL, f"not killed: {name}"
            assert "没有做完" in restoration.describe_unfinished(), name
            assert run_child(then_again) != 0, "another restore is refused"
            if way == "resume, then back":  # continuing it is killed, too, after its files were brought in
                run_child(partial(kill_at, "check", before=True), resume)
            if finish is back:  # undoing it is killed, too
                run_child(partial(kill_after_moves, 1), back)
                if restoration.describe_unfinished():
                    assert run_child(resume) != 0, "a restore that is being undone is not continued"
            if restoration.describe_unfinished():
                assert run_child(finish) == 0, (way, name)
            found = read_all_data()
            assert found == wanted, (way, name, found)
            assert restoration.describe_unfinished() == ""
            print(f"{way}: {name}", flush=True)
            if way == "resume":
                assert run_child(now_again) == 0
            for one in backup_folders()["files"].glob(f"{restoration.RESTORE_FOLDER_NAME[:1]}*"):
                shutil.rmtree(one)
    assert backup_folders()["files"].stat().st_ino == number, "the folder of files may be a mount"


main(Path(sys.argv[1]))
print("ALL", flush=True)
