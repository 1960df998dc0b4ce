"""Answering people: the telephone's screen over 100,000 answers, and 1,000 messages in a minute through the form; on SQLite a tenth of both."""

from benchmarks.compare import run_on

#: Answers in the base; a hundredth of them are the messages of a minute.
ANSWERS = {"postgresql": 100_000, "sqlite": 10_000}


def run() -> dict[str, float]:
    """Return the figures on both databases; one that cannot be had is left out."""
    figures: dict[str, float] = {}
    for vendor, answers in ANSWERS.items():
        result = run_on("benchmarks.answering_pages", vendor, answers)
        if result is None:
            print(f"  {vendor}: left out, no server")
            continue
        figures |= {f"{vendor} {answers:,} {name}": value for name, value in result.items()}
    return figures
