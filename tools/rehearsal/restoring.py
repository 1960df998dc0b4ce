"""Steps that restore: to a moment, with the second machine, from a backup under new keys."""

import time
from datetime import datetime, timedelta, timezone

from tools.rehearsal.machines import Failed
from tools.rehearsal.second import withdrawn
from tools.rehearsal.walk import Walk, account, ready, sql

#: The moment that the document gives as an example.
EXAMPLE = "2026-11-22 10:15:00+08"
#: Writes what the restore to a moment leaves out, and must name.
LATER = """
from django.db import transaction
from gongkai.core.acts.chain import append
from gongkai.core.units.actors import SYSTEM
with transaction.atomic():
    append("rehearsal/1", action="rehearsal.later", by=SYSTEM)
"""


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
