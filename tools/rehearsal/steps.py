"""The walk: each step does what an operator would, by the document's blocks, and holds what stands against what was promised."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tools.rehearsal.book import Book
from tools.rehearsal.machines import Failed, Machine, host

SITE = "www.example.gov.cn"
#: What `gongkai init` asks for.
ANSWERS = "\n".join(
    ["演练县人民政府", "县级", "演练县人民政府办公室", "甲一", "jiayi", "乙二", "yier", "丙三", "bingsan", ""]
)
#: The moment that the document gives as an example.
EXAMPLE = "2026-11-22 10:15:00+08"
#: Gives the default site the name by which it is asked here.
NAMED = f"""
from gongkai.content.editions.models import Website
from gongkai.content.publishing.actions.sites import change_website
from gongkai.core.units.actors import SYSTEM
change_website(Website.objects.get(is_default=True), by=SYSTEM, host="{SITE}")
"""
#: Publishes nothing: withdraws a text that stands as a file, as its signer does, and says after how many seconds readers at the other machine see it no more.
WITHDRAWN = f"""
import http.client, ssl, time
from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.ui.portal.purging import threads
from gongkai.content.publishing import actions
from gongkai.core.units.actors import ANONYMOUS, actor_of_person, in_force
from gongkai.core.units.models import Appointment, Role
threads.begin()
def ask(path):
    connection = http.client.HTTPSConnection("10.0.0.11", context=ssl._create_unverified_context(), timeout=10)
    connection.request("GET", path, headers={{"Host": "{SITE}"}})
    answer = connection.getresponse()
    return answer.status, answer.headers["X-Cache"]
signers = {{one.body_id: one.person for one in Appointment.objects.filter(in_force(), role=Role.SIGNER)}}
shown = shelf_visible_to(ANONYMOUS).filter(column=None, website__is_default=True, document__body__in=signers)
row = shown.order_by("-published_at")[3]
seen = [ask(row.path) for _ in range(5)]
document = Document.objects.get(pk=row.document_id)
actions.withdraw(document, by=actor_of_person(signers[document.body_id]), reason="演练")
began = time.monotonic()
while ask(row.path)[0] == 200 and time.monotonic() < began + 60:
    time.sleep(0.05)
print("WITHDRAWN", *seen[-1], round(time.monotonic() - began, 1), flush=True)
"""
#: Writes what the restore to a moment leaves out, and must name.
LATER = """
from django.db import transaction
from gongkai.core.acts.chain import append
from gongkai.core.units.actors import SYSTEM
with transaction.atomic():
    append("rehearsal/1", action="rehearsal.later", by=SYSTEM)
"""
#: Waits until the front page is a file.
KEPT = f"""
for i in $(seq 300); do
    curl -sk -o /dev/null -D - --resolve {SITE}:443:127.0.0.1 https://{SITE}/ | grep -qi '^x-cache: FILE' && exit 0
    sleep 1
