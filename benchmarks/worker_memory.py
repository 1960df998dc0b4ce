"""What a worker comes to hold (`python -m benchmarks.worker_memory`, `GONGKAI_DATA` names a built sample city): resident memory, in MB.

One process reads what a server reads behind its start, and is then asked by the test client: pages that pages lead to, each another one, first as
the public, then signed in as the office. Files are read to their end.
"""

import gc
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


def resident() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(most: int = MOST) -> dict[str, float]:
    """Read, ask, and return what the process holds after each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    os.environ.setdefault("GONGKAI_SECOND_FACTOR", "off")
    assert import_module("gongkai.config.wsgi").application
    from django.test import Client

    from gongkai.config import warming
    from gongkai.units.models import Appointment, Role

    assert warming.READ.wait(120)
    found = {"read and warm": resident()}
    public, office = Client(HTTP_HOST="127.0.0.1"), Client(HTTP_HOST="127.0.0.1")
    found[f"after {most} public pages"] = _asked(public, "/", most)
    chief = Appointment.objects.exclude(person__user=None).filter(role=Role.CHIEF).order_by("body__path")[0]
    from gongkai.demo.cast import PASSWORD

    assert (
        office.post(
            "/admin/login/", {"username": chief.person.user.username, "password": PASSWORD}
        ).status_code
        == 302
    )
    found[f"after {most} of the office besides"] = _asked(office, "/admin/", most)
    return found


def _asked(client: Any, start: str, most: int) -> float:
    """Ask for so many pages, from one page on in the order in which pages lead to them; return what is held afterwards."""
    waiting, seen, good = [start], {start}, 0
    for count in range(most):
        assert waiting, f"only {count} pages are led to"
        answer = client.get(waiting.pop(count * 7919 % len(waiting)))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        good += answer.status_code == 200
        if answer.get("Content-Type", "").startswith("text/html"):
            for address in _LINK.findall(body.decode().replace("&amp;", "&")):
                fits = address.startswith("/admin/") == (start == "/admin/") and not address.startswith(
                    "/static/"
                )
                if fits and address not in seen and "logout" not in address:
                    seen.add(address)
                    waiting.append(address)
        answer.close()
    assert good * 2 > most, f"{good} of {most} pages were shown"
    gc.collect()
    return resident()


if __name__ == "__main__":
    reference, load, began = figures.reference_second(), figures.load_now(), time.process_time()
    measured = run(int(sys.argv[1]) if len(sys.argv) > 1 else MOST)
    figures.show(measured)
    print(f"  ({time.process_time() - began:.0f} s of the processor)")
    figures.keep(PART, figures.measured(measured, load=load, reference=reference))
    figures.write(PARTS)
