"""The `gongkai` command: thin; each subcommand is a file here that calls a room.

Commands are imported only when they are called, so that `gongkai law …` and `gongkai notice parse …` start
without Django. Bad input ends with exit code 2 and one line on standard error (`errors.py`), never a traceback.
"""

from gongkai.ops.cli.root import main

__all__ = ["main"]
