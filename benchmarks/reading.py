"""Measure the reading of notices in time and memory: invented ones in every format, real ones if ../shared contains them."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "tests"))

ROWS, PDF_ROWS = 70, 140
PROBE = """
import sys, time
from gongkai.lib.reading.notice import read_notice
start = time.process_time()
notice = read_notice(sys.argv[1])
spent = time.process_time() - start
high = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(spent, int(high.split()[1]) / 1024, len(notice.rows), len({w.row for w in notice.warnings if w.row}))
"""


def run() -> dict[str, float]:
    """Return seconds of processor time and peak megabytes by format, and the share of exact rows of the real notices."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, data in _files().items():
            path = Path(folder, f"notice.{name}")
            path.write_bytes(data)
            spent, peak, rows, flagged = _probe(path)
            if rows != (wanted := PDF_ROWS if name == "pdf" else ROWS):
                raise SystemExit(f"{path.name}: {rows:.0f} of {wanted} rows were read")
            figures[f"{name}, {rows:.0f} rows: seconds"] = spent
            figures[f"{name}: megabytes at the peak"] = peak
            figures[f"{name}: rows flagged"] = flagged
    for path in sorted(SHARED.glob("notices/*.txt")):
        spent, peak, rows, flagged = _probe(path)
        figures[f"{path.stem}: seconds"] = spent
        figures[f"{path.stem}: rows"] = rows
        figures[f"{path.stem}: rows flagged"] = flagged
    return figures | _exact()


def _files() -> dict[str, bytes]:
    from lib.reading import render
    from lib.reading.pdf import pdf
    from lib.reading.sample_notices import BAIYU, CHIXIA, JINGHU, WANGSHU

    tasks = [task for sample in (WANGSHU, CHIXIA, BAIYU, JINGHU) for task in sample.notice.tasks]
    notice, long = (replace(WANGSHU.notice, tasks=tuple(islice(cycle(tasks), rows))) for rows in (ROWS, PDF_ROWS))
    return {
        "txt": render.tab_cells(notice).encode(),
        "docx": render.docx(notice),
        "xlsx": render.xlsx(notice),
        "html": render.html(notice, layout=True).replace("CODE", "utf-8").encode(),
        "pdf": pdf(long, merged=False, cut=True),
    }


def _probe(path: Path) -> tuple[float, float, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    spent, peak, rows, flagged = (float(value) for value in done.stdout.split())
    return spent, peak, rows, flagged


def _exact() -> dict[str, float]:
    """Return the share of rows whose five cells are exactly those read by two people."""
    from gongkai.lib.reading.notice import read_notice

    out = {}
    for number, name in (("002", "2021-yunyang"), ("003", "2021-tongliang")):
        gold, source = SHARED / "gold" / f"{number}.json", SHARED / "notices" / f"{name}.txt"
        if gold.exists() and source.exists():
            start = time.process_time()
            read = [row.to_json() for row in read_notice(source).rows]
            wanted = json.loads(gold.read_text())
            same = sum(all(a[key] == b[key] for key in a) for a, b in zip(wanted, read, strict=False))
            out[f"{name}: share of rows exact"] = same / len(wanted)
            out[f"{name}: seconds when warm"] = time.process_time() - start
    return out
