"""Search over 20,000 documents, and how soon a publish is seen there, on SQLite and PostgreSQL.

Every answer is timed on the wall and by the processor (this process and the database's own): where other work shares the cores, the processor's time
is what an idle machine would take at most.
"""

from benchmarks.compare import run_on

#: More take longer than five minutes to write; a million: `portal_grow` and `portal_crowd` (docs/scale.md).
DOCUMENTS = 20_000


def run() -> dict[str, float]:
    """Return the 95th percentiles of each kind of search and of all, and how long a publish takes to be seen (milliseconds)."""
    figures: dict[str, float] = {}
    for vendor in ("sqlite", "postgresql"):
        result = run_on("benchmarks.portal_queries", vendor, DOCUMENTS)
        if result is None:
            print(f"  {vendor}: left out, no server")
            continue
        figures |= {f"{vendor} {name}": value for name, value in result.items()}
    return figures
