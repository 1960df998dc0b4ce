"""A program of its own (`test_restoration`): kill restores at every step, then continue or undo them.

It prints a line for each kill, and fails where the data are neither those of the backup nor those from before.
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


def put(name: str, text: str) -> None:
    path = Path(settings.FILES_ROOT).parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def everything() -> dict[str, object]:
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


def nothing() -> None:
    pass


def run_child(*works: Work) -> int:
    """Run functions in a process of its own; return how it ended."""
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
    """Have the restore killed before or after one of its steps."""

    def killing(own: Callable[..., object], summary: object) -> None:
        if not before:
            own(summary)
        kill()

    restoration.RESTORE_STEPS = tuple(
        replace(step, work=partial(killing, step.work)) if step.name == name else step
        for step in restoration.RESTORE_STEPS
    )


def kill_after_moves(count: int) -> None:
    """Have it killed after some files were moved."""
    real, left = restoration._move_file, [count]

    def move(path: Path, target: Path) -> None:
        real(path, target)
        left[0] -= 1
        if not left[0]:
            kill()

    restoration._move_file = move


def kill_at_call(name: str, count: int) -> None:
    """Have it killed instead of a call of a method of `Path`."""
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
    restoration.restore(source, lambda *_: "", nothing, force=True)


def main(folder: Path) -> None:
    put("files/stored/aa/a", "in both")
    put("files/stored/bb/b", "in the backup")
    put("files/prints/p.pdf", "in the backup")
    put("media/m.png", "as in the backup")
    append_record("entry/1", action="test.act", by=SYSTEM, words="第一次")
    backup(folder / "then.tar")
    (backup_folders()["files"] / "stored/bb/b").unlink()
    put("files/stored/cc/c", "since")
    put("media/m.png", "as since")
    append_record("entry/1", action="test.act", by=SYSTEM, words="备份以后")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (n int)")
    now = everything()
    backup(folder / "now.tar")
    then_again, now_again = partial(restore, folder / "then.tar"), partial(restore, folder / "now.tar")
    resume, back = partial(restoration.resume_restore, nothing), partial(restoration.undo_restore, nothing)

    number = backup_folders()["files"].stat().st_ino
    assert run_child(then_again) == 0
    then = everything()
    assert then["words"] == ["第一次"]
    assert not then["later"], "a table that the backup does not know"
    assert (then["stored/bb/b"], then["m.png"], "stored/cc/c" in then) == ("in the backup", "as in the backup", False)
    (kept,) = backup_folders()["files"].glob(f"{REPLACED_FOLDER_PREFIX}*")
    assert (kept / "before/files/stored/cc/c").read_text() == "since", "nothing is lost"
    assert run_child(now_again) == 0
    assert everything() == now
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
            found = everything()
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
