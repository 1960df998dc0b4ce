"""Measure the office's pages over small and large ledgers."""

from benchmarks.compare import compare

#: Numbers of entries: ten times as many must cost the same. Larger ledgers take more than five minutes to write.
SIZES = (2_000, 20_000)


def run() -> dict[str, float]:
    """Return the figures: home, list, filtered list and 打表."""
    return compare("benchmarks.pages", {"sqlite": SIZES, "postgresql": SIZES})
