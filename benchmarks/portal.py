"""The public pages over many documents, on SQLite and PostgreSQL: queries, milliseconds, and the ratio large : small."""

import json
import os
import subprocess
import sys
import tempfile

SIZES = (10_000, 100_000)
VENDORS = ("sqlite", "postgresql")


def run() -> dict[str, float]:
    """Return the figures; a database that cannot be had is left out, and said so."""
    figures: dict[str, float] = {}
    for vendor in VENDORS:
        results = [(size, _pages(vendor, size)) for size in SIZES]
        if any(result is None for _, result in results):
            print(f"  {vendor}: left out, no server")
            continue
        for size, result in results:
            for page, values in result["pages"].items():
                figures[f"{vendor} {size:,} {page}: p95 ms"] = values["p95_ms"]
                figures[f"{vendor} {size:,} {page}: queries"] = values["queries"]
        small, large = (result["pages"] for _, result in results)
        for page in small:
            figures[f"{vendor} {page}: large : small"] = large[page]["p95_ms"] / small[page]["p95_ms"]
    return figures


def _pages(vendor: str, size: int) -> dict | None:
    command = [sys.executable, "-m", "benchmarks.portal_pages", str(size)]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GONGKAI_DATA": folder}
        env.pop("DATABASE_URL", None)
        if vendor == "postgresql":
            script = 'DATABASE_URL="$TEST_DATABASE_URL" exec "$@"'
            command = [sys.executable, "tools/with_postgres.py", "sh", "-c", script, "sh", *command]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return None if vendor == "postgresql" else sys.exit(done.stderr[-2000:])
    return json.loads(lines[-1])
