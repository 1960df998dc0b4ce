"""Measure the cost of reading hostile files: `python -m benchmarks hostile`.

Each file is read by every reader of its kind, in a child process as in operation. Printed per file and reader: seconds
of wall time, seconds of processor time, megabytes at the child's peak above those of its template process, and the
message. Nothing else may run on the machine meanwhile.
"""

import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from gongkai.lib.confined import template_process
from lib.confined.trials import get_sandbox_facts


def list_readers() -> dict[str, list[tuple[str, Callable[[bytes], object]]]]:
    """Return the kinds of files → the readers that accept them."""
    from gongkai.content.checks.attachment_reader import read_attachment, read_file_text
    from gongkai.lib.fileformats.documents import read_document
    from gongkai.lib.fileformats.mails import read_mail
    from gongkai.lib.fileformats.pictures import check_picture, resize_picture, strip_picture
    from gongkai.lib.fileformats.workbooks.rows import read_workbook
    from gongkai.lib.privacy.files.run import mask_bytes
    from gongkai.lib.richtext.office_files import convert_in_child
    from gongkai.work.notices.importing.notice_parser import parse_notice

    def attached(suffix: str) -> list[tuple[str, Callable[[bytes], object]]]:
        return [
            ("words", lambda data: read_file_text(data, suffix)),
            ("whole", lambda data: read_attachment(data, suffix)),
            ("masked", lambda data: mask_bytes(data, f".{suffix}", "x", True, [], [])),
        ]

    return {
        "sheet": [
            ("document", read_document),
            ("rows", read_workbook),
        ],
        "mail": [("mail", read_mail), ("document", read_document)],
        "docx": [*attached("docx"), ("document", read_document), ("text", lambda data: convert_in_child(data, "docx"))],
        "pdf": [
            *attached("pdf"),
            ("document", read_document),
            ("text", lambda data: convert_in_child(data, "pdf")),
            ("notice", lambda data: parse_notice(data, {})),
        ],
        "picture": [
            ("look", check_picture),
            ("sizes", lambda data: resize_picture(data, [480, 960, 1600])),
            ("bare", strip_picture),
        ],
        "notice": [("notice", lambda data: parse_notice(data, {}))],
    }


def files() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield kind, name and maker of each hostile file."""
    from factories.bombs import BOMBS, OTHER_BOMBS

    yield from ((kind, name, make) for kind, named in OTHER_BOMBS.items() for name, make in named.items())
    yield from (("notice", name, make) for name, make in BOMBS.items())


def run() -> dict[str, float]:
    """Return the maxima over all files."""
    logging.disable(logging.CRITICAL)
    get_sandbox_facts()
    rest = template_process.LAST_CHILD_COST.spent.memory
    worst = {
        "seconds, the slowest": 0.0,
        "megabytes beyond the template, the largest": 0.0,
        "megabytes, the process that asks": 0.0,
    }
    taking = list_readers()
    for kind, name, make in files():
        data = make()
        for reader, read in taking[kind]:
            template_process.LAST_CHILD_COST.spent = template_process.ChildCost()
            begun = time.monotonic()
            try:
                read(data)
                said = "read"
            except (
                ImportError,
                NameError,
                AttributeError,
                TypeError,
            ):  # this import is not measured
                raise
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
            spent, wall = template_process.LAST_CHILD_COST.spent, time.monotonic() - begun
            memory = max(0, spent.memory - rest) / 1e6
            print(
                f"  {name:<36}{reader:<10}{len(data) / 1e3:>9,.0f} kB{wall:>7.1f} s{spent.seconds:>7.1f} s{memory:>7.0f} MB  {said[:70]}",
                flush=True,
            )
            worst["seconds, the slowest"] = max(worst["seconds, the slowest"], wall)
            worst["megabytes beyond the template, the largest"] = max(
                worst["megabytes beyond the template, the largest"], memory
            )
    worst["megabytes, the process that asks"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return worst


if __name__ == "__main__":
    for key, value in run().items():
        print(key, value)
