"""The entry points open to the public: forms with a file, and the mailbox. Used by `hostile_serve`.

The form is opened, its proof of work solved and the minimum typing time waited for before the measurement starts.
`find_result` confirms that the file was examined: the form was acknowledged with it, or an error on the page names the
file. A form refused for any other reason fails the run.
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

#: Seconds after which a form is accepted (`intake.forms.tokens.SOONEST`, plus one, because its clock has whole seconds).
MIN_TYPING_SECONDS = 3.1
#: Name of a public form → the values of its fields. `{}` is a new number each time, because repeated texts are limited.
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

#: Registers one message as the mailbox job does, and prints the result and its number.
RECEIVE_SCRIPT = """
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
class FilledForm:
    """A filled-in public form that is ready to be sent."""

    root: str
    form: str
    session: requests.Session
    fields: dict[str, str]

    def send(self, name: str, data: bytes) -> requests.Response:
        """Send the form with a file."""
        return self.session.post(
            f"{self.root}/forms/{self.form}/",
            data=self.fields,
            files={"files": (name, data)},
            timeout=600,
        )


def fill_in_form(root: str, form: str) -> FilledForm:
    """Open a form as a browser does, solve its challenge and wait for the minimum typing time."""
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
    time.sleep(MIN_TYPING_SECONDS)
    return FilledForm(
        root,
        form,
        session,
        {**hidden, **typed, "proof": json.dumps({**said, "number": solution.number}), "send": "1"},
    )


def find_result(answer: requests.Response, name: str) -> str:
    """Return the result for a form's file; empty if the form was refused before the file was examined."""
    page = html.fromstring(answer.content)
    if page.xpath("//*[contains(@class, 'pk-code--large')]"):
        return f"{answer.status_code} registered with the file"
    wrong = [text for text in page.xpath("//*[@id='errors']//li//text()") if f"“{name}”" in text]
    return f"{answer.status_code} {wrong[0].strip()}" if wrong else ""


def list_messages() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield hostile messages: by their own structure, and by their attachments."""
    yield from bombs.OTHER_BOMBS["mail"].items()
    for kind, make in {**bombs.ZIP_BOMBS, **bombs.COMPOUND_BOMBS}.items():
        yield f"brings {kind}", lambda make=make: make_message("x.docx", make())
    for kind, make in bombs.OTHER_BOMBS["picture"].items():
        yield f"brings {kind}", lambda make=make: make_message("x.png", make())


def make_message(name: str, content: bytes) -> bytes:
    """Return a message with an attachment."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "li@example.cn", "box@example.gov.cn", "请看附件"
    message["Message-ID"] = f"<{time.time_ns()}@example.cn>"
    message.set_content("请看附件。")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def receive_message(
    start: Callable[..., "subprocess.Popen[bytes]"], roots: list[int], data: bytes, number: int
) -> tuple[int, str]:
    """Let a separate process register a message as the mailbox job does, and measure it; return the number of its row, and the result."""
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(data)
        kept.flush()
        job = start(RECEIVE_SCRIPT, kept.name, str(number))
        roots.append(job.pid)
        said, _ = job.communicate()
        roots.remove(job.pid)
    words = said.decode().split()
    return (int(words[0]), words[1]) if job.returncode == 0 and len(words) == 2 else (0, "the job failed")
