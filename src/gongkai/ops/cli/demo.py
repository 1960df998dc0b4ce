"""`gongkai demo`: create the sample city once and serve it."""

import os
import shutil
from pathlib import Path

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.serving_lock import lock_file, lock_served, refuse_if_served
from gongkai.ops.upkeep import table_stamp

#: File that marks a data folder as that of the sample city, so that it may be reset.
SAMPLE_DATA_MARK_FILE = "这是示例数据.txt"
DATABASE_FILE_NAME = "gongkai.sqlite3"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--reset", is_flag=True, help="清除示例数据，重新生成")
@click.option("--no-serve", is_flag=True, help="只生成数据，不启动服务")
@click.option("--full", is_flag=True, help="生成完整数据：全部单位，两年经过，约需几分钟")
def demo(port: int, reset: bool, no_serve: bool, full: bool) -> None:
    """建立云岭市（虚构）示例数据并启动；已有示例数据的，保留原样。"""
    folder = Path(os.environ.get("GONGKAI_DATA", "data"))
    refuse_if_served(folder / DATABASE_FILE_NAME)
    if reset and os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise click.ClickException("--reset 只清除文件夹里的示例；PostgreSQL 的照 docs/deploying.md 的“示例城市”重做")
    if reset:
        _delete_sample(folder)
    elif is_in_use(folder) and not (folder / SAMPLE_DATA_MARK_FILE).exists():
        raise click.ClickException(f"文件夹 {folder} 里已有非示例的数据：请换一个文件夹（DATA=…）再运行示例")
    # The logins of the sample are printed with their passwords, so a second factor would protect nothing.
    os.environ.setdefault("GONGKAI_SECOND_FACTOR", "off")
    # The sample may inspect its own site, and its mails link to it.
    os.environ.setdefault("GONGKAI_BASE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("GONGKAI_INSPECT_HOSTS", f"127.0.0.1:{port}")
    start_django(ready=False)
    lock_served(None if no_serve else port)
    from gongkai.ops.cli.serve import ServerProcess, run_server

    server = None if no_serve else ServerProcess("127.0.0.1", port)
    from gongkai.ops.demo import database_tables, inspections

    database_tables.migrate_sample()
    (folder / SAMPLE_DATA_MARK_FILE).write_text(
        "本文件夹是“云岭市”示例数据，可以用 make demo-reset 清除重建。\n", encoding="utf-8"
    )
    from gongkai.ops.demo.build import build_city, is_built, list_logins

    if not is_built():
        click.echo(f"正在生成云岭市示例数据，约需{'几分钟' if full else '一分钟'}……")
        build_city(progress=lambda text: click.echo(f"  {text}"), small=not full)
    inspections.register_own_site(port)
    _print_accounts(port, list_logins())
    if server:
        run_server(server)


def is_in_use(folder: Path) -> bool:
    """Return True if a data folder has files besides the secret key, the table stamp and the lock."""
    remaining = {"secret_key", table_stamp.STAMP_FILE_NAME, lock_file(folder / DATABASE_FILE_NAME).name}
    return folder.is_dir() and any(path.name not in remaining for path in folder.iterdir())


def _delete_sample(folder: Path) -> None:
    """Delete the whole folder of the sample; nothing if it is not in use; ClickException if it lacks the mark."""
    if not is_in_use(folder):
        return
    if not (folder / SAMPLE_DATA_MARK_FILE).exists():
        raise click.ClickException(f"文件夹 {folder} 不是示例数据，未作改动；要清除请自行处理")
    shutil.rmtree(folder)


def _print_accounts(port: int, rows: list[tuple[str, str, str]]) -> None:
    """Print the addresses and sign-in accounts of the sample city."""
    click.echo(f"\n公开网站  http://127.0.0.1:{port}/\n工作后台  http://127.0.0.1:{port}/admin/\n")
    click.echo("登录账号（密码写在账号后面，仅供示例）：")
    for role, username, password in rows:
        click.echo(f"  {username:<12} {password:<16} {role}")
    click.echo("\n按 Ctrl+C 停止。再次运行会保留数据；make demo-reset 重新开始。")
