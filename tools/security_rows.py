"""Write into the column “held by” of docs/security.md which of the tests it names pass.

python tools/security_rows.py               run them (`make security`)
python tools/security_rows.py REPORT.xml    take what a run of all tests wrote (`--junitxml=REPORT.xml -o junit_family=xunit1`)

A module of which no test ran gets no mark. The page's first section says when that was, at which commit, and how many rows a test holds. Ends with 1 where a test fails.
"""

import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
#: A named test as it stands in the column, with the mark of the last run behind it.
NAMED = re.compile(r"`((?:[a-z_]+/)+test_\w+\.py)`(?: [✓✗])?")
MARKS = {True: " ✓", False: " ✗", None: ""}
LAST = re.compile(r"^Last run: .*$", re.MULTILINE)


def named_tests(page: str) -> list[str]:
    """Return the test modules that the column names, below `tests/`, each once."""
    return sorted(
        {name for line in page.splitlines() if line.startswith("| ") for name in NAMED.findall(line)}
    )


def run(names: list[str], report: Path) -> None:
    """Run test modules and write the report of it."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "-q",
        f"--junitxml={report}",
        "-o",
        "junit_family=xunit1",
    ]
    subprocess.run([*command, *(f"tests/{name}" for name in names)], cwd=ROOT, check=False)


def outcomes(names: list[str], report: Path) -> dict[str, bool]:
    """Return module → whether all of its tests that ran have passed; without those of which none ran."""
    passed: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = str(case.get("file", "")).removeprefix("tests/")
        fine = case.find("failure") is None and case.find("error") is None
        if case.find("skipped") is None:
            passed[name] = passed.get(name, True) and fine
    return {name: passed[name] for name in names if name in passed}


def with_marks(page: str, passed: dict[str, bool], when: str) -> str:
    """Return the page with a mark behind each test of the column, and the line that says when they were run."""
    marked = [
        NAMED.sub(lambda test: f"`{test[1]}`{MARKS[passed.get(test[1])]}", line)
        if line.startswith("| ")
        else line
        for line in page.splitlines()
    ]
    rows = [line for line in marked if re.match(r"\| (V\d|8\.)", line)]
    held = sum("✓" in line and "✗" not in line for line in rows)
    read = sum(line.endswith("| reading |") for line in rows)
    failed = ", ".join(f"`{name}`" for name, fine in passed.items() if not fine) or "none"
    said = f"Last run: {when}; {held} of {len(rows)} rows are held by tests that passed, {read} by reading alone; failed: {failed}."
    return LAST.sub(lambda _: said, "\n".join(marked) + "\n")


def main(given: list[str]) -> int:
    """Run or read, write, and say so."""
    page = PAGE.read_text(encoding="utf-8")
    names = named_tests(page)
    report = Path(given[0]) if given else ROOT / ".pytest_cache" / "security.xml"
    if not given:
        report.parent.mkdir(exist_ok=True)
        run(names, report)
    passed = outcomes(names, report)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    page = with_marks(page, passed, f"{time.strftime('%Y-%m-%d')}, {commit.stdout.strip()}")
    PAGE.write_text(page, encoding="utf-8")
    print(LAST.findall(page)[0])
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
