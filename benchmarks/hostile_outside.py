"""The doors that anybody reaches: public forms with a file, and the mailbox. `hostile_serve` measures them.

A form is opened, its proof of work solved and the shortest time of typing waited for before the clock starts. `reached` says that the file was
looked at: the form was acknowledged with it, or the page names the file in what is wrong. A form that was turned away for anything else fails.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import requests
from altcha import solve_challenge_v1
from lxml import html

from factories import bombs

#: Seconds after which a form does not come back too soon (`intake.forms.tokens.SOONEST`, and one for its clock of whole seconds).
TYPED = 3.1
#: Name of a public form → what is typed into it. `{}` is another number each time: the same text is taken three times.
FORMS: dict[str, dict[str, str]] = {
    "fault": {"kind": "wording", "text": "首页第三条标题有错别字，第{}次反映。", "page": "{root}/"},
    "ask": {
        "category": "consultation",
        "title": "咨询第{}号",
        "text": "请问第{}号办事窗口几点开门？",
        "name": "李晓云",
        "phone": "13800138000",
        "seen_answers": "1",
    },
}

#: Takes one message in as the job of the mailbox does, and says what became of it and its number.
MAIL = """
import sys
from contextlib import nullcontext
from pathlib import Path
from gongkai.ops.cli.django import start_django
start_django(ready=False)
from gongkai.work.consultation.mailbox.fetching import fetch_folder
from gongkai.work.consultation.models import IncomingMail
from gongkai.core.units.models import Body
class Box:
    uid_validity = 1
    kept = Path(sys.argv[1])
    def numbers(self, after): return [int(sys.argv[2])] if after < int(sys.argv[2]) else []
    def sizes(self, numbers): return {number: self.kept.stat().st_size for number in numbers}
    def message(self, number): return self.kept.read_bytes()
    def head(self, number): return self.kept.open("rb").read(100_000)
fetch_folder("measured", nullcontext(Box()), Body.objects.filter(parent=None).first())
row = IncomingMail.objects.get(uid=int(sys.argv[2]))
print(row.pk, row.state)
"""


@dataclass
class Opened:
    """A public form that somebody has typed into: it only has to be sent."""

    root: str
    form: str
    session: requests.Session
    fields: dict[str, str]

    def send(self, name: str, data: bytes) -> requests.Response:
        """Send it with a file."""
        return self.session.post(
            f"{self.root}/forms/{self.form}/",
            data=self.fields,
            files={"files": (name, data)},
            timeout=600,
        )


def opened(root: str, form: str) -> Opened:
    """Open a form as a browser does, solve what it asks and wait as long as the quickest person types."""
    session = requests.Session()
    page = html.fromstring(session.get(f"{root}/forms/{form}/", timeout=60).content)
    hidden = {str(field.get("name")): str(field.get("value")) for field in page.xpath("//form//input[@type='hidden']")}
    asked = json.loads(page.xpath("string(//script[@id='intake-challenge'])"))
    solution = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    assert solution
    said = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")}
    typed = {
        name: value.replace("{}", str(time.time_ns())).replace("{root}", root) for name, value in FORMS[form].items()
    }
    time.sleep(TYPED)
    return Opened(
        root,
        form,
        session,
        {**hidden, **typed, "proof": json.dumps({**said, "number": solution.number}), "send": "1"},
    )


def reached(answer: requests.Response, name: str) -> str:
    """Return what became of a form's file; empty where the form was turned away before anybody looked at it."""
    page = html.fromstring(answer.content)
    if page.xpath("//*[contains(@class, 'pk-code--large')]"):
        return f"{answer.status_code} registered with the file"
    wrong = [text for text in page.xpath("//*[@id='errors']//li//text()") if f"“{name}”" in text]
    return f"{answer.status_code} {wrong[0].strip()}" if wrong else ""


def letters() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield hostile messages: by their make, and by what they bring along."""
    yield from bombs.OTHER_BOMBS["mail"].items()
    for kind, make in {**bombs.ZIP_BOMBS, **bombs.COMPOUND_BOMBS}.items():
        yield f"brings {kind}", lambda make=make: bringing("x.docx", make())
    for kind, make in bombs.OTHER_BOMBS["picture"].items():
        yield f"brings {kind}", lambda make=make: bringing("x.png", make())


def bringing(name: str, content: bytes) -> bytes:
    """Return a message with a file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "li@example.cn", "box@example.gov.cn", "请看附件"
    message["Message-ID"] = f"<{time.time_ns()}@example.cn>"
    message.set_content("请看附件。")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def taken_in(
    start: Callable[..., "subprocess.Popen[bytes]"], roots: list[int], data: bytes, number: int
) -> tuple[int, str]:
    """Let the mailbox hand over a message to a job of its own, whose cost counts; return the number of its row, and what became of it."""
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(data)
        kept.flush()
        job = start(MAIL, kept.name, str(number))
        roots.append(job.pid)
        said, _ = job.communicate()
        roots.remove(job.pid)
    words = said.decode().split()
    return (int(words[0]), words[1]) if job.returncode == 0 and len(words) == 2 else (0, "the job failed")
