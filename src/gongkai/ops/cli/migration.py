"""`gongkai move-in`: migrate the content of an old platform. Django starts when a command is called."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongkai.content.editions.models import Website
    from gongkai.content.migration.models import MoveRun
    from gongkai.core.acts.actors import Actor
    from gongkai.core.units.models import Body

_JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_BY_OPTION = click.option(
    "--by", "user", required=True, help="办理人的登录名（政务公开办或系统管理员）；会询问密码和验证码"
)
_PREPARED_BY_OPTION = click.option(
    "--by", "user", default="", help="办理人的登录名，会询问密码和验证码；不填的以“控制台”读取，须由别人批准"
)


@click.group("move-in")
def move_in() -> None:
    """从旧网站迁移信息：先读取、核对，批准后才迁移，可以整批撤销。"""


@contextmanager
def _start_django_with_short_errors() -> Iterator[None]:
    """Start Django, and report refusals and unreadable files of the block as one-line ClickExceptions."""
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.core.spreadsheets.errors import UnreadableFile

    try:
        yield
    except (Refused, UnreadableFile) as error:
        raise click.ClickException(one_line(error)) from error


def _authenticate_actor(user: str) -> "Actor":
    """Ask for password and code, and return the user as an actor; without a user the console, which may only prepare."""
    from dataclasses import replace

    from gongkai.core.signin.shell import authenticate_in_shell
    from gongkai.core.units.actors import SYSTEM, get_actor

    if not user:
        return replace(SYSTEM, name="控制台")
    password = click.prompt(f"“{user}”的密码", hide_input=True, err=True)
    return get_actor(
        authenticate_in_shell(user, password, lambda: click.prompt("验证码或恢复码", hide_input=True, err=True))
    )


@move_in.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--files", type=click.Path(path_type=Path), help="表格旁的文件夹或 .zip（附件、正文文件）")
@click.option("--site", default="", help="网站名称或域名；只有一个网站时可不填")
@click.option("--unit", default="", help="默认发布单位")
@click.option("--base", default="", help="旧网站地址，如 http://www.old.gov.cn/")
@click.option("--name", default="", help="这次迁移的名称")
@_PREPARED_BY_OPTION
@_JSON_OPTION
def read(
    source: Path, files: Path | None, site: str, unit: str, base: str, name: str, user: str, as_json: bool
) -> None:
    """读取 SOURCE（.xlsx、.csv 表格，或存有网页的文件夹、.zip），只核对，不迁移。"""
    with _start_django_with_short_errors():
        from gongkai.content.migration import actions
        from gongkai.content.migration.models import MoveRun, RunKind
        from gongkai.content.migration.run_steps import work_on_run

        if not source.exists() or (files and not files.exists()):
            raise click.ClickException(f"没有这个文件或文件夹：{files if source.exists() else source}")
        sheet = source.suffix.lower() in {".xlsx", ".xls", ".csv"} and source.is_file()
        bundle = files if sheet else source
        run = MoveRun(
            kind=RunKind.SHEET if sheet else RunKind.PAGES,
            website=_find_website(site),
            body=_find_body(unit) if unit else None,
            name=(name or source.name)[:120],
            base=base,
            sheet=source.read_bytes() if sheet else None,
            bundle=str(bundle.resolve()) if bundle else "",
        )
        run = actions.start_run(run, by=_authenticate_actor(user))
        run = work_on_run(run, seconds=1e9, progress=_make_progress_printer("已读取"))
        _print_run(run, as_json=as_json)


@move_in.command()
@click.argument("number", type=int)
@_BY_OPTION
@_JSON_OPTION
def order(number: int, user: str, as_json: bool) -> None:
    """批准第 NUMBER 次迁移并办理；中断后再次运行，从断处继续。"""
    with _start_django_with_short_errors():
        from gongkai.content.migration import actions
        from gongkai.content.migration.models import RunState
        from gongkai.content.migration.run_steps import work_on_run

        run = _get_run(number)
        if run.state == RunState.PLANNED:
            actions.order_run(run, by=_authenticate_actor(user))
        run = work_on_run(run, seconds=1e9, progress=_make_progress_printer("已迁移"))
        _print_run(run, as_json=as_json)


@move_in.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="撤销的理由")
@_BY_OPTION
@_JSON_OPTION
def undo(number: int, reason: str, user: str, as_json: bool) -> None:
    """撤销第 NUMBER 次迁移：无人改动过的撤回并删除内容，其余保留并列出。"""
    with _start_django_with_short_errors():
        from gongkai.content.migration import actions
        from gongkai.content.migration.models import RunState
        from gongkai.content.migration.run_steps import work_on_run

        run = _get_run(number)
        if run.state != RunState.UNDOING:
            actions.undo_run(run, by=_authenticate_actor(user), reason=reason)
        _print_run(work_on_run(run, seconds=1e9, progress=_make_progress_printer("撤销中，未撤销的")), as_json=as_json)


@move_in.command()
@click.argument("number", type=int)
@click.option("--state", default="", help="只列某一状态（如 bad、held、double、unknown）")
@_JSON_OPTION
def show(number: int, state: str, as_json: bool) -> None:
    """显示第 NUMBER 次迁移的情况和各条的错误。"""
    with _start_django_with_short_errors():
        _print_run(_get_run(number), as_json=as_json, state=state)


@move_in.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def template(out: Path) -> None:
    """把迁移表格的模板存为 OUT（.xlsx）。"""
    with _start_django_with_short_errors():
        from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET
        from gongkai.core.spreadsheets import write_xlsx

        try:
            out.write_bytes(write_xlsx(OLD_ITEMS_SHEET, []))
        except OSError as error:
            raise click.ClickException(f"不能写入 {out}：{error.strerror}") from error
        click.echo(f"已存为 {out}")


@move_in.command()
@click.argument("url")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", "hosts", multiple=True, help="采集的域名，可写多个；不写的只采起始网址的")
@click.option("--most", type=click.IntRange(1, 1_000_000), default=20_000, help="最多页数和文件数")
@click.option("--pause", type=click.FloatRange(0.0, 60.0), default=1.0, help="两次请求之间的秒数")
def crawl(url: str, folder: Path, hosts: tuple[str, ...], most: int, pause: float) -> None:
    """把网站 URL 的网页和附件存入 FOLDER；须先由 GONGKAI_MOVING_HOSTS 开放。中断后再次运行，从断处继续。"""
    with _start_django_with_short_errors():
        from django.conf import settings

        from gongkai.content.migration.sources.crawl import FolderCrawlLimits, make_site_crawl

        made = make_site_crawl(
            url, folder, list(hosts), FolderCrawlLimits(most=most, pause=pause), settings.GONGKAI_MOVING_HOSTS
        )
        try:
            for row in made.run():
                if made.saved % 50 == 0 and row.get("file"):
                    click.echo(f"已存{made.saved}个，待取{len(made.queue)}个", err=True)
        except OSError as error:
            raise click.ClickException(f"不能写入 {folder}：{error.strerror}") from error
        click.echo(f"已存{made.saved}个网页和文件到 {folder}；接着运行 gongkai move-in read {folder}")


def _find_website(name: str) -> "Website":
    """Return the website with this name, host or id; without a name the only one.

    Raises:
        ClickException: none or several match.
    """
    from gongkai.content.editions.models import Website

    sites = list(Website.objects.select_related("body"))
    websites = [site for site in sites if name in {site.name, str(site.pk)} or name.lower() in site.host_names]
    websites = websites if name else sites
    if len(websites) != 1:
        raise click.ClickException(f"没有网站“{name}”" if name else "没有网站，或有几个网站：请用 --site 指明")
    return websites[0]


def _find_body(name: str) -> "Body":
    """Return the unit with this name, short name or alias.

    Raises:
        ClickException: none or several match.
    """
    from django.db.models import Q

    from gongkai.core.units.models import Body

    bodies = list(Body.objects.filter(Q(name=name) | Q(short_name=name) | Q(aliases__name=name)).distinct()[:2])
    if len(bodies) != 1:
        raise click.ClickException(f"{'不止一个单位叫' if bodies else '没有找到单位'}“{name}”：请填写单位全称")
    return bodies[0]


def _get_run(number: int) -> "MoveRun":
    """Return the migration run; raise ClickException if there is none with this number."""
    from gongkai.content.migration.models import MoveRun

    run = MoveRun.objects.filter(pk=number).first()
    if run is None:
        raise click.ClickException(f"没有第{number}次迁移")
    return run


def _make_progress_printer(words: str) -> "Callable[[MoveRun], None]":
    """Return a callback that prints the progress of a run every 200 rows to standard error."""
    from gongkai.content.migration.queries import count_done

    last_printed = [-1]

    def tell(run: "MoveRun") -> None:
        """Print the progress every 200 rows."""
        done = count_done(run)
        if done // 200 != last_printed[0]:
            last_printed[0] = done // 200
            click.echo(f"{words}{done}条，共{run.total}条", err=True)

    return tell


def _print_run(run: "MoveRun", *, as_json: bool, state: str = "") -> None:
    """Print a migration run's state, notes, counts, columns and rows (only those in `state`), or its report as JSON."""
    from gongkai.content.migration.queries import make_run_report

    run_report = make_run_report(run, state=state)
    if as_json:
        click.echo(json.dumps(run_report, ensure_ascii=False, indent=1, default=str))
        return
    click.echo(f"第{run.pk}次迁移“{run.name}”：{run.get_state_display()}")
    for note in run.notes:
        click.echo(f"提示：{note}")
    for label, count in run_report["counts"].items():
        click.echo(f"  {label}：{count}")
    for row in run_report["columns"]:
        click.echo(f"  栏目“{row['shown']}”（{row['count']}条）→ {row['words']}")
    for row in run_report["rows"]:
        click.echo(f"  {row['place']} {row['title']}：{row['state']} {row['words']}")
