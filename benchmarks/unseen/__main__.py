"""Measure judgements of the program on material by authors who did not see its code. The material is not in the repository; each module
documents its format.

    python -m benchmarks.unseen answers FOLDER --home 云栖
    python -m benchmarks.unseen mail FOLDER
    python -m benchmarks.unseen gathering FOLDER --at http://127.0.0.1:8810
    python -m benchmarks.unseen sites FOLDER --reports DIR      # NAME-planted.json and NAME-clean.json, by `gongkai inspect … --json`

Only totals are printed; `--show` lists each case that is not right (not for material that must stay unseen). `--keep
NAME` stores them in docs/ as the part `unseen_NAME`, which `make bench` prints again with the commit of the
measurement.
"""

import argparse
from pathlib import Path

from benchmarks import figures
from benchmarks.__main__ import PARTS
from gongkai.ops.cli.django import start_django


def main() -> None:
    """Measure one kind of judgement and print the figures."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.unseen")
    asked.add_argument("what", choices=("answers", "mail", "gathering", "sites"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--home", nargs="*", default=())
    asked.add_argument("--at", default="http://127.0.0.1:8810")
    asked.add_argument("--reports", type=Path, default=Path())
    asked.add_argument("--show", action="store_true")
    asked.add_argument("--keep", metavar="NAME")
    said = asked.parse_args()
    start_django(ready=False)
    from benchmarks.unseen import answers, gathering, mail, sites  # they import models

    reference, load = figures.reference_second(), figures.read_load()
    found = {
        "answers": lambda: answers.measure(said.folder, tuple(said.home), show=said.show),
        "mail": lambda: mail.measure(said.folder, show=said.show),
        "gathering": lambda: gathering.measure(said.folder, said.at, show=said.show),
        "sites": lambda: sites.measure(said.folder, said.reports, show=said.show),
    }[said.what]()
    figures.print_figures(found)
    if said.keep:
        figures.store_figures(f"unseen_{said.keep}", figures.make_measurement(found, load=load, reference=reference))
        figures.write_tables(PARTS)


if __name__ == "__main__":
    main()
