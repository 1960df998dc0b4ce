"""`gongkai inspect`: inspect a government site, without a database."""

import json
import sys
from datetime import date
from pathlib import Path

import click

from gongkai.lib.outbound.crawling import CrawlLimits
from gongkai.ops.cli.chinese_commands import ChineseCommand
from gongkai.ops.cli.errors import report_in_one_line
from gongkai.oversight.inspection.site.run import (
    DEFAULT_REQUESTS_PER_SECOND,
    InspectionError,
    InspectionParameters,
    inspect_site,
)
from gongkai.oversight.inspection.site.scoring import IndicatorError, read_indicators


class _Day(click.ParamType):
    name = "日期"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read YYYY-MM-DD."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return self.fail("日期应写作 2026-01-31", param, ctx)


@click.command("inspect", cls=ChineseCommand)
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="存放网页、截图和报告的文件夹；中断后再次运行即从断处继续",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=DEFAULT_REQUESTS_PER_SECOND,
    show_default=True,
    help="每秒最多请求数；0为不限（检查自己的网站）",
)
@click.option(
    "--pages", type=click.IntRange(min=1), default=CrawlLimits.pages, show_default=True, help="最多检查的网页数"
)
@click.option(
    "--indicators", type=click.Path(path_type=Path, dir_okay=False), help="本单位的指标表（TOML）；不写用国家指标"
)
@click.option("--today", type=_Day(), help="按这一天判断是否更新；不写为今天")
@report_in_one_line(InspectionError, IndicatorError)
def inspect(
    url: str, as_json: bool, out: Path | None, rate: float, pages: int, indicators: Path | None, today: date | None
) -> None:
    """检查一个政府网站：能否打开、是否更新、链接、错别字、个人信息、标签、页脚、搜索、解读关联、年报等，评分并留证据。"""
    table = read_indicators(indicators) if indicators else read_indicators()
    bounds = CrawlLimits(rate=rate, pages=pages, workers=4 if rate == 0 else 2)
    report = inspect_site(
        InspectionParameters(url, out, bounds, today or date.today(), table, progress=_print_progress)  # noqa: DTZ011 - the local day
    )
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(report.lines()))


def _print_progress(pages: int, link_count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r已检查网页 {pages} 个，链接 {link_count} 个 ", err=True, nl=False)
