"""`gongkai package`: exchange edition packages between the inner and the outer network."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.ops.cli.errors import django_started

if TYPE_CHECKING:
    from gongkai.content.packages.models import Package

_JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.group()
def package() -> None:
    """内外网交换包：内网导出已公开的内容，外网应用；单向、签名、按顺序、可重复。"""


@package.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def key(out: Path) -> None:
    """（内网）把公钥存为 OUT，交给外网信任；私钥只留在本机数据文件夹。"""
    with django_started():
        from gongkai.content.packages import container

        out.write_bytes(container.get_public_key_pem())
        click.echo(f"公钥已存为 {out}")


@package.command()
@click.argument("file", type=click.Path(path_type=Path))
def trust(file: Path) -> None:
    """（外网）信任内网的公钥 FILE；只需一次。"""
    with django_started():
        from gongkai.content.packages import container

        container.store_trusted_key(file.read_bytes())
        click.echo("已信任这把公钥")


@package.command()
@click.option("--whole", is_flag=True, help="全量：外网丢了包或重新开始时用")
@click.option("--limited", is_flag=True, help="也带上限定范围公开的信息（外网须开放接收）")
@click.option("--everything", is_flag=True, help="逐条比对全部内容，不只看上次之后的流水（每七天自动一次）")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="另存到这个文件夹")
@_JSON_OPTION
def export(whole: bool, limited: bool, everything: bool, out: Path | None, as_json: bool) -> None:
    """（内网）导出上次之后的变化，生成下一个（或几个）交换包。"""
    with django_started():
        from gongkai.content.packages import exporting
        from gongkai.core.units.actors import SYSTEM

        packages = exporting.export_packages(SYSTEM, whole=whole, limited=limited, everything=everything)
        for one in packages if out else []:
            assert out is not None
            out.mkdir(parents=True, exist_ok=True)
            (out / one.file).write_bytes((exporting.get_export_folder() / one.file).read_bytes())
        _print_packages(
            [_map_package_facts(package, str(exporting.get_export_folder() / package.file)) for package in packages],
            as_json,
            "没有新的内容，没有导出",
        )


@package.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@_JSON_OPTION
def apply(files: tuple[Path, ...], as_json: bool) -> None:
    """（外网）按顺序应用交换包 FILES（也可以是存放交换包的文件夹）；应用过的不再变化。"""
    with django_started():
        from gongkai.content.packages import applying
        from gongkai.core.units.actors import SYSTEM

        results = []
        for path in _expand_folders(files):
            if not path.is_file():
                raise click.ClickException(f"没有这个文件：{path}")
            applied, is_new = applying.apply_package_file(path, SYSTEM)
            results.append({**_map_package_facts(applied, str(path)), "new": is_new})
        _print_packages(results, as_json, "文件夹中没有交换包")


@package.command()
@_JSON_OPTION
def status(as_json: bool) -> None:
    """显示最近的交换包和累计摘要值：内外网一致，就什么也没有少。"""
    with django_started():
        from django.conf import settings

        from gongkai.content.packages import state
        from gongkai.content.packages.queries import count_carried_rows

        last = state.find_last_package()
        values = {
            "outer": settings.GONGKAI_OUTER,
            "sequence": last.sequence if last else 0,
            "digest": last.digest if last else "",
            "state": last.state if last else "",
            "rows": count_carried_rows(),
            "at": last.at.isoformat() if last else "",
        }
        if as_json:
            click.echo(json.dumps(values, ensure_ascii=False))
            return
        side = "外网端" if values["outer"] else "内网端"
        if last is None:
            click.echo(f"{side}：还没有交换包")
            return
        click.echo(f"{side}：最近第{last.sequence}号，累计{values['rows']}行，累计摘要值 {last.state[:16]}")


def _expand_folders(files: tuple[Path, ...]) -> list[Path]:
    """Return the given files in order, each folder replaced by the packages in it, sorted by name."""
    from gongkai.content.packages.container import PACKAGE_SUFFIX

    paths: list[Path] = []
    for path in files:
        paths += sorted(path.glob(f"*{PACKAGE_SUFFIX}")) if path.is_dir() else [path]
    return paths


def _map_package_facts(package: "Package", path: str) -> dict[str, object]:
    """Return the facts of a package for the output: number, digests, counts, Chinese description, file path."""
    from gongkai.content.packages.queries import describe_contents

    return {
        "sequence": package.sequence,
        "digest": package.digest,
        "state": package.state,
        "whole": package.whole,
        "counts": package.counts,
        "words": describe_contents(package),
        "file": path,
    }


def _print_packages(rows: Sequence[Mapping[str, object]], as_json: bool, nothing: str) -> None:
    """Print a line for each package, or all as JSON; `nothing` is printed as text if there is none."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
    for row in rows:
        already = "" if row.get("new", True) else "（以前应用过，没有变化）"
        click.echo(f"第{row['sequence']}号 {row['file']}：{row['words']}{already}")
