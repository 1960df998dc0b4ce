"""`gongkai serve`: run the web server, the due jobs and the task workers.

The server process is forked after the program is loaded and before anything else runs. Its processes share
the loaded program in memory, and a worker need not load it again. It listens after a call of `ServerProcess.listen`.
"""

import atexit
import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.ops.cli.django import require_primary, start_django
from gongkai.ops.cli.serving_lock import lock_served, make_first_signal_handler

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Interval of the due jobs, which only limits their delay.
JOB_INTERVAL_SECONDS = 60
#: Option of prctl(2): the signal that a process gets when its parent ends.
PR_SET_PDEATHSIG = 1
# Seconds that a stopping server waits for its workers; a worker that is just starting may miss the signal.
WORKER_END_TIMEOUT_SECONDS = 15
# Seconds after which the findings on the settings are printed: they would slow down the first answers.
FINDINGS_DELAY_SECONDS = 5.0
# Number of requests that a worker answers at a time.
THREADS_PER_WORKER = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="进程数")
@click.option("--no-jobs", is_flag=True, help="不执行到期工作（另有定时器运行 gongkai run-due 时）")
@click.option(
    "--certificates",
    type=click.Path(file_okay=False, path_type=Path),
    help="监听地址不是本机回环、这个目录里有 machine.pem 的：只答有同一 CA 的证书的一方（TLS）",
)
@click.option("--no-second-factor", is_flag=True, help="审核、签发和管理岗位登录时不要求第二重验证（后台会注明）")
def serve(host: str, port: int, workers: int, no_jobs: bool, certificates: Path | None, no_second_factor: bool) -> None:
    """启动网站与后台；同时执行到期工作（亮灯、催办、发送）。"""
    _require_free_address(host, port)
    if no_second_factor:
        os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    start_django(ready=False)
    lock_served(port)
    server = ServerProcess(host, port, workers, _find_certificate_folder(host, certificates))
    from gongkai.ops.upkeep.migrating import migrate_database

    click.echo("正在检查数据库，首次启动约需一分钟……")
    require_primary()
    if text := migrate_database():
        click.echo(f"注意：{text}")
    _print_addresses(host, port)
    run_server(server, jobs=not no_jobs)


def _find_certificate_folder(host: str, folder: Path | None) -> Path | None:
    """Return the folder if the host is no loopback address and its `machine.pem` exists, else None."""
    if folder is None or host in {"127.0.0.1", "::1", "localhost"} or not (folder / "machine.pem").exists():
        return None
    return folder


def _print_grave_findings() -> None:
    """Print the finding on too few open files, if any, and how many settings are missing or unsafe."""
    from gongkai.ops.upkeep.all_findings import collect_findings

    findings = collect_findings()
    for finding in findings:
        if finding.name == "open_files":
            click.echo(f"注意：{finding.words}，请{finding.mend}")
    if grave := sum(finding.grave for finding in findings):
        click.echo(f"设置和现状有{grave}项缺失或不安全，运行 gongkai check 逐项查看。")


def _print_addresses(host: str, port: int) -> None:
    """Print the addresses of the site and the office, whether an administrator is lacking, and faults of the key ring."""
    from gongkai.core.units.models import Appointment, Role

    click.echo(f"公开网站  http://{host}:{port}/\n工作后台  http://{host}:{port}/admin/")
    if not Appointment.objects.filter(role=Role.ADMINISTRATOR).exists():
        click.echo("还没有系统管理员，无人可以登录：请另开窗口运行 gongkai init")
    _warn_of_key_fault()
    click.echo("按 Ctrl+C 停止。")


def _warn_of_key_fault() -> None:
    from gongkai.core.vault.servers import confirm_ring

    if trouble := confirm_ring():
        click.echo(f"注意：{trouble}。在此之前，公众表单不能提交，个人信息不能查看。")


class ServerProcess:
    """The process that will accept connections, forked (on macOS: spawned) before this process starts threads."""

    def __init__(self, host: str, port: int, workers: int = 1, certificates: Path | None = None) -> None:
        self.host, self.port = host, port
        if sys.platform == "linux":
            preload_program(shared=workers > 1)
            process_context = multiprocessing.get_context("fork")
        else:  # On macOS a forked process may not use the system libraries that its parent loaded: it loads the program again.
            process_context = multiprocessing.get_context("spawn")
        connection, self._told = process_context.Pipe(duplex=False)
        self.process = process_context.Process(
            target=_run_server_process, args=(connection, self._told, host, port, workers, certificates)
        )
        self.process.start()
        connection.close()
        atexit.register(self._told.close)  # A server whose parent ends before the signal to listen ends too.

    def listen(self) -> None:
        """Make the server listen."""
        self._told.send(os.getpid())

    def end(self) -> None:
        """Make the server stop."""
        self.process.terminate()

    def wait(self) -> int:
        """Wait for the server to end; return its exit code (negative: the signal)."""
        self.process.join()
        return self.process.exitcode or 0


