"""Kept seeds: weeks of an office are played again, and the simulator finds faults that are planted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.shrink import shrink

ROOT = Path(__file__).resolve().parents[2]
#: Seeds and days: the shortest that reach staff, units, pages and the turn of a year.
KEPT = [(1, 12)]


@pytest.mark.parametrize(("seed", "days"), KEPT)
def test_a_kept_seed_finds_nothing(seed: int, days: int, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)])}
    given = ["--seed", str(seed), "--days", str(days), "--log", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "simulation", *given], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len((tmp_path / f"{seed}.jsonl").read_text().splitlines()) > days


def test_a_failing_sequence_is_shortened_to_what_makes_it_fail() -> None:
    tried: list[int] = []

    def fails(steps: list[int]) -> bool:
        tried.append(len(steps))
        return {3, 17, 40} <= set(steps)

    assert shrink(range(60), fails) == [3, 17, 40]
    assert len(tried) < 100
