"""What was merged was merged to the end: no file keeps the marks of two versions."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARKS = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
TEXTS = {".py", ".html", ".css", ".js", ".md", ".toml", ".tsv", ".txt", ".in", ".sql", ""}


def test_no_file_holds_two_versions() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in names.stdout.splitlines() if Path(name).suffix in TEXTS]
    found = [path for path in files if path.is_file() and MARKS.search(path.read_text(errors="ignore"))]
    assert found == []