done
exit 1
"""
#: Seconds after which what was withdrawn must be gone for readers (`WITHDRAWN` waits for the other machine's workers, who look each second).
GONE = 5
#: Seconds within which what was killed must be back, and a message be acknowledged again.
BACK = 180


@dataclass
class Walk:
    """Two machines, the document, and what the people outside were told."""

    folder: Path
    book: Book
    first: Machine
    second: Machine
    load: "subprocess.Popen[bytes] | None" = None
    #: The document's example of a moment, and the moment that is meant.
    moment: tuple[str, str] | None = None
    #: Codes that were acknowledged, by their marks; of the database as it stands.
    acknowledged: dict[str, str] = field(default_factory=dict)

    @property
    def next(self) -> Path:
        """The folder with the next version's bundle."""
        return self.folder / "next"

    @property
    def journal(self) -> Path:
        """The file in which the people outside write what they saw."""
        return self.folder / "journal.jsonl"

    def do(
        self, machine: Machine, name: str, *, typed: str = "", check: bool = True, again: str = "", once: bool = False
    ) -> str:
        """Run a block of the document twice, as an operator who is unsure does; return the output of the first run.

        Args:
            again: words with which the second run must refuse; "" where it must succeed, too.
            once: the block takes too long, or cannot be repeated at that point.
        """
        script = self.book[name].replace(*self.moment) if self.moment else self.book[name]
        said = machine.run(script, typed=typed, check=check)
        if again:
            machine.fails(script, again)
        elif not once:
            machine.run(script, typed=typed, check=check)
        return said

    def people(self) -> None:
        """Let people read and write from now on; those who do go on."""
        if self.load and self.load.poll() is None:
            return
        inside = ["ip", "netns", "exec", self.first.net]
        command = [
            sys.executable,
            "-m",
            "tools.rehearsal.load",
            SITE,
            str(self.folder / "media/site.pem"),
            str(self.journal),
        ]
        own = Path(__file__).resolve().parents[2]
        with (self.folder / "load.log").open("ab") as log:
            self.load = subprocess.Popen([*inside, *command], cwd=own, stdout=log, stderr=log)

    def rest(self) -> None:
        """Let them end what they began; keep what was acknowledged."""
        if self.load:
            self.load.terminate()
            self.load.wait(300)
            self.load = None
        for seen in self.seen(0):
            if seen["what"] == "acknowledged":
                self.acknowledged[seen["mark"]] = seen["code"]
            if seen["what"] == "given up":
                raise Failed(f"message {seen['mark']} was never acknowledged")

    def seen(self, since: float) -> list[dict[str, Any]]:
        """Return what the people outside saw since a moment."""
        if not self.journal.exists():
            return []
        lines = [json.loads(line) for line in self.journal.read_text().splitlines() if line.endswith("}")]
        return [line for line in lines if line["at"] >= since]

    def wait_for(self, what: str, count: int = 1) -> float:
        """Wait until something was seen so often from now on; return the seconds.

        Raises:
            Failed: it was not.
        """
        began = time.monotonic()
        while len([line for line in self.seen(began) if line["what"] == what]) < count:
            if time.monotonic() > began + BACK:
                raise Failed(f"not {what} within {BACK} s: {self.seen(began)[-3:]}")
            time.sleep(0.3)
        return time.monotonic() - began

    def away(self, since: float) -> str:
        """Say what readers and writers noticed since a moment."""
        lines = self.seen(since)
        wrong = [line for line in lines if line["what"] == "read" and line["status"] not in {200, 404}]
        read = [line["seconds"] for line in lines if line["what"] == "read"]
        unclear = len({line["mark"] for line in lines if line["what"] == "unclear"})
        longest = max(read, default=0)
        return f"读 {len(read)} 次，{len(wrong)} 次不成，最慢 {longest:.1f} 秒；{unclear} 件来件重发后成功"

    def shell(self, machine: Machine, code: str) -> str:
        """Run Python in the installation of a machine."""
        (machine.root / "root/code.py").write_text(code)
        return machine.run(
            "gongkai manage shell --no-imports < /root/code.py 2>/dev/null || gongkai manage shell < /root/code.py"
        )


def sql(machine: Machine, query: str, *, quiet: bool = False) -> str:
    """Ask the database of a machine; return what it said, without blanks around it."""
    return machine.run(f'cd / && runuser -u postgres -- psql -d gongkai -XAtc "{query}"', quiet=quiet).strip()


Step = Callable[[Walk], str]


def install(walk: Walk) -> str:
    """Install on the first machine, from the bundle and the document alone."""
    walk.do(walk.first, "install")
    said = walk.do(walk.first, "init", typed=ANSWERS, again="系统管理员")
    if said.count("一次性密码") < 3:
        raise Failed(said)
    walk.do(walk.first, "backup-key")
    checked = walk.do(walk.first, "check", check=False)
    status = walk.first.run(
        f"curl -sk -o /dev/null -w '%{{http_code}}' --resolve {SITE}:443:127.0.0.1 https://{SITE}/admin/login/ || true"
    )
    return f"后台登录页 {status.strip()[-3:]}；gongkai check：{last_line(checked)}"


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return [line.strip() for line in text.splitlines() if line.strip()][-1]


