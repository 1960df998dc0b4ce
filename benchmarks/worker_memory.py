"""What a worker comes to hold (`python -m benchmarks.worker_memory`, `GONGKAI_DATA` names a built sample city), in MB.

A process reads the program and splits a worker off, as `gongkai serve` does. That reads what it reads behind its start, and is asked by the test
client: pages that pages lead to, each another one, first as the public, then signed in as the office. Files are read to their end. Resident is all
that it holds; its own is what nobody shares with it: what one more worker costs.
"""

import gc
import json
import os
import re
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.__main__ import PARTS

PART = "worker_memory"
#: Pages that are asked for on either side.
MOST = 500
_LINK = re.compile(r'href="(/[^"#]*)"')


def held() -> dict[str, float]:
    """Return what this process holds: resident, its share of it, its own."""
    lines = (line.split() for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    size = {line[0].rstrip(":"): int(line[1]) * 1024 / 1e6 for line in lines}
    own = size["Private_Clean"] + size["Private_Dirty"]
    return {"resident": size["Rss"], "its share": size["Pss"], "its own": own}


def run(most: int = MOST) -> dict[str, float]:
    """Read the program, split a worker off, have it asked, and return what it holds after each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    os.environ.setdefault("GONGKAI_SECOND_FACTOR", "off")
    from gongkai.ops.cli import serve
    from gongkai.ops.cli.django import start_django
    from gongkai.ops.cli.memory import limit_free_memory

    limit_free_memory()
    assert not sys.dont_write_bytecode, "without PYTHONDONTWRITEBYTECODE: compiling takes memory and half of the start"
    start_django()
    serve.preload_program()
    out, into = os.pipe()
    if not os.fork():
        status = 1
        try:
            os.write(into, json.dumps(_worker(most)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(into)
    with os.fdopen(out) as answer:
        found = answer.read()
    assert os.wait()[1] == 0
    return {f"{stage}: {kind}": size for stage, sizes in json.loads(found).items() for kind, size in sizes.items()}


def _worker(most: int) -> dict[str, dict[str, float]]:
    """Be asked; return what is held after each."""
    assert import_module("gongkai.ops.config.wsgi").application
    from django.test import Client

    from gongkai.core.units.models import Appointment, Role
    from gongkai.ops.config import warming

    assert warming.WARMED_UP_EVENT.wait(120)
    found = {"read and warm": held()}
    public, office = Client(HTTP_HOST="127.0.0.1"), Client(HTTP_HOST="127.0.0.1")
    found[f"after {most} public pages"] = _asked(public, "/", most)
    chief = Appointment.objects.exclude(person__user=None).filter(role=Role.CHIEF).order_by("body__path")[0]
    from gongkai.ops.demo.cast import SAMPLE_PASSWORD

    assert (
        office.post("/admin/login/", {"username": chief.person.user.username, "password": SAMPLE_PASSWORD}).status_code
        == 302
    )
    found[f"after {most} of the office besides"] = _asked(office, "/admin/", most)
    return found


def _asked(client: Any, start: str, most: int) -> dict[str, float]:
    """Ask for so many pages, from one page on in the order in which pages lead to them; return what is held afterwards."""
    waiting, seen, good = [start], {start}, 0
    for count in range(most):
        assert waiting, f"only {count} pages are led to"
        answer = client.get(waiting.pop(count * 7919 % len(waiting)))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        good += answer.status_code == 200
        if answer.get("Content-Type", "").startswith("text/html"):
            for address in _LINK.findall(body.decode().replace("&amp;", "&")):
                fits = address.startswith("/admin/") == (start == "/admin/") and not address.startswith("/static/")
                if fits and address not in seen and "logout" not in address:
                    seen.add(address)
                    waiting.append(address)
        answer.close()
    assert good * 2 > most, f"{good} of {most} pages were shown"
    gc.collect()
    return held()


if __name__ == "__main__":
    reference, load, began = figures.reference_second(), figures.load_now(), time.process_time()
    measured = run(int(sys.argv[1]) if len(sys.argv) > 1 else MOST)
    figures.show(measured)
    print(f"  ({time.process_time() - began:.0f} s of the processor)")
    figures.keep(PART, figures.measured(measured, load=load, reference=reference))
    figures.write(PARTS)
