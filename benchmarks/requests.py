"""The office's pages of information requests over a small and a large register."""

from benchmarks.compare import compare


def run() -> dict[str, float]:
    """Return the figures: home, register, tables, statistics, as the 政务公开办 and as a clerk."""
    return compare("benchmarks.requests_pages", {"sqlite": (5_000, 100_000), "postgresql": (5_000, 100_000)})
