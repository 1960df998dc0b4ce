"""Steps that kill a process, fill a disk, or remove a service that the application needs."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.rehearsal.machines import Failed, Machine
from tools.rehearsal.walk import RECOVERY_SECONDS, WAIT_FOR_CACHE_SCRIPT, Step, Walk, run_sql, wait_until_ready

#: Address of the object store, which the rehearsal runs outside the machines.
STORE = "http://10.0.0.11:9000"
POSTGRES = "cd / && runuser -u postgres -- psql -q"


def kill_unit(unit: str, where: str = "first", *, what: str = "acknowledged") -> Step:
    """Return a step that kills all processes of a unit and waits until messages are acknowledged again."""

    def step(walk: Walk) -> str:
        machine: Machine = getattr(walk, where)
        before, since = machine.run(f"systemctl show -p NRestarts --value {unit}"), time.monotonic()
        machine.run(f"systemctl kill -s KILL {unit} || true")  # NRestarts is checked below
        time.sleep(2)
        seconds = walk.wait_for(what) + 2
        until = time.monotonic() + RECOVERY_SECONDS
        while machine.run(f"systemctl is-active {unit} || true", quiet=True).strip() != "active":
            if time.monotonic() > until:
                raise Failed(f"{unit} is not back")
            time.sleep(0.5)
        after = machine.run(f"systemctl show -p NRestarts --value {unit}")
        if after == before:
            raise Failed(f"{unit} was not killed")
        if unit == "gongkai":
            wait_until_ready(machine)
        return f"{seconds:.0f} 秒后又有来件得到确认；{walk.away(since)}"

    return step


def kill_worker(walk: Walk) -> str:
    """Kill the worker while it reads three notices; each must be read once."""
    code = """
import json
from django.contrib.auth import get_user_model
from django.utils import timezone
from gongkai.ops.demo import notices
from gongkai.work.notices.importing.uploads import start_reading
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Role
chief = get_actor(get_user_model().objects.filter(person__appointments__role=Role.CHIEF).order_by("pk").first())
government, today, made = Body.objects.get(name="云岭市人民政府"), timezone.localdate(), []
for number in range(3):
    sample = notices.load_sample("county", today, today.year)
    sample.facts["标题"] += f"（演练第{number}次，{timezone.now():%H%M%S}）"
    made.append(getattr(start_reading(notices.make_word_file(sample), "通知.docx", by=chief, government=government, issuer=None), "pk"))
