"""Replace this installation's data by a backup, in repeatable steps.

Everything is tested before anything is changed: the backup is unpacked next to the files and, where there are data,
checked in a scratch database. Then a list of steps runs, each of which may be repeated. The folder `.restore` in the
store of files records the step, so that a restore that stops for any reason is continued (`resume_restore`) or
undone (`undo_restore`). Files are moved, never their folders: a folder may be a mount point.
"""

import errno
import fcntl
import filecmp
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from gongkai.core.acts import chain
from gongkai.core.acts.backups import archive as far
from gongkai.core.acts.backups import database
from gongkai.core.acts.backups.archive import (
    REPLACED_FOLDER_PREFIX,
    RESTORE_FOLDER_NAME,
    BackupSummary,
    backup_folders,
    contains_seal,
    has_data,
    list_files_to_back_up,
    run_backup_hooks,
    unpack,
)
from gongkai.core.acts.backups.encryption import BackupError, BackupKey
from gongkai.core.acts.seal import verify_log

#: The commands that continue or undo an interrupted restore.
INTERRUPTED_RESTORE_COMMANDS = "运行 gongkai restore --resume 接着做，或者 gongkai restore --back 退回"
#: Error of `--resume` and `--back` without an interrupted restore.
NO_INTERRUPTED_RESTORE_ERROR = "没有停在一半的恢复"
_RESTORE_ERRORS = (OSError, database.DatabaseToolError, DatabaseError, CommandError)
#: Type of a check of an unpacked backup in a scratch database; it returns the Chinese reason
#: against it, or "".
BackupCheck = Callable[[Path, BackupSummary], str]
#: Type of a callback after the database was replaced or the earlier one put back; safe to repeat.
AfterLoadCallback = Callable[[], object]


@dataclass(frozen=True)
class RestoreState:
    """Progress of a restore: path of the backup (`source`), its manifest (`summary`), name of the last step begun;
    `back` is true while it is being undone."""

    source: str
    summary: dict[str, object]
    step: str
    back: bool = False  # the restore is being undone


def _get_restore_folder() -> Path:
    return Path(settings.FILES_ROOT) / RESTORE_FOLDER_NAME


