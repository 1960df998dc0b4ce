"""The `gongkai` command. Each subcommand is a thin module that calls an app.

Subcommands are imported when they are called, so that `gongkai law` and `gongkai notice parse` start
without Django. Bad input ends with exit code 2 and one line on standard error (`errors.py`).
"""

from gongkai.ops.cli.root import main

__all__ = ["main"]
