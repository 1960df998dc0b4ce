"""The office's pages of information requests over a small and a large register."""

from benchmarks.compare import compare

#: Requests: ten times as many must cost the same. More than these take longer than five minutes to write.
SIZES = (2_000, 20_000)


def run() -> dict[str, float]:
    """Return the figures: home, register, tables, statistics, as the 政务公开办 and as a clerk."""
    return compare("benchmarks.requests_pages", {"sqlite": SIZES, "postgresql": SIZES})