def _read_state() -> RestoreState | None:
    try:
        return RestoreState(**json.loads((_get_restore_folder() / "state.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _write_state(state: RestoreState) -> None:
    """Write the state whole or not at all."""
    temporary_path = _get_restore_folder() / "state.part"
    temporary_path.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    temporary_path.replace(_get_restore_folder() / "state.json")


def describe_unfinished() -> str:
    """Return a Chinese line on an interrupted restore and the commands to go on; "" if there is none."""
    try:
        state = _read_state()
    except (OSError, ValueError, TypeError):
        return f"恢复没有做完，{_get_restore_folder()} 里的记录读不出：请检查磁盘"
    if state is None:
        return ""
    if state.back:
        return f"退回恢复 {state.source} 没有做完：运行 gongkai restore --back 接着退回"
    return f"恢复 {state.source} 没有做完，停在“{_STEP_LABELS[state.step]}”：{INTERRUPTED_RESTORE_COMMANDS}"


@contextmanager
def _lock_restore() -> Iterator[None]:
    """Context manager that excludes other restores.

    Raises:
        BackupError: another one is running.
    """
    with (Path(settings.DATA) / "restore.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("另一个恢复正在进行") from None
        yield


def restore(
    source: Path,
    check: BackupCheck,
    after_load: AfterLoadCallback,
    *,
    force: bool = False,
    secret: BackupKey | None = None,
) -> tuple[BackupSummary, Path]:
    """Test a backup, then replace this installation's data; return (summary, folder of the earlier data).

    Args:
        force: replace data; without it only an empty installation is filled.
        secret: opens an encrypted backup.

    Raises:
        BackupError: the backup or this installation is unsuitable, and nothing was changed; or a step failed, and the
            message names the commands that continue or go back.
    """
    with _lock_restore():
        if text := describe_unfinished():
            raise BackupError(text)
        if not force and has_data():
            raise BackupError("本系统已有数据，为免覆盖未作恢复；确需覆盖请加 --force（现有数据留在一旁）")
        shutil.rmtree(_get_restore_folder(), ignore_errors=True)
        try:
            _test_installation()
            summary = _test_backup(source, check, secret)
            _write_state(RestoreState(str(source), asdict(summary), RESTORE_STEPS[0].name))
        except BaseException as error:
            shutil.rmtree(_get_restore_folder(), ignore_errors=True)
            if isinstance(error, _RESTORE_ERRORS):
                raise BackupError(f"{error}。未作恢复，什么都没有改动") from error
            raise
        return _run_steps(after_load)


def resume_restore(after_load: AfterLoadCallback) -> tuple[BackupSummary, Path]:
    """Continue an interrupted restore; return the same as `restore` (BackupError: there is none)."""
    with _lock_restore():
        state = _read_state()
        if state is None:
            raise BackupError(NO_INTERRUPTED_RESTORE_ERROR)
        if state.back:
            raise BackupError(describe_unfinished())
        return _run_steps(after_load)


def _test_installation() -> None:
    """Check that folders and tables may be replaced.

    Raises:
        BackupError: a folder may not.
        DatabaseToolError: the database may not, or a tool is missing.
    """
    for root in backup_folders().values():
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder, _, _ in os.walk(root):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise BackupError(f"没有权限改动 {folder}，未作恢复，什么都没有改动：请交给运行程序的账号")
    database.check_replaceable()


def _test_backup(source: Path, check: BackupCheck, secret: BackupKey | None) -> BackupSummary:
    """Unpack the backup into the folder of the restore, run `check` if there are data to replace; return its manifest.

    Raises:
    BackupError: the backup is unsuitable, or the disk too small for a copy of the present database.
    """
    backup_data = _get_restore_folder() / "new"
    backup_data.mkdir(mode=0o700, parents=True)
    summary = unpack(source, backup_data, secret)
    names = [
        f"{name}/{path.relative_to(backup_data / name).as_posix()}"
        for name in backup_folders()
        for path in list_files_to_back_up(backup_data / name)
    ]
    (_get_restore_folder() / "names.json").write_text(json.dumps(names))
    if has_data() and (broken := check(backup_data, summary)):
        raise BackupError(f"备份没有通过核验，未作恢复，现有数据没有改动：{broken}")
    needed, free = database.max_database_copy_bytes(), shutil.disk_usage(_get_restore_folder()).free
    if needed > free:
        raise BackupError(
            f"磁盘空间不够保存现有的数据库（要 {needed / 1e9:.1f} GB，{settings.FILES_ROOT} 还有 {free / 1e9:.1f} GB），"
            "未作恢复，什么都没有改动"
        )
    return summary


def _run_steps(after_load: AfterLoadCallback) -> tuple[BackupSummary, Path]:
    """Run the restore from its recorded step on; return (summary, folder of replaced data).

    Raises:
        BackupError: a step failed; the restore can be resumed or undone.
    """
    state = _read_state()
    assert state is not None
    summary = BackupSummary(**state.summary)  # type: ignore[arg-type]
    for step in RESTORE_STEPS[[step.name for step in RESTORE_STEPS].index(state.step) :]:
        try:
            _write_state(RestoreState(state.source, state.summary, step.name))
            step.work(summary)
        except _RESTORE_ERRORS as error:
            raise BackupError(
                f"{step.label}没有成功：{error}。现有数据都留着，排除原因后{INTERRUPTED_RESTORE_COMMANDS}"
            ) from error
    with suppress(FileNotFoundError):  # carried away since: then its row is lost, as all that came after it
        run_backup_hooks(Path(state.source), summary)  # a backup is made before the row that says so
    after_load()
    replaced_data = _get_restore_folder().with_name(f"{REPLACED_FOLDER_PREFIX}{timezone.localtime():%Y%m%d%H%M%S%f}")
    # From here on the restore is finished, and can no longer be undone.
    _get_restore_folder().rename(replaced_data)
    shutil.rmtree(replaced_data / "new")
    for name in ("names.json", "added", "state.json"):
        (replaced_data / name).unlink()
    return summary, replaced_data


def undo_restore(after_load: AfterLoadCallback) -> None:
    """Undo an interrupted restore; may be repeated.

    Raises:
        BackupError: there is none, or it did not succeed; then it can be repeated.
    """
    with _lock_restore():
        state = _read_state()
        if state is None:
            raise BackupError(NO_INTERRUPTED_RESTORE_ERROR)
        names = [step.name for step in RESTORE_STEPS]
        replaced_data = _get_restore_folder() / "before"
        try:
            _write_state(RestoreState(state.source, state.summary, state.step, back=True))
            for line in _list_added_files():
                _get_installed_path(line).unlink(missing_ok=True)
            for name, root in backup_folders().items():
                for path in list_files_to_back_up(replaced_data / name):
                    _move_file(path, root / path.relative_to(replaced_data / name))
            if names.index(state.step) >= names.index("database"):
                database.load_database(replaced_data / database.DUMP_FILE_NAMES[connection.vendor])
                chain.delete_unsealed_records_file()
                after_load()
            undone_folder = _get_restore_folder().with_name(f"{RESTORE_FOLDER_NAME}-undone")
            shutil.rmtree(undone_folder, ignore_errors=True)
            _get_restore_folder().rename(undone_folder)
        except _RESTORE_ERRORS as error:
            raise BackupError(f"没有退回成功：{error}。排除原因后再运行 gongkai restore --back") from error
        shutil.rmtree(undone_folder, ignore_errors=True)


def _get_installed_path(name: str) -> Path:
    """Return the path in this installation of a backup's member, for example `files/…`."""
    folder_name, _, relative_path = name.partition("/")
    return backup_folders()[folder_name] / relative_path


def _move_file(path: Path, target: Path) -> None:
    """Move a file, also to another disk, so that `target` is there whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        path.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        temporary_path = target.with_name(f"{target.name}.part")
        shutil.copy2(path, temporary_path)
        temporary_path.replace(target)
        path.unlink()


def _list_added_files() -> list[str]:
    """Return the names of the files that the restore added where there was no file before.

    A name that a power failure cut off is left out: its file was not yet moved.
    """
    path, names = _get_restore_folder() / "added", []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with suppress(ValueError):
            names.append(json.loads(line))
    return names


def _save_database(_: BackupSummary) -> None:
    """Copy the present database into the folder of replaced data."""
    replaced_data, dump_folder = _get_restore_folder() / "before", _get_restore_folder() / "part"
    shutil.rmtree(dump_folder, ignore_errors=True)
    dump_folder.mkdir(mode=0o700)
    replaced_data.mkdir(mode=0o700, exist_ok=True)
    dump_path = database.dump_database(dump_folder)
    dump_path.replace(replaced_data / dump_path.name)
    dump_folder.rmdir()


def _move_files_in(_: BackupSummary) -> None:
    """Move the files of the backup into place; first move aside files of the same name with other content."""
    backup_data, replaced_data = _get_restore_folder() / "new", _get_restore_folder() / "before"
    if store := far.find_outside_store():
        store.take(backup_data / "files")
    with (_get_restore_folder() / "added").open("a", encoding="utf-8") as added:
        added.write("\n")  # after a name that was cut off
        for name, root in backup_folders().items():
            for path in list_files_to_back_up(backup_data / name):
                relative_path = path.relative_to(backup_data / name)
                target, aside = root / relative_path, replaced_data / name / relative_path
                if target.exists() and filecmp.cmp(path, target, shallow=False):
                    path.unlink()
                    continue
                if not aside.exists():  # else an earlier attempt moved it there
                    if target.exists():
                        _move_file(target, aside)
                    else:
                        added.write(json.dumps(f"{name}/{relative_path.as_posix()}") + "\n")
                        added.flush()
                _move_file(path, target)


def _load_database(summary: BackupSummary) -> None:
    """Replace the database in one transaction, and migrate the tables of an earlier version."""
    database.load_database(_get_restore_folder() / "new" / "database" / database.DUMP_FILE_NAMES[summary.vendor])
    chain.delete_unsealed_records_file()
    call_command("migrate", verbosity=0, interactive=False)


def _move_surplus_aside(_: BackupSummary) -> None:
    """Move aside the files that the backup does not contain."""
    backup_names = set(json.loads((_get_restore_folder() / "names.json").read_text(encoding="utf-8")))
    for name, root in backup_folders().items():
        for path in list_files_to_back_up(root):
            relative_path = path.relative_to(root)
            if f"{name}/{relative_path.as_posix()}" not in backup_names:
                _move_file(path, _get_restore_folder() / "before" / name / relative_path)


def _verify_restored(summary: BackupSummary) -> None:
    """Check that the restored log is intact and has the seal of the backup.

    Raises:
        BackupError: it is not, or has not.
    """
    verdict = verify_log()
    if not verdict.ok:
        raise BackupError(f"流水核验不通过：{verdict.broken}。请退回：gongkai restore --back")
    if not contains_seal(summary):
        raise BackupError("找不到备份时的封存值。请退回：gongkai restore --back")


@dataclass(frozen=True)
class RestoreStep:
    """A step of a restore; its function `work` may be called again after an interruption."""

    name: str
    label: str
    work: Callable[[BackupSummary], object]


#: The steps of a restore in order, each repeatable.
RESTORE_STEPS = (
    RestoreStep("save", "保存现有的数据库", _save_database),
    RestoreStep("files", "放入备份里的文件", _move_files_in),
    RestoreStep("database", "换数据库", _load_database),
    RestoreStep("aside", "移开备份里没有的文件", _move_surplus_aside),
    RestoreStep("check", "核验", _verify_restored),
)
_STEP_LABELS = {step.name: step.label for step in RESTORE_STEPS}
