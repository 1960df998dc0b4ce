"""`gongkai serve`: the server, and beside it the due work and the workers of errands."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from gongkai.cli.django import on_the_primary, start

#: Seconds between two looks at what is due. The jobs may be missed or repeated; this is only how soon they come.
PAUSE = 60
#: prctl(2): which signal a process gets when its parent ends.
PR_SET_PDEATHSIG = 1
#: Seconds that the server waits for its workers when it is told to stop: one that just starts does not hear of it, and would keep the port.
KILLED_AFTER = "15"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="进程数")
@click.option("--no-jobs", is_flag=True, help="不执行到期工作（另有定时器运行 gongkai run-due 时）")
@click.option(
    "--no-second-factor", is_flag=True, help="审核、签发和管理岗位登录时不要求第二重验证（后台会注明）"
)
def serve(host: str, port: int, workers: int, no_jobs: bool, no_second_factor: bool) -> None:
    """启动网站与后台；同时执行到期工作（亮灯、催办、发送）。"""
    _free(host, port)
    if no_second_factor:
        os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    start(ready=False)
    from gongkai.upkeep.migrating import migrate

    click.echo("正在检查数据库，首次启动约需一分钟……")
    on_the_primary()
    if words := migrate():
        click.echo(f"注意：{words}")
    _say_what_to_mend()
    _welcome(host, port)
    run(host, port, workers, jobs=not no_jobs)


def _say_what_to_mend() -> None:
    """Say how much `gongkai check` finds, and at once where other accounts of this machine may read what is stored."""
    from gongkai.upkeep.examining import findings

    found = findings()
    for finding in found:
        if finding.name == "open_files":
            click.echo(f"注意：{finding.words}，请{finding.mend}")
    if grave := sum(finding.grave for finding in found):
        click.echo(f"设置和现状有{grave}项缺失或不安全，运行 gongkai check 逐项查看。")


def _welcome(host: str, port: int) -> None:
    """Say where it is, and what a fresh installation lacks: nobody can sign in yet."""
    from gongkai.units.models import Appointment, Role

    click.echo(f"公开网站  http://{host}:{port}/\n工作后台  http://{host}:{port}/admin/")
    if not Appointment.objects.filter(role=Role.ADMINISTRATOR).exists():
        click.echo("还没有系统管理员，无人可以登录：请另开窗口运行 gongkai init")
    _keys()
    click.echo("按 Ctrl+C 停止。")


def _keys() -> None:
    """Make the keys of personal data at the first start; say at once where they are gone, not when somebody sends a form."""
    from gongkai.vault.keys import KeyRingError, key_ring

    try:
        key_ring()
    except KeyRingError as error:
        click.echo(f"注意：{error}。在此之前，公众表单不能提交，个人信息不能查看。")


def run(host: str, port: int, workers: int = 1, *, jobs: bool = True) -> None:
    """Run the server as a child and the jobs here, until either is told to stop."""
    from django.conf import settings

    from gongkai.background_jobs.worker import Workers
    from gongkai.portal.purging import threads
    from gongkai.upkeep import primary

    _free(host, port)
    Path(settings.STATIC_ROOT).mkdir(
        parents=True, exist_ok=True
    )  # the server warns of a folder that is not there
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += [
        "--workers-kill-timeout",
        KILLED_AFTER,
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "warning",
    ]
    command += ["gongkai.config.wsgi:application"]
    child = subprocess.Popen(command, env=os.environ.copy(), preexec_fn=_ends_with_its_parent())  # noqa: S603, PLW1509 - no thread runs yet
    stop = threading.Event()
    refused: list[str] = []

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        child.terminate()

    def refuse(words: str) -> None:
        refused.append(words)
        child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=primary.watch, args=(stop, refuse), name="primary", daemon=True).start()
    if jobs:
        threading.Thread(target=_work, args=(stop,), daemon=True).start()
    errands = None if settings.GONGKAI_WORKER == "database" else Workers()
    if errands:
        errands.begin()
        threads.begin(watch=True)
    code = child.wait()
    stop.set()
    if refused:
        raise click.ClickException(refused[0])
    if errands:
        errands.end()
        errands.release()
    if code not in {0, -signal.SIGTERM, -signal.SIGINT}:
        raise click.ClickException(f"服务器没有启动成功（退出码 {code}）：请检查 {host}:{port} 是否已被占用")


def _ends_with_its_parent() -> Callable[[], None] | None:
    """Return what a child does first so that it is told to stop when this process is killed, and leaves the port; only Linux knows such a thing."""
    if not sys.platform.startswith("linux"):
        return None
    own, told = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def begin() -> None:
        own(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != told:  # killed in between
            os._exit(1)

    return begin


def _free(host: str, port: int) -> None:
    """See that the address can be listened on.

    Raises:
        ClickException: it is no address of this machine, is taken, or must not be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"不能监听 {host}:{port}（{error}）：请换一个地址或端口") from error


def _work(stop: threading.Event) -> None:
    """Do what is due, again and again; a failure is logged and the next round goes on."""
    import logging

    from django.db import close_old_connections

    from gongkai.ledger.jobs import run_due

    while not stop.wait(PAUSE):
        try:
            run_due()
        except Exception:
            logging.getLogger("gongkai.jobs").exception("到期工作未完成，下一轮继续")
        finally:
            close_old_connections()
