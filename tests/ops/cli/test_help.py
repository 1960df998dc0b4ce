"""Help of every command is in Chinese, including the texts of click itself."""

import re

import click
import pytest
from click.testing import CliRunner

from gongkai.ops.cli.root import root

#: English words of click and Django; Django's own commands are excluded.
ENGLISH = re.compile(r"Usage:|Options:|Commands:|Show this|Show the version|\[default|required\]")


def list_commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the names that lead to every command."""
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    inner = [
        way
        for name in command.list_commands(context)
        if (found := command.get_command(context, name))
        for way in list_commands(found, (*path, name))
    ]
    return [path, *inner]


@pytest.mark.parametrize("way", [way for way in list_commands(root) if way != ("manage",)], ids=" ".join)
def test_help_is_chinese(way: tuple[str, ...]) -> None:
    said = CliRunner().invoke(root, [*way, "--help"], prog_name="gongkai").output
    assert said.startswith("用法：")
    assert "显示这段说明。" in said
    assert not ENGLISH.search(said), said
