"""Processor time of running processes and all their descendants."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _all() -> dict[int, tuple[int, float]]:
    """Return the parent and the seconds of each process, its ended children included."""
    found: dict[int, tuple[int, float]] = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                fields = (one / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            found[int(one.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICK)
    return found


def processor_seconds(*roots: int) -> float:
    """Return the seconds of processor time of these processes and all their descendants."""
    known = _all()
    below: dict[int, list[int]] = {}
    for number, (parent, _) in known.items():
        below.setdefault(parent, []).append(number)
    total, waiting = 0.0, list(roots)
    while waiting:
        number = waiting.pop()
        total += known.get(number, (0, 0.0))[1]
        waiting += below.get(number, [])
    return total
