"""The office's pages over small and large ledgers."""

from benchmarks.compare import compare


def run() -> dict[str, float]:
    """Return the figures: home, list, filtered list and 打表."""
    return compare("benchmarks.pages", {"sqlite": (10_000, 100_000), "postgresql": (10_000, 1_000_000)})
