"""Commands with Chinese help and usage errors."""

import re
from collections.abc import Iterable

import click


def describe_usage_error(error: click.UsageError) -> str:
    """Return a usage error of click in Chinese."""
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {_get_parameter_name(error.param, error.ctx)}"
    if isinstance(error, click.NoSuchOption):
        return f"没有这个选项：{error.option_name}（以 - 开头的值请放在 -- 之后）"
    if isinstance(error, click.BadOptionUsage):
        return f"选项用法有误：{error.option_name}"
    if isinstance(error, click.BadParameter):
        return _translate_value_error(error)
    return _translate_usage_error(error.message)


def _translate_value_error(error: click.BadParameter) -> str:
    """Return click's error about the value of an option or argument in Chinese."""
    name, kind = _get_parameter_name(error.param, error.ctx), error.param.type if error.param else None
    if isinstance(kind, click.Path):
        option_prefix = f"{name}：" if isinstance(error.param, click.Option) else ""
        return option_prefix + _translate_path_error(error.message)
    if isinstance(kind, click.Choice):
        return f"{name}只能是：{'、'.join(map(str, kind.choices))}"
    return f"{name}的值有误：{error.message}" if not error.message.isascii() else f"{name}的值不合要求"


# Phrases that click writes into help texts, with their Chinese form.
_CHINESE_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_CHINESE_HELP_PHRASES = (
    (re.compile(r"^Show this message and exit\.$"), "显示这段说明。"),
    (re.compile(r"^Show the version and exit\.$"), "显示版本。"),
    (re.compile(r"\[default: "), "[默认："),
    (re.compile(r"(?<=[\[;\s])required(?=[\];])"), "必填"),
)


class ChineseHelpFormatter(click.HelpFormatter):
    """Help formatter that writes Chinese, including the phrases of click."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Begin with 用法."""
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        """Write a heading in Chinese."""
        super().write_heading(_CHINESE_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write the list of options or subcommands, with click's own phrases in Chinese."""
        super().write_dl([(name, _translate_help(text)) for name, text in rows], col_max, col_spacing)


def _translate_help(words: str) -> str:
    """Return a help text with click's own phrases in Chinese."""
    for pattern, ours in _CHINESE_HELP_PHRASES:
        words = pattern.sub(ours, words)
    return words


# Phrases of click's file errors in order of use, with their Chinese form.
_CHINESE_FILE_ERRORS = (
    ("does not exist", "不存在"),
    ("is a directory", "是文件夹，这里要写文件"),
    ("is a file", "是文件，这里要写文件夹"),
    ("is not readable", "没有读取的权限"),
    ("is not writable", "没有写入的权限"),
)


def _translate_path_error(message: str) -> str:
    """Return click's error about a path in Chinese."""
    match = re.search(r"'(.*)'", message)
    text = next((ours for piece, ours in _CHINESE_FILE_ERRORS if piece in message), "不能使用")
    return f"{match[1] if match else '文件'} {text}"


def _translate_usage_error(message: str) -> str:
    """Return another usage error in Chinese."""
    if message.startswith("No such command"):
        return f"没有这个命令：{message.partition(' ')[2].removeprefix('such command ').rstrip('.')}"
    if "extra argument" in message:
        return "参数过多"
    return f"命令用法有误：{message}"


def _get_parameter_name(param: click.Parameter | None, ctx: click.Context | None) -> str:
    if isinstance(param, click.Option):
        return param.opts[-1]
    return param.make_metavar(ctx) if param and ctx else "参数"


class ChineseCommand(click.Command):
    """A command whose usage errors are one line of Chinese."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Parse the arguments; report errors in Chinese."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise click.ClickException(describe_usage_error(error)) from error


class ChineseGroup(ChineseCommand, click.Group):
    """A group of `ChineseCommand` commands, with Chinese errors for unknown ones."""

    command_class = ChineseCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; report an unknown one in Chinese."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.ClickException(describe_usage_error(error)) from error


def help_alone(ctx: click.Context) -> None:
    """Print the help if the group was called without a command, else do nothing."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
