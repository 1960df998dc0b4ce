"""Steps with the second machine: set up, promote, set up again, and run alone after the first has failed."""

import shutil
import time

from tools.rehearsal.machines import Failed, run_on_host
from tools.rehearsal.walk import SITE, WITHDRAWAL_SECONDS, Walk, check_messages, run_sql, wait_until_ready

#: Withdraws a cached text as its signer, and prints the seconds until readers on the other machine no longer see it.
WITHDRAW_SCRIPT = f"""
import http.client, ssl, time
from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.ui.portal.purging.purge_queue import start_purge_threads
from gongkai.content.publishing import actions
from gongkai.core.units.actors import ANONYMOUS, make_actor_of_person, in_force_q
from gongkai.core.units.models import Appointment, Role
start_purge_threads()
def ask(path):
    connection = http.client.HTTPSConnection("10.0.0.11", context=ssl._create_unverified_context(), timeout=10)
    connection.request("GET", path, headers={{"Host": "{SITE}"}})
    answer = connection.getresponse()
    return answer.status, answer.headers["X-Cache"]
signers = {{one.body_id: one.person for one in Appointment.objects.filter(in_force_q(), role=Role.SIGNER)}}
shown = shelf_visible_to(ANONYMOUS).filter(column=None, website__is_default=True, document__body__in=signers)
row = shown.order_by("-published_at")[3]
seen = [ask(row.path) for _ in range(5)]
document = Document.objects.get(pk=row.document_id)
actions.withdraw(document, by=make_actor_of_person(signers[document.body_id]), reason="演练")
began = time.monotonic()
while ask(row.path)[0] == 200 and time.monotonic() < began + 60:
    time.sleep(0.05)
print("WITHDRAWN", *seen[-1], round(time.monotonic() - began, 1), flush=True)
"""


def share_files(walk: Walk) -> None:
    """Move the files of the first machine to a disk shared by both machines (here a folder of the host), and mount it in their place."""
    walk.first.run(
        "systemctl stop gongkai gongkai-worker gongkai-due.timer; mountpoint -q /srv/gongkai/files"
        " || { cp -a /srv/gongkai/files/. /srv/shared/ && chown gongkai:gongkai /srv/shared"
        " && mount --bind /srv/shared /srv/gongkai/files; }; systemctl start gongkai gongkai-worker gongkai-due.timer"
    )
    wait_until_ready(walk.first)


def set_up_second_machine(walk: Walk) -> str:
    """Set up the second machine as documented, from nothing: remains of an earlier attempt are deleted."""
    if (walk.second.root / "opt/gongkai").exists():
        walk.second.renew()
    walk.second.run("mkdir -p /srv/gongkai/files && mount --bind /srv/shared /srv/gongkai/files")
    share_files(walk)
    walk.do(walk.first, "allow")
    shutil.copy(walk.first.root / "root/gongkai-second.tar.gz", walk.folder / "media")
    walk.do(walk.second, "second")
    if (walk.folder / "media/gongkai-second.tar.gz").exists():
        raise Failed("all passwords are still in /media")
    wait_until_ready(walk.second)
    return "从库在跟随，第二个程序服务器在答"


def change_keys(walk: Walk) -> str:
    """Change the keys while both machines serve; old keys are kept until each has the new ones, and each machine
    decrypts what the other wrote.
    """
    walk.people()
    walk.wait_for("acknowledged", 2)
    walk.first.run("gongkai keys rotate")
    walk.wait_for("acknowledged", 6)
    for machine in (walk.first, walk.second):
        said = machine.run("gongkai keys check")
        if (
            said.count("已启用第") != 2
            or len({line.split("已启用")[1] for line in said.splitlines() if "已启用" in line}) > 1
        ):
            raise Failed(f"keys on {machine.name}: {said}")
    walk.first.fails("gongkai keys forget", "十分钟")
    walk.second.run("systemctl stop gongkai gongkai-worker")
    walk.first.run("gongkai keys rotate")
    walk.first.fails("gongkai keys forget", "还没有启用新密钥")
    walk.second.run("systemctl start gongkai gongkai-worker")
    wait_until_ready(walk.second)
    check_messages(walk, walk.second)
    said = check_messages(walk)
    walk.people()
    return f"两台都在答时换两次：没有启用的一台在，旧密钥去不掉；{said}"


