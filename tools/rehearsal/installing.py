"""Steps that install, back up, upgrade and go back to the previous version."""

import shutil
import time

from tools.rehearsal.machines import Failed
from tools.rehearsal.walk import SITE, WAIT_FOR_CACHE_SCRIPT, Walk, last_line, run_sql, wait_until_ready

#: Answers to the questions of `gongkai init`.
ANSWERS = "\n".join(
    ["演练县人民政府", "县级", "演练县人民政府办公室", "甲一", "jiayi", "乙二", "yier", "丙三", "bingsan", ""]
)
#: The document's example of a previous version.
VERSION_EXAMPLE = "version.sh 0.1.0"
#: Sets the host name of the default site to the one requested here.
SET_HOST_SCRIPT = f"""
from gongkai.content.editions.models import Website
from gongkai.content.publishing.actions.sites import change_website
from gongkai.core.units.actors import SYSTEM
change_website(Website.objects.get(is_default=True), by=SYSTEM, host="{SITE}")
"""


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


def install_sample(walk: Walk) -> str:
    """Replace the empty database by the sample city; people begin to read and write."""
    walk.do(walk.first, "sample", once=True)
    # An office would set the host name, too.
    walk.shell(walk.first, SET_HOST_SCRIPT)
    walk.people()
    walk.wait_for("acknowledged", 3)
    walk.first.run(WAIT_FOR_CACHE_SCRIPT)
    walk.wait_for("read", 130)  # each page that the readers request is cached before anything is killed
    return "读者读网页，来信人写信"


def verify_backup(walk: Walk) -> str:
    """Verify the newest backup as documented."""
    walk.first.run("systemctl start gongkai-backup")
    return last_line(walk.do(walk.first, "backup-verify", once=True))


def upgrade(walk: Walk) -> str:
    """Install the next version as documented, on both machines, while people read and write."""
    since = time.monotonic()
    walk.examples[VERSION_EXAMPLE] = f"version.sh {walk.first.run('gongkai --version').split()[-1]}"
    for old in (walk.folder / "media").glob("gongkai-*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(walk.next, walk.folder / "media", dirs_exist_ok=True)
    for machine in (walk.first, walk.second):
        walk.do(machine, "upgrade")
        wait_until_ready(machine)
    versions = {machine.run("gongkai --version").strip() for machine in (walk.first, walk.second)}
    column = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'rehearsed'"
    if run_sql(walk.second, column) != "1":
        raise Failed("the next version's column is missing")
    walk.wait_for("acknowledged", 2)
    return f"{'、'.join(versions)}，数据表已更新；{walk.away(since)}"


def downgrade(walk: Walk) -> str:
    """Go back to the previous version with the newer tables."""
    since = time.monotonic()
    for machine in (walk.first, walk.second):
        if VERSION_EXAMPLE not in walk.book["back"]:
            raise Failed(f"the document's example is not “{VERSION_EXAMPLE}”")
        walk.do(machine, "back")
        wait_until_ready(machine)
    version = walk.first.run("gongkai --version").strip()
    if version in next(walk.next.glob("*.tar")).name or version.split()[-1] in next(walk.next.glob("*.tar")).name:
        raise Failed(f"still {version}")
    walk.wait_for("acknowledged", 2)
    return f"{version} 在新表上运行；{walk.away(since)}"


def verify_log(walk: Walk) -> str:
    """Verify the log and the files with `gongkai audit verify`."""
    walk.rest()
    return last_line(walk.first.run("gongkai audit verify --files"))
