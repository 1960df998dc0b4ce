"""The office's pages over small and large ledgers."""

from benchmarks.compare import compare


def run() -> dict[str, float]:
    """Return the figures: home, list, filtered list and 打表."""
    return compare("benchmarks.pages", {"sqlite": (5_000, 50_000), "postgresql": (5_000, 50_000)})
