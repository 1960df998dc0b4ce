"""Measure awkward messages to the public mailbox: recipients of answers, messages held back, and the words and files that are registered.

`gold.json` names the office's own addresses and for each file the addresses that may be answered (`accept`), true if a
machine wrote it (`held`), and the words that must be read. *Misdirected* is a letter to an address that is not in
`accept`, or any letter if none may be sent.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.unseen.city import installation


class _Folder:
    """A mailbox with one message."""

    uid_validity = 1

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @contextmanager
    def open(self) -> "Iterator[_Folder]":
        yield self

    def numbers(self, after: int) -> list[int]:
        return [1]

    def sizes(self, numbers: list[int]) -> dict[int, int]:
        return {1: len(self.raw)}

    def message(self, number: int) -> bytes:
        return self.raw

    head = message


def measure(folder: Path, show: bool = False) -> dict[str, float]:
    """Receive each message and send the answers; return counts."""
    gold = json.loads((folder / "gold.json").read_text())
    own = gold["own_addresses"]
    settings = {"GONGKAI_MAILBOX_USER": own[0], "GONGKAI_MAIL_FROM": own[-1]}
    counts: Counter[str] = Counter()
    with installation(settings):
        from django.conf import settings as django_settings

        from factories.publishing import website
        from gongkai.work.consultation.models import MailFolder

        django_settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        site = website()
        for address in own[1:]:
            MailFolder.objects.create(name=address, account=address, body=site.body)
        for row in gold["mails"]:
            wrong = list(_list_errors(row, (folder / row["file"]).read_bytes(), site.body))
            counts.update(wrong)
            if show and wrong:
                print(f"    {row['file']} {row['kind']}: {'; '.join(wrong)}")
    names = (
        "misdirected",
        "lost",
        "machine answered",
        "person not answered",
        "address",
        "words",
        "name",
        "subject",
        "file name",
    )
    return {"messages": len(gold["mails"])} | {name: counts[name] for name in names}


def _list_errors(row: dict[str, Any], raw: bytes, body: object) -> Iterator[str]:
    """Yield the errors in how a message was registered."""
    from django.core import mail as sent

    from gongkai.core.outbox.jobs import send_due
    from gongkai.lib.fileformats.mails import read_mail
    from gongkai.work.consultation.mailbox.fetching import fetch_folder
    from gongkai.work.consultation.models import IncomingMail

    sent.outbox = []
    fetch_folder(row["file"], _Folder(raw).open(), body)  # type: ignore[arg-type]
    send_due()
    kept = IncomingMail.objects.filter(folder__name=row["file"]).first()
    if kept is None:
        yield "lost"
        return
    reached = [address for letter in sent.outbox for address in (*letter.to, *letter.cc, *letter.bcc)]
    accept = {address.lower() for address in row["accept"]}
    if any(address.lower() not in accept for address in reached):
        yield "misdirected"
    if row["held"] and reached:
        yield "machine answered"
    if not row["held"] and row["reply_to"] and not reached:
        yield "person not answered"
    try:
        read = read_mail(raw)
    except ValueError:
        yield "words"
        return
    if not row["held"] and (read.address or "").lower() not in accept | {""}:
        yield "address"
    inquiry = kept.inquiry
    text = inquiry.text.reveal() if inquiry else read.text
    where = read.subject if row.get("where") == "subject" else f"{text}\n{read.text}"
    yield from _list_wrong_words(row, where, text)
    if row.get("name_has", "") not in read.senders.name:
        yield "name"
    if row.get("subject_has", "") not in read.subject:
        yield "subject"
    files = [attached.name for attached in read.attached]
    wanted = row.get("attachments")
    if (
        wanted is not None
        and sorted(files) != sorted(wanted)
        and sorted(files) not in [sorted(x) for x in _lists(row.get("attachments_or", []))]
    ):
        yield "file name"


def _lists(given: list[Any]) -> list[list[str]]:
    return [one if isinstance(one, list) else [one] for one in given] + (
        [given] if given and isinstance(given[0], str) else []
    )


def _list_wrong_words(row: dict[str, Any], where: str, text: str) -> Iterator[str]:
    """Yield missing words, and words that must not be there."""
    joined = "".join(where.split())
    also = row.get("also", [])
    needed = [row["phrase"] or "", *([also] if isinstance(also, str) else also)]
    absent = row.get("absent", [])
    if any("".join(words.split()) not in joined for words in needed) or any(
        "".join(words.split()) in "".join(text.split()) for words in ([absent] if isinstance(absent, str) else absent)
    ):
        yield "words"
