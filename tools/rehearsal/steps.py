"""The steps of the rehearsal: each acts as an operator does, by the document's blocks, and checks the promised results."""

from tools.rehearsal.failing import (
    change_clock,
    fill_database_disk,
    fill_other_disks,
    kill_unit,
    kill_worker,
    stop_object_store,
)
from tools.rehearsal.installing import downgrade, install, install_sample, upgrade, verify_backup, verify_log
from tools.rehearsal.machines import run_on_host
from tools.rehearsal.restoring import restore_backup_under_new_keys, restore_moment, restore_moment_of_two
from tools.rehearsal.second import (
    change_keys,
    follow_new_primary,
    lose_first_machine,
    promote_replica,
    restart_services,
    set_up_second_machine,
    start_old_primary,
    withdraw_texts,
)
from tools.rehearsal.walk import Step, Walk, check_messages

#: All steps, in order.
STEPS: list[tuple[str, Step]] = [
    ("一台机器：安装、登记、备份钥匙、检查", install),
    ("示例城市，开始读写", install_sample),
    ("杀掉网站与后台", kill_unit("gongkai")),
    ("杀掉后台作业", kill_unit("gongkai-worker")),
    ("杀掉 PgBouncer", kill_unit("pgbouncer")),
    ("杀掉 PostgreSQL", kill_unit("postgresql@15-main")),
    ("杀掉 nginx", kill_unit("nginx")),
    ("作业做到一半杀掉后台作业", kill_worker),
    ("数据库的盘满了", fill_database_disk),
    ("核对", check_messages),
    ("恢复到某一时刻", restore_moment),
    ("换密钥、从备份恢复", restore_backup_under_new_keys),
    ("备份、归档、网页的盘各满一次", fill_other_disks),
    ("文件放对象存储，存储不答", stop_object_store),
    ("第二台机器", set_up_second_machine),
    ("在两台上各撤下一篇", withdraw_texts),
    ("两台时换密钥", change_keys),
    ("两台时恢复到某一时刻", restore_moment_of_two),
    ("杀掉第二台的网站与后台", kill_unit("gongkai", "second")),
    ("杀掉从库", kill_unit("postgresql@15-main", "second", what="read")),
    ("两台的时钟差一分钟", change_clock),
    ("主库坏了，提升从库", promote_replica),
    ("提升以后每个部分重新启动", restart_services),
    ("旧主库又开机了", start_old_primary),
    ("旧主库重做成从库", follow_new_primary),
    ("核验备份", verify_backup),
    ("升级", upgrade),
    ("退回", downgrade),
    ("再次核对", check_messages),
    ("核验流水和文件", verify_log),
    ("第一台整台没了", lose_first_machine),
]


def stop_people(walk: Walk) -> None:
    """Stop the simulated people immediately."""
    if walk.load:
        walk.load.kill()


def switch_off(walk: Walk) -> None:
    """Stop the simulated people and both machines."""
    stop_people(walk)
    for machine in (walk.first, walk.second):
        machine.stop()
        run_on_host("ip", "netns", "del", machine.net, check=False)