print("MADE", json.dumps(made))
"""
    # The worker is stopped while the notices are queued, so that it is killed while reading the first.
    walk.first.run("systemctl kill -s STOP gongkai-worker || true")
    made = json.loads(walk.shell(walk.first, code).split("MADE ", 1)[1].splitlines()[0])
    walk.first.run("systemctl kill -s CONT gongkai-worker || true")
    states = read_job_states(walk, made)
    until = time.monotonic() + 60
    while "running" not in states and time.monotonic() < until:
        states = read_job_states(walk, made)
    if "running" not in states:
        raise Failed(f"no job was running: {states}")
    walk.first.run("systemctl kill -s KILL gongkai-worker || true")
    until = time.monotonic() + 300
    while states != {"done": 3} and time.monotonic() < until:
        time.sleep(3)
        states = read_job_states(walk, made)
    if states != {"done": 3}:
        raise Failed(f"jobs after a killed worker: {states}")
    return "读取通知时杀掉，自己重来，三份各读成一次"


def read_job_states(walk: Walk, numbers: list[int]) -> dict[str, int]:
    """Return the states of jobs."""
    listed = ",".join(map(str, numbers))
    query = f"SELECT state, count(*) FROM errands_errand WHERE id IN ({listed}) GROUP BY state"
    rows = run_sql(walk.first, query, quiet=True)
    return {line.split("|")[0]: int(line.split("|")[1]) for line in rows.splitlines()}


def fill_database_disk(walk: Walk) -> str:
    """Fill the disk of the database completely, and free space again."""
    since = time.monotonic()
    disk = "/var/lib/postgresql/full"
    walk.first.run(
        f"fallocate -l $(df --output=avail -B1 /var/lib/postgresql | tail -n 1) {disk} || true; dd if=/dev/zero of={disk}.2 bs=64k 2>/dev/null || true"
    )
    time.sleep(40)
    noticed = walk.away(since)
    walk.first.run(f"rm -f {disk} {disk}.2")
    seconds = walk.wait_for("acknowledged", 2)
    return f"满时：{noticed}；有空位后 {seconds:.0f} 秒恢复，没有重启任何东西"


def fill_other_disks(walk: Walk) -> str:
    """Fill the disks of backups, of the archive and of the cached pages: `check` reports the first two, readers notice
    nothing, and each recovers by itself.
    """
    walk.people()
    since, first = time.monotonic(), walk.first
    full = "mount -t tmpfs -o size=512k,mode=2770,uid=$(id -u {0}),gid=$(getent group {1} | cut -d: -f3) tmpfs {2}"

    first.run(full.format("gongkai", "gongkai", "/srv/backup"))
    said = first.run(
        "systemctl start gongkai-backup && echo MADE; ls -A /srv/backup; gongkai check || true", check=False
    )
    first.run("umount /srv/backup && systemctl start gongkai-backup")
    if "MADE" in said or ".gkb\n" in said or "磁盘快满了" not in said:
        raise Failed(f"unexpected result with a full disk of backups: {said[-1500:]}")

    first.run(full.format("postgres", "gongkai", "/srv/archive/wal"))
    first.run(f"{POSTGRES} -c 'SELECT pg_switch_wal()' && sleep 20")
    said = first.run("gongkai check || true")
    first.run("umount /srv/archive/wal && sleep 70")
    if "归档失败" not in said or "归档失败" in first.run("gongkai check || true"):
        raise Failed(f"unexpected result with a full disk of the archive: {said[-1500:]}")

    first.run(full.format("gongkai", "gongkai-pages", "/srv/pages/now"))
    first.run("dd if=/dev/zero of=/srv/pages/now/full bs=4k 2>/dev/null || true")
    walk.wait_for("read", 60)
    first.run("umount /srv/pages/now")
    first.run(WAIT_FOR_CACHE_SCRIPT)
    return f"备份、归档的盘满了 gongkai check 指出，腾出以后自己补上；网页的盘满了由程序答：{walk.away(since)}"


def stop_object_store(walk: Walk) -> str:
    """Move the files into an object store as documented, stop it while people read and write, start it again, move the files back."""
    first = walk.first
    settings = ". /opt/gongkai/deploy/settings.sh; put /etc/gongkai/gongkai.env GONGKAI_"
    for name, value in {"BUCKET": "gongkai", "BUCKET_ENDPOINT": STORE, "BUCKET_KEY": "k", "BUCKET_SECRET": "s"}.items():
        first.run(f"{settings}{name} {value}")
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "10.0.0.11", "-p", STORE.rpartition(":")[2]]
    with subprocess.Popen(["ip", "netns", "exec", first.net, *command], stderr=subprocess.DEVNULL) as store:
        try:
            time.sleep(5)
            _move(first, "bucket", "--create")
            walk.wait_for("acknowledged", 2)
            since = time.monotonic()
            store.send_signal(signal.SIGSTOP)
            seconds = walk.wait_for("acknowledged", 2)
            said = first.run("gongkai check || true")
            store.send_signal(signal.SIGCONT)
            if "文件存储" not in said:
                raise Failed(f"check does not report the stopped object store: {said[-1500:]}")
            words = f"存储停住时 gongkai check 指出，{seconds:.0f} 秒内仍有来件得到确认；{walk.away(since)}"
            _move(first, "folder")
        finally:
            store.kill()
    return f"{words}；文件搬去、搬回都完整"


def _move(machine: Machine, to: str, *words: str) -> None:
    """Move the files as in docs/deploying.md: once while people read, once more while the application is stopped; then
    switch to the new storage.
    """
    units = "gongkai gongkai-due.timer gongkai-worker"
    machine.run(f"gongkai files move --to {to} {' '.join(words)}")
    machine.run(
        f"systemctl stop {units} && gongkai files move --to {to}"
        f" && . /opt/gongkai/deploy/settings.sh && put /etc/gongkai/gongkai.env GONGKAI_FILES {to} && systemctl start {units}"
    )
    wait_until_ready(machine)


def change_clock(walk: Walk) -> str:
    """Set the second server's clock a minute back while people write, then right again."""
    since = time.monotonic()
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    walk.second.run(
        "mkdir -p /run/systemd/system/gongkai.service.d && printf '[Service]\\nEnvironment=LD_PRELOAD="
        f"{library} FAKETIME=-60s FAKETIME_DONT_FAKE_MONOTONIC=1\\n' > /run/systemd/system/gongkai.service.d/clock.conf"
        " && systemctl daemon-reload && systemctl restart gongkai"
    )
    wait_until_ready(walk.second)
    there = walk.second.run(
        "grep -c libfaketime /proc/$(systemctl show -p MainPID --value gongkai)/maps;"
        f" echo $(($(date +%s) - $(LD_PRELOAD={library} FAKETIME=-60s date +%s)))"
    ).split()
    if there[0] == "0" or int(there[1]) < 59:
        raise Failed(f"the clock of the second server is right: {there}")
    walk.wait_for("acknowledged", 6)
    walk.second.run(
        "rm -r /run/systemd/system/gongkai.service.d && systemctl daemon-reload && systemctl restart gongkai"
    )
    wait_until_ready(walk.second)
    return f"第二台慢一分钟：{walk.away(since)}"