def sample(walk: Walk) -> str:
    """Put the sample city in place of the empty record; people begin to read and write."""
    walk.do(walk.first, "sample", once=True)
    # As the office would: the sample's site gets the name by which it is asked here.
    walk.shell(walk.first, NAMED)
    walk.people()
    walk.wait_for("acknowledged", 3)
    walk.first.run(KEPT)
    walk.wait_for("read", 130)  # each page that the readers turn to is a file before anything is killed
    return "读者读网页，来信人写信"


def account(walk: Walk, machine: Machine | None = None) -> str:
    """Hold what was acknowledged against what stands: each message once, under its code."""
    walk.rest()
    code = f"""
import json
from collections import Counter
from gongkai.work.consultation.models import Inquiry
from gongkai.core.intake.codes import digest_of
from gongkai.core.intake.models import QueryCode
asked = json.loads({json.dumps(json.dumps(walk.acknowledged))})
titles = Counter(row.subject.reveal() if hasattr(row.subject, "reveal") else str(row.subject) for row in Inquiry.objects.all())
lost = [mark for mark in asked if not titles["演练" + mark]]
twice = [title for title, count in titles.items() if title.startswith("演练") and count > 1]
unknown = [mark for mark, code in asked.items() if not QueryCode.objects.filter(digest=digest_of(code)).exists()]
print("STANDS", json.dumps([len(asked), lost, twice, unknown]))
"""
    said = walk.shell(machine or walk.first, code)
    count, lost, twice, unknown = json.loads(said.split("STANDS ", 1)[1].splitlines()[0])
    if lost or twice or unknown or not count:
        raise Failed(f"of {count} messages lost {lost}, twice {twice}, codes unknown {unknown}")
    return f"{count} 件确认过的来件：一件不少，一件不重，查询码都在"


def killed(unit: str, where: str = "first", *, what: str = "acknowledged") -> Step:
    """Return the step that kills all processes of a unit and waits until messages are acknowledged again."""

    def step(walk: Walk) -> str:
        machine: Machine = getattr(walk, where)
        before, since = machine.run(f"systemctl show -p NRestarts --value {unit}"), time.monotonic()
        machine.run(f"systemctl kill -s KILL {unit} || true")  # NRestarts below says whether it was
        time.sleep(2)
        seconds = walk.wait_for(what) + 2
        until = time.monotonic() + BACK
        while machine.run(f"systemctl is-active {unit} || true", quiet=True).strip() != "active":
            if time.monotonic() > until:
                raise Failed(f"{unit} is not back")
            time.sleep(0.5)
        after = machine.run(f"systemctl show -p NRestarts --value {unit}")
        if after == before:
            raise Failed(f"{unit} was not killed")
        if unit == "gongkai":
            ready(machine)
        return f"{seconds:.0f} 秒后又有来件得到确认；{walk.away(since)}"

    return step


def second_machine(walk: Walk) -> str:
    """Make the second machine by the document, from nothing: what an earlier try left of it goes."""
    if (walk.second.root / "opt/gongkai").exists():
        walk.second.renew()
    # The disk for files that both machines have: here one folder of the host.
    walk.second.run("mkdir -p /srv/gongkai/files && mount --bind /srv/shared /srv/gongkai/files")
    walk.first.run(
        "systemctl stop gongkai gongkai-worker gongkai-due.timer; mountpoint -q /srv/gongkai/files"
        " || { cp -a /srv/gongkai/files/. /srv/shared/ && chown gongkai:gongkai /srv/shared"
        " && mount --bind /srv/shared /srv/gongkai/files; }; systemctl start gongkai-due.timer"
    )
    walk.do(walk.first, "allow")
    shutil.copy(walk.first.root / "root/gongkai-second.tar.gz", walk.folder / "media")
    walk.do(walk.second, "second")
    (walk.folder / "media/gongkai-second.tar.gz").unlink()
    ready(walk.second)
    return "从库在跟随，第二个程序服务器在答"


