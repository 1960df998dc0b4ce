"""Measure the consultation service: the telephone screen over 100,000 answers (10,000 on SQLite), and 1,000 messages a
minute to the served application.
"""

from benchmarks.compare import run_on

#: Answers in the base, and messages in a minute, by database.
ANSWERS = {"postgresql": 100_000, "sqlite": 10_000}
MESSAGES = {"postgresql": 1_000, "sqlite": 100}


def run() -> dict[str, float]:
    """Return the figures on both databases; leave out a database that is not available."""
    figures: dict[str, float] = {}
    for vendor, answers in ANSWERS.items():
        for module, size in (("answering_pages", answers), ("answering_rush", MESSAGES[vendor])):
            result = run_on(f"benchmarks.{module}", vendor, size)
            if result is None:
                print(f"  {vendor}: skipped, no server")
                break
            figures |= {f"{vendor} {size:,} {name}": value for name, value in result.items()}
    return figures