def withdraw_texts(walk: Walk) -> str:
    """Withdraw a text on each machine; readers must no longer see it."""
    said = []
    for machine in (walk.first, walk.second):
        status, cache, seconds = walk.shell(machine, WITHDRAW_SCRIPT).split("WITHDRAWN ", 1)[1].split()[:3]
        if status != "200" or cache != "FILE" or float(seconds) > WITHDRAWAL_SECONDS:
            raise Failed(f"withdrawn on {machine.name}: {status}, {cache} before, gone after {seconds} s")
        said.append(seconds)
    return f"在两台上各撤下一篇写成文件的，{'、'.join(said)} 秒后读者看不到"


def promote_replica(walk: Walk) -> str:
    """Switch off the primary permanently, promote the replica as documented."""
    if run_sql(walk.second, "SELECT pg_is_in_recovery()") != "t":
        raise Failed("the second machine is not a replica (any more): continue with --since after this step")
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


def restart_services(walk: Walk) -> str:
    """Restart every service after the promotion, one after the other, and run the backup."""
    for machine, units in (
        (walk.first, ("gongkai", "gongkai-worker", "pgbouncer", "nginx")),
        (walk.second, ("gongkai", "gongkai-worker", "pgbouncer", "postgresql@15-main")),
    ):
        for unit in units:
            machine.run(f"systemctl restart {unit}")
        wait_until_ready(machine)
    walk.first.run(
        "systemctl start gongkai-due && systemctl start gongkai-backup && systemctl is-active gongkai-worker pgbouncer nginx"
    )
    walk.second.run("systemctl is-active gongkai-worker")
    return f"两台的每个部分都重新启动，备份成功；{walk.wait_for('acknowledged'):.0f} 秒内有来件得到确认"


def start_old_primary(walk: Walk) -> str:
    """Start the old primary again and point PgBouncer to it: everything refuses it, and recovers when PgBouncer points back."""
    walk.first.run("systemctl start postgresql@15-main")
    walk.first.run("/opt/gongkai/deploy/pgbouncer/point.sh 127.0.0.1")
    time.sleep(15)
    said = walk.first.run("journalctl -u gongkai -u gongkai-worker --since -15s --no-pager -o cat")
    if "旧主库" not in said:
        raise Failed(f"the old primary was not refused: {said[-1500:]}")
    walk.first.fails("gongkai backup /srv/backup/never.gkb --recipient /etc/gongkai/backup.key.pub", "旧主库")
    walk.first.fails("gongkai run-due", "旧主库")
    walk.do(walk.first, "point")
    wait_until_ready(walk.first)
    return f"网站、后台作业、到期工作、备份都拒绝旧主库；指回以后 {walk.wait_for('acknowledged'):.0f} 秒内恢复"


def follow_new_primary(walk: Walk) -> str:
    """Make the old primary a replica of the new one."""
    walk.do(walk.second, "allow-again")
    walk.second.fails("/opt/gongkai/deploy/postgresql/standby.sh --again 10.0.0.12", "正在用它")  # on the wrong machine
    walk.do(walk.first, "standby-again")
    return "现在的主库拒绝重做，旧主库重做成从库，在跟随"


def lose_first_machine(walk: Walk) -> str:
    """Switch the first machine off permanently; the second takes over as documented, address included."""
    walk.rest()
    time.sleep(3)
    walk.first.stop()
    run_on_host("ip", "-n", walk.first.net, "addr", "flush", "dev", "host0")
    walk.do(walk.second, "machine-gone")
    walk.second.run("ip addr replace 10.0.0.11/24 dev host0")
    wait_until_ready(walk.second)
    ask = f"curl -sf -o /dev/null --cacert /media/site.pem --resolve {SITE}:443:10.0.0.11 https://{SITE}"
    walk.second.run(f"for i in $(seq 60); do {ask}/ && break; sleep 1; done; {ask}/ && {ask}/admin/login/")
    walk.second.run(
        "systemctl is-active nginx gongkai gongkai-worker gongkai-due.timer gongkai-backup.timer gongkai-base.timer"
    )
    walk.second.run("systemctl start gongkai-due && systemctl start gongkai-backup")
    checked = walk.second.run("gongkai check || true")
    if "接替" in checked or "归档" in checked:
        raise Failed(checked[-1500:])
    return f"第二台接替整台：读者、后台、定时、备份、归档都在；{check_messages(walk, walk.second)}"
