"""No file contains the conflict markers of an unfinished merge."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFLICT_MARKERS = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
TEXT_SUFFIXES = {".py", ".html", ".css", ".js", ".md", ".toml", ".tsv", ".txt", ".in", ".sql", ""}


def test_no_file_contains_conflict_markers() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in names.stdout.splitlines() if Path(name).suffix in TEXT_SUFFIXES]
    found = [path for path in files if path.is_file() and CONFLICT_MARKERS.search(path.read_text(errors="ignore"))]
    assert found == []
