"""Answering people: the telephone's screen over 100,000 answers, and 1,000 messages at once through the public form."""

from benchmarks.compare import run_on

ANSWERS = 100_000


def run() -> dict[str, float]:
    """Return the figures on both databases; one that cannot be had is left out."""
    figures: dict[str, float] = {}
    for vendor in ("sqlite", "postgresql"):
        result = run_on("benchmarks.answering_pages", vendor, ANSWERS)
        if result is None:
            print(f"  {vendor}: left out, no server")
            continue
        figures |= {f"{vendor} {name}": value for name, value in result.items()}
    return figures
