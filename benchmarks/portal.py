"""Measure the public pages over few and many documents."""

from benchmarks.compare import compare


def run() -> dict[str, float]:
    """Return the figures: front page, columns, an item, search, feed."""
    sizes = (2_000, 20_000)
    return compare("benchmarks.portal_pages", {"sqlite": sizes, "postgresql": sizes})
