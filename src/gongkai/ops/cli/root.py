"""The root command and the lookup of its subcommands."""

import logging
import sys
from importlib import import_module
from typing import NoReturn

import click

from gongkai import __version__
from gongkai.ops.cli.chinese_commands import ChineseHelpFormatter, describe_usage_error, help_alone
from gongkai.ops.cli.errors import describe_unusable_installation, one_line
from gongkai.ops.cli.memory import limit_free_memory

# Subcommand: "module:object" and its one-line help. Imported only when called or listed.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "law": ("gongkai.ops.cli.law:law", "法定期限、费用、证件号码、年报勾稽的计算"),
    "notice": ("gongkai.ops.cli.notice:notice", "读取、导入、撤销任务分工通知"),
    "privacy": ("gongkai.ops.cli.privacy:privacy", "查找、遮盖个人信息，校对文字"),
    "file": ("gongkai.ops.cli.file:file", "读取任何格式的文件，列出文字和没有读出的内容"),
    "inspect": ("gongkai.ops.cli.inspect:inspect", "检查一个政府网站：更新、链接、内容、安全，评分并留证据"),
    "init": ("gongkai.ops.cli.init:init", "首次安装：登记本级政府、办公室和三员"),
    "configure": ("gongkai.ops.cli.configure:configure", "改服务器的设置：域名、邮件、封存的去处、日志服务器"),
    "serve": ("gongkai.ops.cli.serve:serve", "启动网站与后台"),
    "demo": ("gongkai.ops.cli.demo:demo", "建立云岭市示例数据并启动"),
    "check": ("gongkai.ops.cli.check:check", "检查设置和现状：缺失、不安全、慢，附处理办法"),
    "run-due": ("gongkai.ops.cli.run_due:run_due", "执行到期工作：亮灯、催办、发送（可重复执行）"),
    "promote": ("gongkai.ops.cli.promote:promote", "认定数据库主库：从库提升、换了数据库以后"),
    "worker": ("gongkai.ops.cli.worker:worker", "处理后台作业：读取通知、检查网站等费时的工作"),
    "qa": ("gongkai.ops.cli.qa:qa", "政策问答库：导入、提问，按点击改进检索"),
    "unit": ("gongkai.ops.cli.unit:unit", "单位名录导入导出"),
    "move-in": ("gongkai.ops.cli.migration:move_in", "从旧网站迁移信息：读取、核对、批准、撤销"),
    "package": ("gongkai.ops.cli.packages:package", "内外网交换包：内网导出，外网应用"),
    "mailbag": ("gongkai.ops.cli.mail:mailbag", "内外网来件包：公众来件送进内网，办理情况送回外网"),
    "mirror": ("gongkai.ops.cli.mirror:mirror", "静态镜像：把公开网站写成普通文件，核对有没有被改动"),
    "export": ("gongkai.ops.cli.export:export", "导出台账"),
    "audit": ("gongkai.ops.cli.audit:audit", "核验台账流水与公开版本的完整性"),
    "backup": ("gongkai.ops.cli.backup:backup", "备份数据库与文件"),
    "files": ("gongkai.ops.cli.files:files", "文件存储：在数据文件夹与对象存储之间搬移"),
    "mail-bounce": ("gongkai.ops.cli.mail:mail_bounce", "登记邮件服务器退回的信"),
    "mail": ("gongkai.ops.cli.mail:mail", "试发一封邮件"),
    "keys": ("gongkai.ops.cli.keys:keys", "个人信息加密密钥：核对、更换"),
    "restore": ("gongkai.ops.cli.backup:restore", "从备份恢复并核验"),
    "grants": ("gongkai.ops.cli.grants:grants", "给程序的 PostgreSQL 账号授权：读写数据，不拥有数据表"),
    "manage": ("gongkai.ops.cli.manage:manage", "运行 Django 管理命令"),
}


# Subcommands that write a log to standard error.
SERVER_SUBCOMMANDS = frozenset({"serve", "demo", "worker", "run-due"})
click.Context.formatter_class = ChineseHelpFormatter


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a subcommand, or None for an unknown name."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module_name, _, attribute = SUBCOMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module_name), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the list of subcommands without importing them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, text) for name, (_, text) in SUBCOMMANDS.items()])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gongkai", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Gongkai 公开：政务公开工作，从任务分工通知到年度报告。"""
    if (
        ctx.invoked_subcommand not in SERVER_SUBCOMMANDS
    ):  # A command reports a file that ended its reader process in one line.
        logging.getLogger("gongkai.confined").setLevel(logging.CRITICAL)
    help_alone(ctx)


def main(args: list[str] | None = None) -> None:
    """Run the command line; print an expected error in one line with exit code 2, others with traceback."""
    limit_free_memory()
    try:
        sys.exit(root.main(args=args, prog_name="gongkai", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.UsageError as error:
        _exit_with_error(describe_usage_error(error))
    except click.ClickException as error:
        _exit_with_error(error.format_message())
    except Exception as error:
        advice = describe_unusable_installation(error)
        if advice is None:
            raise
        _exit_with_error(advice)


def _exit_with_error(words: str) -> NoReturn:
    click.echo(f"错误：{one_line(words)}", err=True)
    sys.exit(2)
