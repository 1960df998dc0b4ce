"""Compare pages over a small and a large database, on SQLite and PostgreSQL: queries, milliseconds, and the ratio large : small."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping


def compare(module: str, sizes: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    """Run `python -m MODULE SIZE` for each database and size (small, large), and return the figures.

    The module prints `{"pages": {name: {"p95_ms", "queries"}}}` as its last line. A database that is not available
    is left out with a message.
    """
    figures: dict[str, float] = {}
    for vendor, pair in sizes.items():
        results = [(size, run_on(module, vendor, size)) for size in pair]
        if any(result is None for _, result in results):
            print(f"  {vendor}: skipped, no server")
            continue
        for size, result in results:
            for page, values in result["pages"].items():
                figures[f"{vendor} {size:,} {page}: p95 ms"] = values["p95_ms"]
                figures[f"{vendor} {size:,} {page}: own processor ms"] = values["cpu_ms"]
                figures[f"{vendor} {size:,} {page}: queries"] = values["queries"]
        small, large = (result["pages"] for _, result in results)
        for page in small:
            figures[f"{vendor} {page}: large : small"] = large[page]["p95_ms"] / small[page]["p95_ms"]
    return figures


def run_on(module: str, vendor: str, size: int) -> dict | None:
    """Run one measurement in its own process and data folder; return None if the database server is not available."""
    command = [sys.executable, "-m", module, str(size)]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GONGKAI_DATA": folder}
        env.pop("DATABASE_URL", None)
        if vendor == "postgresql":
            script = 'DATABASE_URL="$TEST_DATABASE_URL" exec "$@"'
            command = [sys.executable, "tools/with_postgres.py", "sh", "-c", script, "sh", *command]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not (done.returncode or lines) and "no server could be started" in done.stderr:
        return None
    if done.returncode or not lines:
        raise SystemExit(f"{vendor} {size}: {done.stderr.strip()[-800:] or 'no result'}")
    return json.loads(lines[-1])
