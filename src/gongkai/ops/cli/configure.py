"""`gongkai configure`: ask for the settings that differ between installations and write them into the settings file."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import click

#: The settings file of an installation from a system package.
SETTINGS_FILE = Path("/etc/gongkai/gongkai.env")
# Hosts that the mail server may have without TLS.
_HOSTS_WITHOUT_TLS = {"", "localhost", "127.0.0.1", "::1"}


class SettingQuestion(NamedTuple):
    """A setting (`name`), its question in Chinese (`words`), and the pattern of valid answers; `hidden` for a password."""

    name: str
    words: str
    valid: str
    hidden: bool = False


#: Settings that a city enters by hand; all others are derived, generated or have a default
#: (docs/start.md).
SETTING_QUESTIONS = (
    SettingQuestion(
        "GONGKAI_HOSTS", "网站域名，几个的用逗号隔开，第一个是后台的", r"[A-Za-z0-9.:-]+(,[A-Za-z0-9.:-]+)*"
    ),
    SettingQuestion("GONGKAI_MAIL_HOST", "邮件服务器（没有的留空：邮件只写到数据目录）", r"[A-Za-z0-9.-]*"),
    SettingQuestion("GONGKAI_MAIL_FROM", "邮件的发件人", r"([^@\s]+@[^@\s]+)?"),
    SettingQuestion("GONGKAI_MAIL_USER", "邮件账号", r"\S*"),
    SettingQuestion("GONGKAI_MAIL_PASSWORD", "邮件密码", r"[^\s\"'\\]*", hidden=True),
    SettingQuestion(
        "GONGKAI_ANCHORS",
        "流水的封存值送到哪里（另一台机器，如 file:/mnt/anchors/anchors.jsonl 或者 syslog:10.0.0.30:514）",
        r"((file:/|syslog:)\S+)?",
    ),
    SettingQuestion("GONGKAI_SYSLOG", "操作日志送到哪台日志服务器（主机:端口，没有的留空）", r"(\S+:\d+|/\S+)?"),
    SettingQuestion("GONGKAI_TIMESTAMPS", "时间戳机构的地址（没有的留空）", r"(https?://\S+)?"),
    SettingQuestion("GONGKAI_TIMESTAMP_ROOTS", "时间戳机构根证书的文件（PEM）", r"(/\S+)?"),
)


def _make_option_name(question: SettingQuestion) -> str:
    return "--" + question.name.removeprefix("GONGKAI_").lower().replace("_", "-")


@click.command(
    params=[
        *(
            click.Option([_make_option_name(question), question.name], help=question.words)
            for question in SETTING_QUESTIONS
        ),
        click.Option(["--file", "path"], type=click.Path(dir_okay=False, path_type=Path), default=SETTINGS_FILE),
    ]
)
def configure(path: Path, **given: str | None) -> None:
    """逐项询问并写入设置；直接回车不改，输入 - 清空。写成选项的不问（--mail-host 等），其余照旧。"""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise click.ClickException(f"读不出 {path}（{error.strerror}）：请以 root 运行，先运行 install.sh") from error
    present = parse_settings(lines)
    is_interactive = not any(value is not None for value in given.values())
    answers: dict[str, str] = {}
    for question in SETTING_QUESTIONS:
        present_value = present.get(question.name, "")
        value = given[question.name]
        if is_interactive:
            default_text = "不变" if question.hidden and present_value else present_value
            value = click.prompt(
                question.words, default=default_text, show_default=bool(default_text), hide_input=question.hidden
            )
            value = present_value if question.hidden and value == "不变" else "" if value == "-" else value
        if value is None or value.strip() == present_value:
            continue
        if not re.fullmatch(question.valid, value.strip()):
            raise click.ClickException(
                f"{question.name} 写法不对{'' if question.hidden else f'：{value}'}。什么都没有改动"
            )
        answers[question.name] = value.strip()
    if not answers:
        click.echo("没有改动。")
        return
    answers |= derive_settings(answers)
    _replace_file(path, write_settings(lines, answers))
    click.echo(f"已写入 {path}：{'、'.join(answers)}")
    click.echo(
        "请运行 systemctl restart gongkai gongkai-worker，再用 gongkai check 看还缺什么；两台机器的，另一台也要改。"
    )


def derive_settings(answers: dict[str, str]) -> dict[str, str]:
    """Return the settings that follow from changed answers: base URL, and TLS with port 587 for a mail server elsewhere.

    >>> derive_settings({"GONGKAI_HOSTS": "www.a.gov.cn,b.gov.cn", "GONGKAI_MAIL_HOST": "mail.a.gov.cn"})
    {'GONGKAI_BASE_URL': 'https://www.a.gov.cn', 'GONGKAI_MAIL_TLS': '1', 'GONGKAI_MAIL_PORT': '587'}
    """
    settings: dict[str, str] = {}
    if hosts := answers.get("GONGKAI_HOSTS"):
        settings["GONGKAI_BASE_URL"] = f"https://{hosts.split(',')[0]}"
    if answers.get("GONGKAI_MAIL_HOST", "") not in _HOSTS_WITHOUT_TLS:
        settings |= {"GONGKAI_MAIL_TLS": "1", "GONGKAI_MAIL_PORT": "587"}
    return settings


def parse_settings(lines: list[str]) -> dict[str, str]:
    """Return the values of the lines `NAME=value` of a settings file by name; comments and other lines are skipped."""
    pairs = (line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    return dict(pairs)


def write_settings(lines: list[str], answers: dict[str, str]) -> list[str]:
    """Return the lines with the answers: each replaces its line, commented out or not, or is added at the end."""
    unwritten, new_lines = dict(answers), list[str]()
    for line in lines:
        name = line.lstrip("#").split("=", 1)[0]
        if name in answers and re.match(r"#?[A-Z_]+=", line):
            if name in unwritten:
                new_lines.append(f"{name}={unwritten.pop(name)}")
            continue
        new_lines.append(line)
    return [*new_lines, *(f"{name}={value}" for name, value in unwritten.items())]


def _replace_file(path: Path, lines: list[str]) -> None:
    """Replace the file by the lines, with its owner and permissions; on an error raise ClickException, the file unchanged."""
    try:
        facts = path.stat()
        new_file = path.with_name(f"{path.name}.new")
        descriptor = os.open(new_file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        os.chown(new_file, facts.st_uid, facts.st_gid)
        os.chmod(new_file, facts.st_mode & 0o777)
        new_file.replace(path)
    except OSError as error:
        raise click.ClickException(f"不能写入 {path}（{error.strerror}）：请以 root 运行。什么都没有改动") from error