def ready(machine: Machine) -> None:
    """Wait until the server of a machine answers.

    Raises:
        Failed: it does not.
    """
    folder = "/etc/gongkai/certificates"
    script = f"""
for i in $(seq 90); do
    at=$(ss -Hltn sport = :8000 | awk '{{print $4}}' | head -n 1)
    curl -sf -o /dev/null "http://$at/readyz" && exit 0
    curl -sf -o /dev/null --cacert {folder}/machines-ca.pem --cert {folder}/machine.pem --key {folder}/machine.key "https://$at/readyz" && exit 0
    sleep 1
done
journalctl -u gongkai -n 20 --no-pager
exit 1
"""
    machine.run(script)


def withdrawn(walk: Walk) -> str:
    """Withdraw a text on each machine; readers must not see it any more."""
    said = []
    for machine in (walk.first, walk.second):
        status, cache, seconds = walk.shell(machine, WITHDRAWN).split("WITHDRAWN ", 1)[1].split()[:3]
        if status != "200" or cache != "FILE" or float(seconds) > GONE:
            raise Failed(f"withdrawn on {machine.name}: {status}, {cache} before, gone after {seconds} s")
        said.append(seconds)
    return f"在两台上各撤下一篇写成文件的，{'、'.join(said)} 秒后读者看不到"


def promoted(walk: Walk) -> str:
    """Let the primary go away for good, promote by the document."""
    if sql(walk.second, "SELECT pg_is_in_recovery()") != "t":
        raise Failed("the second machine follows nobody (any more): go on with --since behind this step")
    walk.first.run("systemctl start postgresql@15-main")
    refused = walk.second.fails(walk.book["promote"], "没有提升")
    since = time.monotonic()
    postgres = "postgresql@15-main"
    walk.first.run(f"systemctl kill -s KILL {postgres} || true; systemctl stop {postgres}; pg_lsclusters")
    time.sleep(8)
    read = walk.away(since)
    walk.do(walk.second, "promote")
    walk.do(walk.first, "point")
    seconds = walk.wait_for("acknowledged", 2)
    assert refused
    return f"主库还在时拒绝提升；主库没了以后 {read}；提升后 {seconds:.0f} 秒有来件得到确认"


def restarted(walk: Walk) -> str:
    """Start every part anew after the promotion, one after the other, and the backup."""
    for machine, units in (
        (walk.first, ("gongkai", "gongkai-worker", "pgbouncer", "nginx")),
        (walk.second, ("gongkai", "gongkai-worker", "pgbouncer", "postgresql@15-main")),
    ):
        for unit in units:
            machine.run(f"systemctl restart {unit}")
        ready(machine)
    walk.first.run(
        "systemctl start gongkai-due && systemctl start gongkai-backup && systemctl is-active gongkai-worker pgbouncer nginx"
    )
    walk.second.run("systemctl is-active gongkai-worker")
    return f"两台的每个部分都重新启动，备份成功；{walk.wait_for('acknowledged'):.0f} 秒内有来件得到确认"


def old_primary(walk: Walk) -> str:
    """Switch the old primary on again and lead PgBouncer to it: everything refuses it, and goes on when it is led back."""
    walk.first.run("systemctl start postgresql@15-main")
    walk.first.run("/opt/gongkai/deploy/pgbouncer/point.sh 127.0.0.1")
    time.sleep(15)
    said = walk.first.run("journalctl -u gongkai -u gongkai-worker --since -15s --no-pager -o cat")
    if "旧主库" not in said:
        raise Failed(f"the old primary was not refused: {said[-1500:]}")
    walk.first.fails("gongkai backup /srv/backup/never.gkb --recipient /etc/gongkai/backup.key.pub", "旧主库")
    walk.first.fails("gongkai run-due", "旧主库")
    walk.do(walk.first, "point")
    ready(walk.first)
    return f"网站、后台作业、到期工作、备份都拒绝旧主库；指回以后 {walk.wait_for('acknowledged'):.0f} 秒内恢复"


