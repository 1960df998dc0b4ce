"""`gongkai worker`: run queued background tasks in a process of its own."""

import signal
import threading

import click

from gongkai.core.background_jobs.kinds import JOB_QUEUES
from gongkai.ops.cli.django import require_primary, start_django
from gongkai.ops.cli.serving_lock import make_first_signal_handler

# Seconds that running tasks have to finish when the process is told to stop; others are put back into the queue.
SHUTDOWN_TIMEOUT_SECONDS = 20


@click.command()
@click.option(
    "--lane",
    "lanes",
    multiple=True,
    type=click.Choice(JOB_QUEUES),
    help="只处理一类：prompt 有人在等的，long 费时的；默认两类都处理",
)
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 16), help="每一类同时处理几项")
@click.option("--once", is_flag=True, help="处理完现在排队的就退出")
def worker(lanes: tuple[str, ...], threads: int, once: bool) -> None:
    """处理后台作业：读取通知、检查网站等费时的工作。可以在多台机器上运行多个，随时停止，作业不会丢失。"""
    start_django()
    require_primary()
    from gongkai.core.background_jobs.worker import Workers, process_due_jobs
    from gongkai.core.vault.servers import confirm_ring
    from gongkai.ops.upkeep import primary
    from gongkai.ui.portal.purging import purge_queue as caches

    if trouble := confirm_ring():
        click.echo(f"注意：{trouble}。在此之前，处理不了加密的内容。")
    if once:
        process_due_jobs(lanes or JOB_QUEUES)
        return
    workers = Workers(lanes or JOB_QUEUES, threads)
    stop = threading.Event()

    end = make_first_signal_handler(stop.set)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    running = workers.begin()
    caches.start_purge_threads(watch=True)
    refused: list[str] = []

    def refuse(words: str) -> None:
        refused.append(words)
        stop.set()

    threading.Thread(target=primary.watch_primary, args=(stop, refuse), name="primary", daemon=True).start()
    click.echo("后台作业进程已启动，按 Ctrl+C 停止。")
    stop.wait()
    workers.end()
    for thread in running:
        thread.join(SHUTDOWN_TIMEOUT_SECONDS / len(running))
    if refused:
        raise click.ClickException(refused[0])
    workers.release()
