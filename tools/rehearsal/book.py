"""Read the marked blocks of docs/deploying.md (```` ```sh name=install ````): the commands run by the rehearsal."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "deploying.md"
RESULTS = DOCS / "benchmarks.md"
BLOCK = re.compile(r"^```sh name=([a-z-]+)\n(.*?)^```$", re.M | re.S)
TABLE = re.compile(r"(<!-- rehearsal -->\n).*?(<!-- /rehearsal -->)", re.S)


def read_blocks() -> dict[str, str]:
    """Return the marked blocks by name.

    Raises:
        ValueError: two blocks have the same name.
    """
    found = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    if len(dict(found)) != len(found):
        raise ValueError(f"{PAGE.name}: two blocks have the same name")
    return dict(found)


class Book:
    """The marked blocks, with a record of those used."""

    def __init__(self) -> None:
        self.blocks, self.used = read_blocks(), set[str]()

    def __getitem__(self, name: str) -> str:
        """Return a block's commands."""
        self.used.add(name)
        return self.blocks[name]

    def left(self) -> set[str]:
        """Return the names of the blocks that were not used."""
        return set(self.blocks) - self.used


def write_table(rows: list[tuple[str, str, str]], words: str) -> None:
    """Write the table of steps, their results and seconds into docs/benchmarks.md."""
    lines = [words, "", "| 演练的一步 | 结果 | 秒 |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    text = RESULTS.read_text(encoding="utf-8")
    table = "\n".join(lines) + "\n"
    RESULTS.write_text(TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", text), encoding="utf-8")
