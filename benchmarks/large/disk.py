"""Fill the disk of the files with the clerks' uploads; check the answers and the stored files."""

import asyncio
import json
import re
import subprocess
import uuid
from typing import Any

from benchmarks.large.application import Province
from benchmarks.large.clerks import LEDGER, REMARK, Clerks
from benchmarks.large.web import Answer, Browser, read_hidden_fields

#: Megabytes free on the file system of the files, and size of each uploaded file in megabytes.
FREE_MB, FILE_MB = 4, 1


def run(province: Province, clerks: Clerks, count: int = 8, name: str = "disk") -> dict[str, Any]:
    """Post remarks with files until the disk is full; return the answers, and whether all acknowledged remarks exist."""
    folder = province.folder / "data" / "files"
    folder.mkdir(exist_ok=True)
    before = province.folder / "files-before"
    subprocess.run(["rm", "-rf", str(before)], check=True)
    subprocess.run(["cp", "-a", str(folder), str(before)], check=True)
    taken = sum(-(-one.stat().st_size // 4096) * 4 for one in before.rglob("*") if one.is_file())
    size = f"size={taken + FREE_MB * 1024}k"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        return {"left out": "no small file system can be mounted here"}
    try:
        subprocess.run(["cp", "-a", f"{before}/.", str(folder)], check=True)
        statuses = asyncio.run(_hand_in(province, clerks, count, name))
        there = json.loads(province.answers("standing"))["remarks"]
        said = [f"bench-{name}-{n}" for n, status in enumerate(statuses) if status == 302]
        verdict = json.loads(province.run("audit", "verify", "--files", "--json", check=False).strip().splitlines()[-1])
        return {
            "answers": statuses,
            "acknowledged": len(said),
            "acknowledged and lost": [words for words in said if not there.get(words)],
            "refused and yet there": [
                f"bench-{name}-{n}"
                for n, status in enumerate(statuses)
                if status != 302 and there.get(f"bench-{name}-{n}")
            ],
            "audit verify --files": "whole" if verdict.get("ok") else str(verdict)[:500],
        }
    finally:
        # Stored files stay: rows refer to them.
        subprocess.run(["cp", "-a", f"{folder}/.", str(before)], check=False)
        subprocess.run(["umount", "-l", str(folder)], check=False)
        subprocess.run(["cp", "-a", f"{before}/.", str(folder)], check=False)


async def _hand_in(province: Province, clerks: Clerks, count: int, name: str) -> list[int]:
    clerk = next(one for one in clerks if one["entries"])
    browser = Browser(province.front, cookies=clerk["cookies"])
    path = f"{LEDGER}{clerk['entries'][0]}/act/{REMARK}/"
    statuses = []
    for number in range(count):
        form = await browser.get(path)
        answer = await _with_file(browser, path, {**read_hidden_fields(form.text), "text": f"bench-{name}-{number}"})
        statuses.append(answer.status)
        if answer.status not in {302, 503, 507}:
            print("  disk full:", answer.status, re.sub(r"<[^>]+>|\s+", " ", answer.text)[-300:])
    browser.close()
    return statuses


async def _with_file(browser: Browser, path: str, fields: dict[str, str]) -> Answer:
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    content = uuid.uuid4().hex * (FILE_MB * 1024 * 32)
    parts.append(
        f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n'
    )
    body = ("".join(parts) + f"--{mark}--\r\n").encode()
    return await browser.send(path, body, f"multipart/form-data; boundary={mark}")
