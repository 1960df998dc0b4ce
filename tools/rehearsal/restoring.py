"""Steps that restore: to a point in time, with the second machine, from a backup under new keys."""

import time
from datetime import datetime, timedelta, timezone

from tools.rehearsal.machines import Failed
from tools.rehearsal.second import share_files, withdraw_texts
from tools.rehearsal.walk import Walk, check_messages, run_sql, wait_until_ready

#: The document's example of a point in time.
MOMENT_EXAMPLE = "2026-11-22 10:15:00+08"
#: The documented restore of the newest backup.
RESTORE = 'gongkai restore "$(ls /srv/backup/*.gkb | tail -n 1)" --force --key /media/backup.key'
#: Writes an action that the restore to a point in time must leave out and report.
LATER_SCRIPT = """
from django.db import transaction
from gongkai.core.acts.chain import append_record
from gongkai.core.units.actors import SYSTEM
with transaction.atomic():
    append_record("rehearsal/1", action="rehearsal.later", by=SYSTEM)
"""


def restore_moment(walk: Walk) -> str:
    """Archive, write, delete by mistake, restore the moment in between; earlier acknowledged messages must exist."""
    walk.do(walk.first, "archive")
    return go_back(walk)


def restore_moment_of_two(walk: Walk) -> str:
    """Do the same with the second machine: it follows the restored primary, and neither serves what was withdrawn then."""
    walk.first.run("systemctl start gongkai-base")
    said = go_back(walk, two=True)
    if run_sql(walk.second, "SELECT status FROM pg_stat_wal_receiver") != "streaming":
        raise Failed("the second machine does not follow the restored primary")
    return f"{said}；{withdraw_texts(walk)}"


def go_back(walk: Walk, *, two: bool = False) -> str:
    """Write, delete by mistake, restore the moment in between as documented; compare the acknowledged messages with the database."""
    walk.people()
    walk.wait_for("acknowledged", 3)
    walk.rest()
    time.sleep(2)
    at = datetime.now(timezone(timedelta(hours=8)))
    between, later = at.strftime("%Y-%m-%d %H:%M:%S+08"), at.strftime("later_%H%M%S")
    time.sleep(2)
    walk.shell(walk.first, LATER_SCRIPT)
    walk.first.run(
        f"runuser -u postgres -- psql -d gongkai -c 'CREATE TABLE {later} (n int)' -c 'SELECT pg_switch_wal()'; sleep 3"
    )
    walk.examples[MOMENT_EXAMPLE] = between
    walk.do(walk.first, "moment-rehearse", once=True)
    if two:
        walk.do(walk.second, "moment-second-stop")
    restored = walk.do(walk.first, "moment-restore", once=True)
    if "恢复后不再有的内容" not in restored:
        raise Failed(f"the restore does not report what was written later: {restored[-800:]}")
    if run_sql(walk.first, f"SELECT count(*) FROM pg_tables WHERE tablename = '{later}'") != "0":
        raise Failed("changes after the restored moment still exist")
    wait_until_ready(walk.first)
    if two:
        walk.do(walk.second, "moment-second-again")
        wait_until_ready(walk.second)
    said = check_messages(walk)
    walk.people()
    walk.wait_for("acknowledged")
    return f"演练和恢复都成；{said}"


def restore_backup_under_new_keys(walk: Walk) -> str:
    """Change the keys, restore a backup onto the shared disk, kill the restore while it replaces the database: go back
    once, go on once; acknowledged messages must exist.
    """
    walk.rest()
    share_files(walk)
    walk.first.run("gongkai keys rotate && sleep 15 && gongkai keys check")
    walk.first.fails("gongkai keys forget", "十分钟")
    walk.first.run("systemctl start gongkai-backup")
    walk.shell(walk.first, LATER_SCRIPT)
    walk.first.fails(RESTORE, "还有程序在用")
    walk.first.run("systemctl stop gongkai gongkai-worker gongkai-due.timer")
    kill_restore(walk)
    walk.first.run("gongkai restore --back")
    if count_later_actions(walk) != "1":
        raise Failed("the restore was undone, but changes after the backup are missing")
    kill_restore(walk)
    walk.first.run("gongkai restore --resume && systemctl start gongkai gongkai-worker gongkai-due.timer")
    wait_until_ready(walk.first)
    if count_later_actions(walk) != "0":
        raise Failed("changes after the backup still exist")
    if "从未备份" in (checked := walk.first.run("gongkai check || true")):
        raise Failed(f"the restored backup is unknown: {checked[-1500:]}")
    return f"换密钥，恢复到共享盘：程序在用时拒绝，换数据库时杀掉两次，一次退回，一次接着做成；{check_messages(walk)}"


def count_later_actions(walk: Walk) -> str:
    """Return how often the log has the action written after the backup."""
    return run_sql(walk.first, "SELECT count(*) FROM acts_movement WHERE action = 'rehearsal.later'")


def kill_restore(walk: Walk) -> None:
    """Restore the newest backup, and kill the restore while it replaces the database; the application must not start then."""
    state = "/srv/gongkai/files/.restore/state.json"
    walk.first.run(f"""
systemctl reset-failed restoring 2>/dev/null || true
systemd-run -q --unit=restoring {RESTORE}
until grep -q '"step": "database"' {state} 2>/dev/null; do systemctl is-active -q restoring; sleep 0.05; done
sleep 0.5; systemctl kill -s KILL restoring; sleep 1
grep '"step": "database"' {state}
""")
    walk.first.fails("gongkai run-due", "没有做完")
