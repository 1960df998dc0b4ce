"""Answering people: the telephone's screen over 100,000 answers (on SQLite a tenth), and 1,000 messages in a minute to the served application."""

from benchmarks.compare import run_on

#: Answers in the base; messages of a minute.
ANSWERS = {"postgresql": 100_000, "sqlite": 10_000}
MESSAGES = {"postgresql": 1_000, "sqlite": 100}


def run() -> dict[str, float]:
    """Return the figures on both databases; one that cannot be had is left out."""
    figures: dict[str, float] = {}
    for vendor, answers in ANSWERS.items():
        for module, size in (("answering_pages", answers), ("answering_rush", MESSAGES[vendor])):
            result = run_on(f"benchmarks.{module}", vendor, size)
            if result is None:
                print(f"  {vendor}: left out, no server")
                break
            figures |= {f"{vendor} {size:,} {name}": value for name, value in result.items()}
    return figures
