"""The steps of the rehearsal: each acts as an operator does, by the document's blocks, and checks the promised results."""

from tools.rehearsal.failing import clocks, full_disk, killed, other_disks_full, store_away, worker_killed
from tools.rehearsal.installing import backed_up, install, sample, upgraded, verified, went_back
from tools.rehearsal.machines import host
from tools.rehearsal.restoring import keys_and_backup, moment, moment_of_two
from tools.rehearsal.second import (
    followed_again,
    keys_of_two,
    machine_gone,
    old_primary,
    promoted,
    restarted,
    second_machine,
    withdrawn,
)
from tools.rehearsal.walk import Step, Walk, account

#: All steps, in order.
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
    ("备份、归档、网页的盘各满一次", other_disks_full),
    ("文件放对象存储，存储不答", store_away),
    ("第二台机器", second_machine),
    ("在两台上各撤下一篇", withdrawn),
    ("两台时换密钥", keys_of_two),
    ("两台时恢复到某一时刻", moment_of_two),
    ("杀掉第二台的网站与后台", killed("gongkai", "second")),
    ("杀掉从库", killed("postgresql@15-main", "second", what="read")),
    ("两台的时钟差一分钟", clocks),
    ("主库坏了，提升从库", promoted),
    ("提升以后每个部分重新启动", restarted),
    ("旧主库又开机了", old_primary),
    ("旧主库重做成从库", followed_again),
    ("核验备份", backed_up),
    ("升级", upgraded),
    ("退回", went_back),
    ("再次核对", account),
    ("核验流水和文件", verified),
    ("第一台整台没了", machine_gone),
]


def end_people(walk: Walk) -> None:
    """Stop the simulated people immediately."""
    if walk.load:
        walk.load.kill()


def switch_off(walk: Walk) -> None:
    """Stop the simulated people and both machines."""
    end_people(walk)
    for machine in (walk.first, walk.second):
        machine.stop()
        host("ip", "netns", "del", machine.net, check=False)