def followed_again(walk: Walk) -> str:
    """Make the old primary a replica of the new one."""
    walk.do(walk.second, "allow-again")
    walk.do(walk.first, "standby-again", once=True)
    return "旧主库重做成从库，在跟随"


def full_disk(walk: Walk) -> str:
    """Fill the disk of the database to the last byte, and give it room again."""
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


def worker_killed(walk: Walk) -> str:
    """Kill the worker in the middle of three notices that it reads; each is read once."""
    code = """
import json
from django.contrib.auth import get_user_model
from django.utils import timezone
from gongkai.ops.demo import notices
from gongkai.work.notices.importing.uploads import start_reading
from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Body, Role
chief = actor_of(get_user_model().objects.filter(person__appointments__role=Role.CHIEF).order_by("pk").first())
government, today, made = Body.objects.get(name="云岭市人民政府"), timezone.localdate(), []
for number in range(3):
    sample = notices.sample("county", today, today.year)
    sample.facts["标题"] += f"（演练第{number}次，{timezone.now():%H%M%S}）"
    made.append(getattr(start_reading(notices.word_file(sample), "通知.docx", by=chief, government=government, issuer=None), "pk"))
print("MADE", json.dumps(made))
"""
    # It stands still while they are handed in, so that it is met in the middle of the first.
    walk.first.run("systemctl kill -s STOP gongkai-worker || true")
    made = json.loads(walk.shell(walk.first, code).split("MADE ", 1)[1].splitlines()[0])
    walk.first.run("systemctl kill -s CONT gongkai-worker || true")
    states = ask_errands(walk, made)
    until = time.monotonic() + 60
    while "running" not in states and time.monotonic() < until:
        states = ask_errands(walk, made)
    if "running" not in states:
        raise Failed(f"no errand was running: {states}")
    walk.first.run("systemctl kill -s KILL gongkai-worker || true")
    until = time.monotonic() + 300
    while states != {"done": 3} and time.monotonic() < until:
        time.sleep(3)
        states = ask_errands(walk, made)
    if states != {"done": 3}:
        raise Failed(f"errands after a killed worker: {states}")
    return "读取通知时杀掉，自己重来，三份各读成一次"


def ask_errands(walk: Walk, numbers: list[int]) -> dict[str, int]:
    """Return the states of errands."""
    listed = ",".join(map(str, numbers))
    query = f"SELECT state, count(*) FROM errands_errand WHERE id IN ({listed}) GROUP BY state"
    rows = sql(walk.first, query, quiet=True)
    return {line.split("|")[0]: int(line.split("|")[1]) for line in rows.splitlines()}


def moment(walk: Walk) -> str:
    """Archive, write, delete by mistake, go back to the moment between; what was acknowledged before it stands."""
    walk.do(walk.first, "archive")
    return go_back(walk)


def moment_of_two(walk: Walk) -> str:
    """The same with the second machine: it follows the restored primary, and neither shows what is withdrawn then."""
    walk.first.run("systemctl start gongkai-base")
    said = go_back(walk, two=True)
    if sql(walk.second, "SELECT status FROM pg_stat_wal_receiver") != "streaming":
        raise Failed("the second machine does not follow the restored primary")
    return f"{said}；{withdrawn(walk)}"


def go_back(walk: Walk, *, two: bool = False) -> str:
    """Write, delete by mistake, go back to the moment between by the document; hold what was acknowledged before it against what is there."""
    walk.people()
    walk.wait_for("acknowledged", 3)
    walk.rest()
    time.sleep(2)
    at = datetime.now(timezone(timedelta(hours=8)))
    between, later = at.strftime("%Y-%m-%d %H:%M:%S+08"), at.strftime("later_%H%M%S")
    time.sleep(2)
    walk.shell(walk.first, LATER)
    walk.first.run(
        f"runuser -u postgres -- psql -d gongkai -c 'CREATE TABLE {later} (n int)' -c 'SELECT pg_switch_wal()'; sleep 3"
    )
    walk.moment = (EXAMPLE, between)
    walk.do(walk.first, "moment-rehearse", once=True)
    if two:
        walk.do(walk.second, "moment-second-stop")
    restored = walk.do(walk.first, "moment-restore", once=True)
    if "恢复后不再有的内容" not in restored:
        raise Failed(f"what was written later was not missed: {restored[-800:]}")
    if sql(walk.first, f"SELECT count(*) FROM pg_tables WHERE tablename = '{later}'") != "0":
        raise Failed("what came after the moment is there still")
    ready(walk.first)
    if two:
        walk.do(walk.second, "moment-second-again", once=True)
        ready(walk.second)
    said = account(walk)
    walk.people()
    walk.wait_for("acknowledged")
    return f"演练和恢复都成；{said}"


