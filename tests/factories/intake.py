"""Fill in and send public forms as a browser does, and an SMS gateway that records messages."""

import html
import io
import json
import re
from datetime import timedelta
from typing import Any, ClassVar

import time_machine
from altcha import solve_challenge_v1
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.outbox.channels import SmsChannel

FAULT = {"kind": "wording", "text": "首页第三条标题中的“布署”应为“部署”。", "page": "http://testserver/"}
#: The smallest valid files.
BLANK_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def _draw_picture() -> bytes:
    picture, data = Image.new("L", (160, 120), 255), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    for y in range(10, 110, 12):
        pen.line((10, y, 150 - y, y), fill=0, width=3)
    picture.save(data, "PNG")
    return data.getvalue()


PNG = _draw_picture()
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Gateway(SmsChannel):
    """An SMS gateway that records messages in memory."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def submit(self, number: str, text: str) -> None:
        """Keep it."""
        self.sent.append((number, text))


def png(name: str = "截图.png") -> SimpleUploadedFile:
    """Return a picture whose content differs by name."""
    return SimpleUploadedFile(name, PNG + name.encode(), "image/png")


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a form's page."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields}


def solve_challenge(page: str) -> str:
    """Solve the challenge of a page as its script does."""
    found = re.search(r'<script id="intake-challenge" type="application/json">(.*?)</script>', page)
    assert found
    asked = json.loads(found[1])
    solution = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    assert solution
    return json.dumps(
        {
            **{name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")},
            "number": solution.number,
        }
    )


def filled(client: Client, form: str = "fault", **data: Any) -> dict[str, Any]:
    """Return what a browser sends for a form that was just shown."""
    page = client.get(f"/forms/{form}/").content.decode()
    return {**hidden_fields(page), "proof": solve_challenge(page), "send": "1", **FAULT, **data}


def post(client: Client, data: dict[str, Any], form: str = "fault", later: int = 8, **more: Any) -> Any:
    """Post a form some seconds later."""
    with time_machine.travel(timezone.now() + timedelta(seconds=later)):
        return client.post(f"/forms/{form}/", data, **more)


def code_in(answer: Any) -> str:
    """Return the query code on a form's confirmation page."""
    page = answer.content.decode()
    found = re.search(r'pk-code--large">([\d ]+)<', page)
    assert found, " ".join(re.sub(r"<[^>]*>", " ", page[page.find("<main") :]).split())[:3000]
    return found[1]


def sent(client: Client, form: str = "fault", **data: Any) -> str:
    """Send a form, again if it suggests answers, and return its query code."""
    given = filled(client, form, **data)
    answer = post(client, given, form)
    if 'id="numbers"' in answer.content.decode():
        answer = post(client, {**given, "seen_answers": "1"}, form)
    return code_in(answer)


def look_up(client: Client, code: str, second: str = "", **more: Any) -> Any:
    """Look up a matter by its query code."""
    return client.post("/query/", {"code": code, "second": second}, **more)


def party(matter: str = "fault/1", **said: Any) -> Party:
    """Register a party."""
    facts = {"name": "李晓云", "phone": "13800138000", "email": "li@example.cn", **said}
    made: Party = register_party(None, by=ANONYMOUS, matter=matter, particulars=SenderParticulars(**facts))
    return made


def issue_query_code(matter: str = "fault/1", second: str = "") -> str:
    """Issue a query code."""
    made: tuple[str, int] = issue_code(None, by=ANONYMOUS, matter=matter, second=second)
    return made[0]


def seen_preview(page: str) -> dict[str, str]:
    """Return the signature of the displayed texts as the form sends it."""
    found = re.search(r'name="seen_hidden" value="(\w+)"', page)
    assert found, "the page shows no text that leaves the office"
    return {"seen_hidden": found[1]}