def preload_program(*, shared: bool = True) -> None:
    """Load what every worker needs, close connections, and freeze objects for garbage collection, to share memory.

    Args:
        shared: load also what is not needed for the first answer. A single worker loads it after that answer.
    """
    import gc

    from django.db import connections
    from django.urls import get_resolver
    from django.utils.module_loading import import_string

    gc.disable()
    _ = get_resolver().url_patterns
    if shared:
        # A dotted path, as with the WSGI application: apps of one layer do not import each other.
        import_string("gongkai.ops.config.warming.preload_program")()
    connections.close_all()
    gc.freeze()
    gc.enable()


def _run_server_process(
    start_pipe: "Connection", report_pipe: "Connection", host: str, port: int, workers: int, certificates: Path | None
) -> None:
    """Run the web server in this process until its parent ends; start once the parent has sent its process id on `start_pipe`."""
    report_pipe.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        parent = start_pipe.recv()
    except EOFError:
        return
    _end_with_parent(parent, signal.SIGTERM)
    end_workers_with_parent()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "gongkai.ops.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=WORKER_END_TIMEOUT_SECONDS,
        respawn_failed_workers=True,
        ssl_cert=certificates and certificates / "machine.pem",
        ssl_key=certificates and certificates / "machine.key",
        ssl_ca=certificates and certificates / "machines-ca.pem",
        ssl_client_verify=certificates is not None,
    )
    end = make_first_signal_handler(server.signal_handler_interrupt)
    server.signal_handler_interrupt = end  # type: ignore[method-assign]
    server.serve()


def end_workers_with_parent() -> None:
    """Make each worker process end with this process.

    Otherwise a worker with an old program could occupy the port.
    """
    own = os.getpid()

    def tie() -> None:
        if os.getppid() == own:  # Child processes of a worker are not affected.
            _end_with_parent(own, signal.SIGKILL)

    os.register_at_fork(after_in_child=tie)


def _end_with_parent(parent: int, signal_number: signal.Signals) -> None:
    """Make Linux send a signal when the parent process (its id) ends; exit if it has ended."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # The parent was killed in between.
            os._exit(1)


def run_server(server: ServerProcess, *, jobs: bool = True) -> None:
    """Start the server, the due jobs and the task workers, and wait until the server ends; then stop them.

    Raises:
        ClickException: the database is no longer the primary, or the server failed.
    """
    from django.conf import settings

    from gongkai.core.background_jobs.worker import Workers
    from gongkai.ops.upkeep import primary
    from gongkai.ui.portal.purging import purge_queue

    _require_free_address(server.host, server.port)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # The server warns of a missing folder.
    stop = threading.Event()
    refused: list[str] = []

    def stop_all() -> None:
        stop.set()
        server.end()

    def refuse(words: str) -> None:
        refused.append(words)
        server.end()

    end = make_first_signal_handler(stop_all)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    server.listen()
    findings = threading.Timer(FINDINGS_DELAY_SECONDS, _print_grave_findings)
    findings.daemon = True
    findings.start()
    threading.Thread(target=primary.watch_primary, args=(stop, refuse), name="primary", daemon=True).start()
    if jobs:
        threading.Thread(target=_run_jobs, args=(stop,), daemon=True).start()
    errands = None if settings.GONGKAI_WORKER == "database" else Workers()
    if errands:
        errands.begin()
        purge_queue.start_purge_threads(watch=True)  # Otherwise `gongkai worker` retries pending cache invalidations.
    code = server.wait()
    stop.set()
    if refused:
        raise click.ClickException(refused[0])
    if errands:
        errands.end()
        errands.release()
    if code not in {0, -signal.SIGTERM, -signal.SIGINT}:
        raise click.ClickException(_describe_server_exit(code, server))


def _describe_server_exit(code: int, server: ServerProcess) -> str:
    if code < 0:
        return f"服务器被信号{-code}终止，例如内存不足时由系统终止：请查看系统日志，再重新启动"
    return f"服务器没有启动成功，或者接连出错（退出码 {code}）：请检查 {server.host}:{server.port} 是否已被占用"


def _require_free_address(host: str, port: int) -> None:
    """Raise ClickException if the address cannot be listened on, for example because its port is in use."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"不能监听 {host}:{port}（{error}）：请换一个地址或端口") from error


def _run_jobs(stop: threading.Event) -> None:
    """Run due jobs every JOB_INTERVAL_SECONDS, first after that time, until `stop` is set; log failures."""
    import logging

    from django.db import close_old_connections

    from gongkai.core.acts.lock_sharing import share_write_lock
    from gongkai.core.ledger.jobs import run_due

    while not stop.wait(JOB_INTERVAL_SECONDS):
        try:
            with share_write_lock():
                run_due()
        except Exception:
            logging.getLogger("gongkai.jobs").exception("到期工作未完成，下一轮继续")
        finally:
            close_old_connections()
