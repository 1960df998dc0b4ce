"""Resource limits of a child that parses a file, enforced by the kernel."""

import os
from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Resource limits for one file.

    Attributes:
        seconds: processor time of each of its processes (RLIMIT_CPU), without what `reading.recognising` takes.
        wall: seconds until all of them are killed, whatever they wait for.
        memory: bytes beside what the template holds already (RLIMIT_AS).
        written: bytes of the largest file it may write (RLIMIT_FSIZE); 0: none at all.
        files: open files (RLIMIT_NOFILE).
        starts: whether it may start programs and threads: LibreOffice, Tesseract, a recogniser.
        recognising: seconds of processor time within `reading.recognising`.
    """

    seconds: int
    wall: int
    memory: int
    written: int = 0
    files: int = 64
    starts: bool = False
    recognising: int = 0


def _own(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and int(value) else default


#: An ordinary notice takes 1 to 3 seconds and 100 MB; the slowest of the samples 9 seconds. A machine may be given more by its administrator.
DEFAULT_CPU_SECONDS = _own("GONGKAI_READING_SECONDS", 20)
DEFAULT_MEMORY_BYTES = _own("GONGKAI_READING_MEMORY", 400) * MEGABYTE
#: A hostile file ends by its processor time, within half a minute. The wall is for a machine at its limit, where a harmless file waits longer than
#: it computes; a page waits less (`reading.PAGE_SECONDS`).
DEFAULT_LIMITS = Limits(seconds=DEFAULT_CPU_SECONDS, wall=2 * DEFAULT_CPU_SECONDS + 10, memory=DEFAULT_MEMORY_BYTES)
#: LibreOffice maps a gigabyte of programs and fonts before it has read a word, and needs seconds to begin.
OFFICE_LIMITS = Limits(
    2 * DEFAULT_CPU_SECONDS, 3 * DEFAULT_CPU_SECONDS, 2048 * MEGABYTE, 128 * MEGABYTE, 512, starts=True
)
#: A recogniser takes 3 to 5 seconds a page and loads models of 200 MB.
RECOGNISER_LIMITS = Limits(
    DEFAULT_CPU_SECONDS,
    15 * DEFAULT_CPU_SECONDS,
    2048 * MEGABYTE,
    64 * MEGABYTE,
    256,
    starts=True,
    recognising=11 * DEFAULT_CPU_SECONDS,
)
#: What a reader may ask for by `need` when it sees what the file is.
LARGER_LIMITS = {"office": OFFICE_LIMITS, "recogniser": RECOGNISER_LIMITS}
