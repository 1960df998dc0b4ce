"""List unsealed log records in a file outside the database, to detect deleted ones.

`tail` in the data folder has a line for the last seal, then one for each later record (id, digest). A machine
lists its own records; `gongkai restore` starts the file anew. A person with write access to the data folder
can change it, which anchors outside the machine reveal (`acts.anchors`).
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.acts.models import Movement, Seal
from gongkai.core.acts.rows import split_into_batches

LOG = logging.getLogger(__name__)
#: Growth of the file, in bytes, after which a machine that never seals looks for newer seals.
RESEAL_CHECK_BYTES = 1 << 20


def unsealed_records_file() -> Path:
    """Return the path of the file of unsealed log records."""
    return Path(settings.DATA) / "tail"


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = os.open(unsealed_records_file().with_name("tail.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def note_records(movements: Iterable[Movement]) -> None:
    """List log records in the file after the transaction commits; errors are logged only."""
    lines = "".join(f"{movement.pk} {movement.hash}\n" for movement in movements)
    if lines:
        transaction.on_commit(partial(_write, lines))


def _write(lines: str) -> None:
    try:
        with _alone():
            descriptor = os.open(unsealed_records_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, lines.encode())
                much = os.fstat(descriptor).st_size > RESEAL_CHECK_BYTES
            finally:
                os.close(descriptor)
        if much and (last := Seal.objects.order_by("-at").first()):
            restart_after_seal(last)
    except OSError as error:
        LOG.error("tail of the log not noted: %s", error)


def restart_after_seal(seal: Seal) -> None:
    """Start the file anew after a seal, without the records that the seal covers."""
    head = json.dumps({"at": utc_timestamp(seal.at), "hash": seal.hash, "movements": seal.movements}) + "\n"
    try:
        with _alone():
            rest = [line for line in _lines() if _number(line) > seal.last_movement_id]
            part = unsealed_records_file().with_name("tail.part")
            part.write_text(head + "".join(rest))
            part.chmod(0o600)
            part.replace(unsealed_records_file())
    except OSError as error:
        LOG.error("tail of the log not noted: %s", error)


def delete_tail() -> None:
    """Delete the file, because another database replaces this one."""
    with _alone():
        unsealed_records_file().unlink(missing_ok=True)


def _lines() -> list[str]:
    return unsealed_records_file().read_text().splitlines(keepends=True) if unsealed_records_file().exists() else []


def _number(line: str) -> int:
    first = line.partition(" ")[0]
    return int(first) if first.isdigit() else 0


def count_behind(last: int) -> int:
    """Return the number of listed log records after a primary key."""
    try:
        return len({_number(line) for line in _lines() if _number(line) > last})
    except OSError:
        return 0


def describe_lost_records() -> list[str]:
    """Return Chinese sentences on listed log records that the database lacks."""
    try:
        lines = _lines()
    except OSError as error:
        return [f"数据文件夹里的 tail 读不出：{error}"]
    found = []
    if lines and lines[0].startswith("{"):
        head = json.loads(lines[0])
        if not Seal.objects.filter(hash=head["hash"]).exists():
            at = parse_datetime(str(head["at"]))
            when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else head["at"]
            found.append(f"{when} 的封存（流水{head['movements']}条）已被删去")
    noted = {_number(line): line.split()[-1] for line in lines if _number(line)}
    gone = []
    for some in split_into_batches(sorted(noted)):
        there = dict(Movement.objects.filter(pk__in=some).values_list("pk", "hash"))
        gone += [number for number in some if there.get(number) != noted[number]]
    if gone:
        found.append(f"封存之后的{len(gone)}条流水已被删去或者改写（第{gone[0]}条起）")
    return found
