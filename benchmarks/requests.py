"""Measure the office's pages of information requests over a small and a large register."""

from benchmarks.compare import compare

#: Numbers of requests: ten times as many must cost the same. Larger registers take more than five minutes to write.
SIZES = (2_000, 20_000)


def run() -> dict[str, float]:
    """Return the figures: home, register, tables, statistics, as the open-government office and as a clerk."""
    return compare("benchmarks.requests_pages", {"sqlite": SIZES, "postgresql": SIZES})
