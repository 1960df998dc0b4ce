"""`gongkai backup` and `gongkai restore`."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from gongkai.lib.typed_json import read_number, read_records
from gongkai.ops.cli.django import require_primary, start_django, use_direct_database_url
from gongkai.ops.cli.errors import one_line, report_in_one_line
from gongkai.ops.cli.serving_lock import lock_served

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from gongkai.core.acts.backups import BackupSummary
    from gongkai.core.acts.backups.encryption import BackupKey

F = TypeVar("F", bound=Callable[..., object])
_FILE_TYPE = click.Path(dir_okay=False, path_type=Path)
_JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_PASSPHRASE_OPTION = click.option("--passphrase-file", type=_FILE_TYPE, help="加密备份的密码，写在这个文件的第一行")
_KEY_OPTION = click.option("--key", type=_FILE_TYPE, help="备份私钥（按公钥加密的备份）")
# Command of the separate process that checks a restored scratch database: all checks of `audit verify`, and the seal.
_CHECK_COMMAND = "from gongkai.ops.cli.backup import check_scratch; check_scratch()"


class BackupGroup(click.Group):
    """Group of `gongkai backup FILE`, `gongkai backup verify FILE` and `gongkai backup keygen FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Treat a first argument that is no subcommand as the file of a backup."""
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BackupGroup)
def backup() -> None:
    """备份数据库与全部文件；核验备份（backup verify）；生成加密用的密钥（backup keygen）。"""


@backup.command("make")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--recipient", type=_FILE_TYPE, help="按这个备份公钥加密")
@_PASSPHRASE_OPTION
@_JSON_OPTION
def make_backup(target: Path, recipient: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """备份数据库与全部文件到 TARGET（一个文件，可以加密）。"""
    use_direct_database_url()
    start_django()
    require_primary()
    from gongkai.core.acts.backups import BackupError
    from gongkai.core.acts.backups import backup as make
    from gongkai.core.acts.backups.encryption import read_passphrase, read_public_key

    in_one_line = report_in_one_line(BackupError)
    if recipient and passphrase_file:
        raise click.ClickException("请只选一种加密办法：--recipient 或者 --passphrase-file")
    secret = in_one_line(read_public_key)(recipient) if recipient else None
    secret = in_one_line(read_passphrase)(passphrase_file) if passphrase_file else secret
    summary = in_one_line(make)(target, secret)
    if as_json:
        click.echo(json.dumps({**asdict(summary), "encrypted": secret is not None}, ensure_ascii=False))
        return
    how = "已加密备份" if secret else "已备份"
    seal = summary.seal[:12] or "无"
    click.echo(f"{how}到 {target}：流水 {summary.movements} 条，文件 {summary.files} 个，封存值 {seal}")
    click.echo("个人信息的密钥不在备份里，请另行保管（gongkai keys check 显示它在哪里）。")
    if not secret:
        click.echo("备份没有加密：放到别处保管的，请用 --recipient 或者 --passphrase-file。")


@backup.command()
@click.argument("path", type=_FILE_TYPE)
@_JSON_OPTION
def keygen(path: Path, as_json: bool) -> None:
    """生成一对备份密钥：私钥存为 PATH（请移到别处保管），公钥存为 PATH.pub（备份时用）。"""
    start_django(ready=False)
    from gongkai.core.acts.backups import BackupError
    from gongkai.core.acts.backups.encryption import write_key_pair

    public = report_in_one_line(BackupError)(write_key_pair)(path)
    values = {"private": str(path), "public": str(public)}
    click.echo(
        json.dumps(values, ensure_ascii=False)
        if as_json
        else f"私钥 {path}，公钥 {public}。没有私钥，加密的备份谁也打不开。"
    )


def _read_secret(key: Path | None, passphrase_file: Path | None) -> "BackupKey | None":
    """Return the key of an encrypted backup from the key file or the passphrase file; None without both.

    Raises:
        ClickException: both are given, or the file is unusable.
    """
    from gongkai.core.acts.backups import BackupError
    from gongkai.core.acts.backups.encryption import read_passphrase, read_private_key

    in_one_line = report_in_one_line(BackupError)
    if key and passphrase_file:
        raise click.ClickException("请只给一种：--key 或者 --passphrase-file")
    if key:
        return in_one_line(read_private_key)(key)
    return in_one_line(read_passphrase)(passphrase_file) if passphrase_file else None


@backup.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_KEY_OPTION
@_PASSPHRASE_OPTION
@_JSON_OPTION
def verify(source: Path, key: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """把备份恢复到临时数据库，核验流水、封存值、公开版本和文件，再删去。完好时退出码为 0，否则为 1。"""
    use_direct_database_url()
    start_django()
    found = _rehearse_restore(source, _read_secret(key, passphrase_file))
    _log_drill(source, found)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif found["ok"]:
        click.echo(
            f"完好：{found['made_at']} 的备份，流水 {found['movements']} 条，文件 {found['files']} 个，封存值一致。"
        )
        for record in read_records(found, "checks"):
            click.echo(f"  {record['label']}：{record['checked']} 项")
    else:
        click.echo(f"不能用：{found['broken']}")
    if not found["ok"]:
        sys.exit(1)


def _rehearse_restore(source: Path, secret: "BackupKey | None") -> dict[str, object]:
    """Restore the backup on trial and return its summary with `ok`, `broken` and `checks`."""
    from gongkai.core.acts.backups import BackupError
    from gongkai.core.acts.backups.rehearsal import rehearse_restore

    summary, process = report_in_one_line(BackupError)(rehearse_restore)(source, _CHECK_COMMAND, secret)
    return {**asdict(summary), "ok": False, "checks": [], **_parse_check_output(process)}


def _parse_check_output(process: "CompletedProcess[str]") -> dict[str, object]:
    """Return the JSON of the last output line; without one {"broken": last error line}."""
    lines = process.stdout.strip().splitlines()
    try:
        return dict(json.loads(lines[-1]))
    except (ValueError, IndexError):
        last_error = (process.stderr.strip().splitlines() or ["核验程序没有结果"])[-1]
        return {"broken": one_line(last_error).removeprefix("错误：")}


def _check_unpacked(folder: Path, summary: "BackupSummary") -> str:
    """Return the Chinese fault that the check finds in an unpacked backup, or ""."""
    from gongkai.core.acts.backups.rehearsal import run_in_scratch_database

    found = _parse_check_output(run_in_scratch_database(folder, summary, _CHECK_COMMAND))
    return "" if found.get("ok") else str(found["broken"])


def _log_drill(source: Path, results: dict[str, object]) -> None:
    """Record the trial restore in the register of restore drills."""
    from gongkai.core.units.actors import SYSTEM
    from gongkai.work.site_operations.actions import log_restore_drill
    from gongkai.work.site_operations.models import RestoreDrill

    log_restore_drill(
        RestoreDrill(),
        by=SYSTEM,
        made_at=str(results.get("made_at") or "")[:40],
        ok=bool(results["ok"]),
        movements=read_number(results, "movements"),
        files=read_number(results, "files"),
        broken=str(results.get("broken") or "")[:300],
        name=source.name[:200],
    )


def check_scratch() -> None:
    """Check a restored copy of the database, which the environment names: integrity, log, seal and files.

    Print the findings as JSON.
    """
    seal_hash = sys.argv[1] if len(sys.argv) > 1 else ""
    start_django(ready=False)
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    from gongkai.core.acts.models import Seal
    from gongkai.core.files.integrity import list_damaged_digests
    from gongkai.core.ledger import audit

    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check(1)")
                if cursor.fetchone() != ("ok",):
                    raise DatabaseError("integrity")
        call_command("migrate", verbosity=0, interactive=False)  # of an earlier version
        findings = audit.run_audit()
        sealed = not seal_hash or Seal.objects.filter(hash=seal_hash).exists()
        damaged = list_damaged_digests()
    except DatabaseError as error:
        click.echo(json.dumps({"broken": f"数据库已损坏（{one_line(error)}）"}, ensure_ascii=False))
        return
    broken = next(
        (f"{finding.verdict.broken}（{finding.label}）" for finding in findings if not finding.verdict.ok), ""
    )
    if not sealed and not broken:
        broken = "数据库里没有备份时的封存值"
    if damaged and not broken:
        broken = f"{len(damaged)} 个登记的文件缺失或者内容不符，如 {damaged[0][:12]}"
    checks = [{"name": f.name, "label": f.label, "checked": f.verdict.movements} for f in findings]
    click.echo(json.dumps({"ok": not broken, "broken": broken or None, "checks": checks}, ensure_ascii=False))


@click.command()
@click.argument("source", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="覆盖现有数据（留在一旁）；任何改动以前先在临时数据库核验备份")
@click.option("--resume", is_flag=True, help="接着做停在一半的恢复")
@click.option("--back", is_flag=True, help="退回停在一半的恢复，一切照旧")
@_KEY_OPTION
@_PASSPHRASE_OPTION
@_JSON_OPTION
def restore(
    source: Path | None,
    force: bool,
    resume: bool,
    back: bool,
    key: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """从备份 SOURCE 恢复。先核验备份、权限和磁盘空间，有一项不行的，什么都不改动。

    中途停下的（断电、磁盘满），用 --resume 接着做，或者用 --back 退回。先停下所有机器上的程序。
    """
    if (source is not None) + resume + back != 1:
        raise click.ClickException("请写一份备份，或者 --resume，或者 --back")
    use_direct_database_url()
    start_django(ready=False)
    lock_served()
    refuse_running(as_json=as_json)
    from gongkai.core.acts.backups import BackupError, restoration

    if back:
        report_in_one_line(BackupError)(restoration.undo_restore)(_make_restored_server_primary)
        click.echo(json.dumps({"back": True}) if as_json else "已退回，现有数据和恢复以前一样")
        return
    if resume:
        summary, kept = report_in_one_line(BackupError)(restoration.resume_restore)(_make_restored_server_primary)
    else:
        assert source is not None
        secret = _read_secret(key, passphrase_file)
        summary, kept = report_in_one_line(BackupError)(restoration.restore)(
            source, _check_unpacked, _make_restored_server_primary, force=force, secret=secret
        )
    if as_json:
        click.echo(json.dumps({**asdict(summary), "before": str(kept)}, ensure_ascii=False))
        return
    click.echo(f"已恢复 {summary.made_at} 的备份：流水 {summary.movements} 条，封存值一致。")
    click.echo(f"恢复以前的数据库和文件留在 {kept}，核对以后请删去。")


def refuse_running(*, as_json: bool) -> None:
    """Refuse to replace the database while programs of any machine use it.

    Raises:
        ClickException: they do; the message names their servers.
    """
    from django.db import DatabaseError

    from gongkai.core.vault.servers import MAX_REPORT_GAP_SECONDS, find_running_servers

    if not as_json:
        click.echo(f"核对各台机器的程序都停下了（最多 {MAX_REPORT_GAP_SECONDS:.0f} 秒）……")
    try:
        running = find_running_servers()
    except DatabaseError:  # tables that cannot be read are a reason to restore
        return
    if running:
        raise click.ClickException(
            f"还有程序在用这个数据库：{'、'.join(running)}（主机:数据目录）。恢复时它们还在确认来件，那些会丢，所以没有做，什么都没有改动。"
            "请在每台上停下（systemctl stop gongkai gongkai-worker gongkai-due.timer；"
            "容器：docker-compose stop app1 app2 due worker backup），再执行一次"
        )


def _make_restored_server_primary() -> None:
    """Record that this server, restored from a backup, is the primary from now on."""
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.ops.upkeep import primary

    primary.start_generation(SYSTEM, force=True, restored=True)
