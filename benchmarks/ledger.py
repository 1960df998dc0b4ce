"""The office's pages over small and large ledgers."""

from benchmarks.compare import compare

#: Entries: ten times as many must cost the same. More than these take longer than five minutes to write.
SIZES = (2_000, 20_000)


def run() -> dict[str, float]:
    """Return the figures: home, list, filtered list and 打表."""
    return compare("benchmarks.pages", {"sqlite": SIZES, "postgresql": SIZES})
