"""Kept seeds: days of three offices are played again, and a failing sequence of steps is shortened."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import LazySettings

from simulation.shrink import shrink
from simulation.start import _copy_files

ROOT = Path(__file__).resolve().parents[2]
#: Governments that change their staff and units often, drawn from odd seeds; `make simulate` searches other seeds.
SEED, YEARS, BETWEEN, DAYS = 5, 3, 2, 3


def test_kept_seeds_find_nothing(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)])}
    given = {"seed": SEED, "years": YEARS, "between": BETWEEN, "days": DAYS, "log": tmp_path}
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "simulation", *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len([*tmp_path.glob("*.jsonl")]) == YEARS


def test_a_restored_world_has_its_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    stored = tmp_path / "files" / "stored" / "a1"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"paper")
    restore = _copy_files()
    shutil.rmtree(tmp_path / "files")
    restore()
    assert stored.read_bytes() == b"paper"


def test_a_failing_sequence_is_shortened_to_what_makes_it_fail() -> None:
    tried: list[int] = []

    def fails(steps: list[int]) -> bool:
        tried.append(len(steps))
        return {3, 17, 40} <= set(steps)

    assert shrink(range(60), fails) == [3, 17, 40]
    assert len(tried) < 100
