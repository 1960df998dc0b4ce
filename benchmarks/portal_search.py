"""Measure the search over 20,000 documents, and the delay until a published text is found, on SQLite and PostgreSQL.

Every answer is measured in wall time and processor time (this process and the database's): on a busy machine,
processor time is the upper limit of what an idle machine takes.
"""

from benchmarks.compare import run_on

#: More documents take longer than five minutes to write; for a million see `portal_grow` and `portal_crowd` (docs/scale.md).
DOCUMENTS = 20_000


def run() -> dict[str, float]:
    """Return the 95th percentiles of each kind of search and of all, and the delay of a published text (milliseconds)."""
    figures: dict[str, float] = {}
    for vendor in ("sqlite", "postgresql"):
        result = run_on("benchmarks.portal_queries", vendor, DOCUMENTS)
        if result is None:
            print(f"  {vendor}: skipped, no server")
            continue
        figures |= {f"{vendor} {name}": value for name, value in result.items()}
    return figures