def keys_and_backup(walk: Walk) -> str:
    """Change the keys, restore a backup, kill the restore on its way; what was acknowledged before is there."""
    walk.rest()
    walk.first.run("gongkai keys rotate && sleep 15 && gongkai keys check")
    walk.first.fails("gongkai keys forget", "十分钟")
    walk.first.run("systemctl start gongkai-backup")
    newest = "$(ls /srv/backup/*.gkb | tail -n 1)"
    walk.shell(walk.first, LATER)
    stop = "systemctl stop gongkai gongkai-worker gongkai-due.timer"
    walk.first.run(stop)
    code = f"timeout -s KILL {{}} gongkai restore {newest} --force --key /media/backup.key"
    said = []
    for seconds in (25, 40):
        if "KILLED" not in walk.first.run(f"{code.format(seconds)} || echo KILLED"):
            break
        walk.first.run("gongkai restore --back || true")
        said.append(f"{seconds} 秒时杀掉，退回")
    walk.first.run(f"{code.format(900)} && systemctl start gongkai gongkai-worker gongkai-due.timer")
    ready(walk.first)
    there = sql(walk.first, "SELECT count(*) FROM acts_movement WHERE action = 'rehearsal.later'")
    if there != "0":
        raise Failed("what was written after the backup is there still")
    return f"换密钥后备份，{'；'.join(said)}，恢复成功；{account(walk)}"


def archive_failing(walk: Walk) -> str:
    """Take the archive away: check names it; give it back: the segments that waited are archived."""
    walk.first.run("chmod 0 /srv/archive/wal && runuser -u postgres -- psql -q -c 'SELECT pg_switch_wal()' && sleep 20")
    if "归档失败" not in walk.first.run("gongkai check || true"):
        raise Failed("check does not name the failing archive")
    walk.first.run("chmod 700 /srv/archive/wal && sleep 70")
    if "归档失败" in walk.first.run("gongkai check || true"):
        raise Failed("check still names the archive")
    return "归档写不进去时 gongkai check 指出；改好后自己补上"


def machine_gone(walk: Walk) -> str:
    """Switch the first machine off for good; the second takes its place by the document, address included."""
    walk.rest()
    time.sleep(3)
    walk.first.stop()
    host("ip", "-n", walk.first.net, "addr", "flush", "dev", "host0")
    walk.do(walk.second, "machine-gone")
    walk.second.run("ip addr replace 10.0.0.11/24 dev host0")
    ready(walk.second)
    ask = f"curl -sf -o /dev/null --cacert /media/site.pem --resolve {SITE}:443:10.0.0.11 https://{SITE}"
    walk.second.run(f"for i in $(seq 60); do {ask}/ && break; sleep 1; done; {ask}/ && {ask}/admin/login/")
    walk.second.run(
        "systemctl is-active nginx gongkai gongkai-worker gongkai-due.timer gongkai-backup.timer gongkai-base.timer"
    )
    walk.second.run("systemctl start gongkai-due && systemctl start gongkai-backup")
    checked = walk.second.run("gongkai check || true")
    if "接替" in checked or "归档" in checked:
        raise Failed(checked[-1500:])
    return f"第二台接替整台：读者、后台、定时、备份、归档都在；{account(walk, walk.second)}"


