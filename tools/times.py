"""Print the processor time of the tests by folder, with a column for each database (written by tests/times.py).

python tools/times.py            the table
python tools/times.py --modules  the slowest modules, too
python tools/times.py --clear    delete the times of earlier runs
"""

import json
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "times"
#: Maximum minutes of processor time of all tests.
BUDGET_MINUTES = 10


def folder_of(module: str) -> str:
    """Return the folder of a test module; other rows keep their name."""
    parts = module.split("/")
    return module if module.startswith("(") else parts[1] if len(parts) > 2 else "(tests)"


def table(runs: dict[str, Counter[str]]) -> list[str]:
    """Return the lines of the table, the slowest folder first."""
    total = Counter[str]()
    for run in runs.values():
        total.update(run)
    head = f"{'processor time in seconds':<28}" + "".join(f"{name:>12}" for name in runs) + f"{'all':>12}"
    lines = [head]
    for name, seconds in [*total.most_common(), ("all", total.total())]:
        row = [run.total() if name == "all" else run[name] for run in runs.values()]
        lines.append(f"{name:<28}" + "".join(f"{one:>12.1f}" for one in [*row, seconds]))
    lines.append(f"that is {total.total() / 60:.1f} minutes; the goal is {BUDGET_MINUTES}")
    return lines


def main(options: list[str]) -> None:
    """Print the table, or delete the files."""
    files = sorted(FOLDER.glob("*.json"))
    if "--clear" in options:
        for file in files:
            file.unlink()
        return
    runs = {file.stem: Counter(json.loads(file.read_text())) for file in files}
    by_folder = {}
    for name, run in runs.items():
        by_folder[name] = Counter[str]()
        for module, seconds in run.items():
            by_folder[name][folder_of(module)] += seconds
    print("\n".join(table(by_folder)))
    if "--modules" in options:
        total = sum(runs.values(), Counter[str]())
        print("\n".join(f"{seconds:8.1f}  {module}" for module, seconds in total.most_common(40)))


if __name__ == "__main__":
    main(sys.argv[1:])
