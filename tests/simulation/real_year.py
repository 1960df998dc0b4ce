"""A real year: a complete notice, its units, and an office that works on every task to its end.

    python -m simulation.real_year [NAME …]        (`make year`, `make year NOTICES="2021-yunyang"`)

Each notice of the folder is imported into an installation of its own and worked through the product's acts until the
annual report of its year is published. Printed are what an office would report, and the faults found on the way.
"""

import argparse
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simulation import start

if TYPE_CHECKING:
    from gongkai.work.notices.models import Notice
    from simulation.real_office import Office

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "notices_unseen"
#: File name → the executing government, its level and short name. Notices of bureaus are skipped.
PLACES: dict[str, tuple[str, str, str]] = {
    "2021-yunyang": ("云阳县人民政府", "county", "县政府"), "2021-tongliang": ("重庆市铜梁区人民政府", "county", "区政府"),
    "2022-yuzhong": ("重庆市渝中区人民政府", "county", "区政府"), "2021-municipal": ("重庆市人民政府", "city", "市政府"),
    "b01": ("云岭市人民政府", "city", "市政府"), "b03": ("石门县人民政府", "county", "县政府"),
}  # fmt: skip
#: Shares of tasks that are late, postponed, and marked as not applicable.
LATE_SHARE, POSTPONED_SHARE, NOT_APPLICABLE_SHARE = 0.08, 0.03, 0.02
#: Days between two turns of an office, and days it works after the year's end.
TURN_DAYS, DAYS_AFTER_YEAR = 7, 85
#: Pages opened each month, with the role that opens them.
MONTHLY_PAGES = (
    ("chief", "/admin/"), ("chief", "/admin/ledger/"), ("chief", "/admin/notices/queue/"),
    ("chief", "/admin/notices/timeline/"), ("chief", "/admin/notices/{notice}/"),
    ("chief", "/admin/notices/{notice}/matrix/"), ("lead", "/admin/"), ("clerk", "/admin/"),
    ("clerk", "/admin/notices/tasks/"), ("", "/"), ("", "/progress/"),
)  # fmt: skip


@dataclass
class YearResult:
    """Results of a year."""

    name: str
    figures: dict[str, object] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def fault(self, where: str, words: object) -> None:
        """Count a fault; numbers and quoted names do not make another one of it."""
        key = f"{where}: {re.sub(r'“[^”]*”', '“…”', re.sub(r'[0-9]+', 'N', str(words)))[:220]}"
        if key not in self.faults:
            print(f"{self.name} fault: {where}: {str(words)[:400]}", flush=True)
        self.faults[key] += 1

    def print(self) -> None:
        """Print figures and faults."""
        print(f"\n## {self.name}")
        for name, value in self.figures.items():
            print(f"  {name}: {value}")
        for words, count in self.faults.most_common():
            print(f"  fault ×{count}: {words}")
        print(f"  {len(self.faults)} kinds of faults", flush=True)


def main() -> int:
    """Play the notices named, or all that are there; exit 1 where there are faults."""
    parser = argparse.ArgumentParser(prog="python -m simulation.real_year", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--folder", type=Path, help="default: the project's own samples")
    parser.add_argument("--days", type=int, default=0, help="stop so many days after the issue")
    given = parser.parse_args()
    there = sorted((given.folder or FOLDER).iterdir())
    files = [file for file in there if file.stem in (given.names or PLACES) and file.suffix != ".json"]
    if missing := set(given.names) - {file.stem for file in files if file.stem in PLACES}:
        parser.error(f"no such notice with a known place: {', '.join(sorted(missing))}")
    files = [file for file in files if file.stem in PLACES]
    start.start("simulation.real_year")
    blank, faults = start.copy_database(), 0
    for file in files:
        account = play(file, given.days)
        account.print()
        faults += len(account.faults)
        if blank:
            blank()
    return 1 if faults else 0


def play(file: Path, days: int) -> YearResult:
    """Play the year of one notice."""
    import time_machine

    from gongkai.work.notices.importing.source import read_source
    from simulation.__main__ import listen
    from simulation.real_office import Office, morning

    account, begun = YearResult(file.stem), time.process_time()
    source = read_source(file.read_bytes(), file.name)
    issued = date.fromisoformat(str(source.parsed.get("issued_on") or "2021-05-25"))
    with time_machine.travel(morning(issued), tick=False) as traveller:
        start.fix_random_bytes(1)
        office = Office.build(traveller, listen(), PLACES[file.stem], source, account)
        notice = office.import_notice(source, issued)
        if notice is not None:
            work_year(office, notice, issued, days)
            if not days:
                office.close_year(notice)
    account.figures["processor seconds"] = round(time.process_time() - begun)
    return account


def work_year(office: "Office", notice: "Notice", issued: date, days: int) -> None:
    """Let the days pass, with one turn of the office at a time."""
    last = date(notice.year, 12, 31) + timedelta(days=DAYS_AFTER_YEAR)
    day, month = issued + timedelta(days=(7 - issued.weekday()) % 7), 0  # its Mondays
    while day <= (issued + timedelta(days=days) if days else last):
        office.turn(day)
        if day.month != month:
            month = day.month
            check_monthly_pages(office, notice, day)
        day += timedelta(days=TURN_DAYS)


def check_monthly_pages(office: "Office", notice: "Notice", day: date) -> None:
    """Open the office's monthly pages, which must work and agree with the ledger."""
    for role, page in MONTHLY_PAGES:
        office.see(role, page.format(notice=notice.pk))
    office.account.figures[f"{day:%Y-%m}"] = states = office.count_states(notice)
    print(f"{office.account.name} {day}: {states}; {len(office.account.faults)} kinds of faults", flush=True)


if __name__ == "__main__":
    sys.exit(main())