def clocks(walk: Walk) -> str:
    """Let the second server's clock be a minute behind while people write; then right again."""
    since = time.monotonic()
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    walk.second.run(
        "mkdir -p /run/systemd/system/gongkai.service.d && printf '[Service]\\nEnvironment=LD_PRELOAD="
        f"{library} FAKETIME=-60s FAKETIME_DONT_FAKE_MONOTONIC=1\\n' > /run/systemd/system/gongkai.service.d/clock.conf"
        " && systemctl daemon-reload && systemctl restart gongkai"
    )
    ready(walk.second)
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
    ready(walk.second)
    return f"第二台慢一分钟：{walk.away(since)}"


def backed_up(walk: Walk) -> str:
    """Verify the newest backup by the document."""
    walk.first.run("systemctl start gongkai-backup")
    return last_line(walk.do(walk.first, "backup-verify", once=True))


def upgraded(walk: Walk) -> str:
    """Install the next version by the document, on both machines, while people read and write."""
    since = time.monotonic()
    for old in (walk.folder / "media").glob("gongkai-*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(walk.next, walk.folder / "media", dirs_exist_ok=True)
    for machine in (walk.first, walk.second):
        walk.do(machine, "upgrade", once=True)
        ready(machine)
    versions = {machine.run("gongkai --version").strip() for machine in (walk.first, walk.second)}
    column = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'rehearsed'"
    if sql(walk.second, column) != "1":
        raise Failed("the next version's column is not there")
    walk.wait_for("acknowledged", 2)
    return f"{'、'.join(versions)}，数据表已更新；{walk.away(since)}"


def went_back(walk: Walk) -> str:
    """Go back to the version before over the newer tables."""
    since = time.monotonic()
    for machine in (walk.first, walk.second):
        walk.do(machine, "back")
        ready(machine)
    version = walk.first.run("gongkai --version").strip()
    if version in next(walk.next.glob("*.tar")).name or version.split()[-1] in next(walk.next.glob("*.tar")).name:
        raise Failed(f"still {version}")
    walk.wait_for("acknowledged", 2)
    return f"{version} 在新表上运行；{walk.away(since)}"


def verified(walk: Walk) -> str:
    """Let the record verify itself, files included."""
    walk.rest()
    return last_line(walk.first.run("gongkai audit verify --files"))


#: What is walked, in order.
STEPS: list[tuple[str, Step]] = [
    ("一台机器：安装、登记、备份钥匙、检查", install),
    ("示例城市，开始读写", sample),
    ("杀掉网站与后台", killed("gongkai")),
    ("杀掉后台作业", killed("gongkai-worker")),
    ("杀掉 PgBouncer", killed("pgbouncer")),
    ("杀掉 PostgreSQL", killed("postgresql@15-main")),
    ("杀掉 nginx", killed("nginx")),
    ("作业做到一半杀掉后台作业", worker_killed),
    ("数据库的盘满了", full_disk),
    ("核对", account),
    ("恢复到某一时刻", moment),
    ("换密钥、从备份恢复", keys_and_backup),
    ("第二台机器", second_machine),
    ("在两台上各撤下一篇", withdrawn),
    ("两台时恢复到某一时刻", moment_of_two),
    ("杀掉第二台的网站与后台", killed("gongkai", "second")),
    ("杀掉从库", killed("postgresql@15-main", "second", what="read")),
    ("两台的时钟差一分钟", clocks),
    ("主库坏了，提升从库", promoted),
    ("提升以后每个部分重新启动", restarted),
    ("旧主库又开机了", old_primary),
    ("旧主库重做成从库", followed_again),
    ("核验备份", backed_up),
    ("归档写不进去", archive_failing),
    ("升级", upgraded),
    ("退回", went_back),
    ("再次核对", account),
    ("核验流水和文件", verified),
    ("第一台整台没了", machine_gone),
]


def end_people(walk: Walk) -> None:
    """End the people outside at once."""
    if walk.load:
        walk.load.kill()


def switch_off(walk: Walk) -> None:
    """End the people outside, and both machines."""
    end_people(walk)
    for machine in (walk.first, walk.second):
        machine.stop()
        host("ip", "netns", "del", machine.net, check=False)
