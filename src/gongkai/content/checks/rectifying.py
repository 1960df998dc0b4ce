"""A public file that does not open is put on the ledger of its unit, with a limit (I-04); one that opens again is reported as mended."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.sources import source_named
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Rectification
from gongkai.core.ledger.rectification import Found, State, order_rectification, report
from gongkai.core.units.actors import SYSTEM
from gongkai.lib import law

SOURCE = "media"
#: Working days to mend a file or a text's links: our convention; the notices order the monthly check and name no days.
DAYS = 5
BASIS = "任务分工要求：图片、动漫、音频、视频能正常打开和播放，每月检查"


#: What the system reports once a file is no fault any more, and why it is none.
OPENS = "系统复查：文件已经可以打开，或者已经撤换。"
WITHDRAWN = "系统复查：这条信息已经撤回，文件不再公开。"


def follow(document: Document, title: str, found: Mapping[str, str], mended: str = OPENS) -> None:
    """Order what is wrong now, and report what works again.

    Args:
        document: the public text.
        title: its title.
        found: what does not open → why, as the check found it.
        mended: what is reported of the rest.
    """
    wrong = {_ref(document, target): (target, reason) for target, reason in found.items()}
    running = {
        row.source_ref: row.entry
        for row in Rectification.objects.filter(
            source=SOURCE, source_ref__startswith=f"{document.pk}/", entry__closed_at=None
        ).select_related("entry__body")
    }
    for ref, (target, reason) in wrong.items():
        if ref not in running:
            _order(document, title, ref, target, reason)
    for ref, entry in running.items():
        if ref not in wrong and entry.state == State.ORDERED:
            report(entry, by=SYSTEM, text=mended)


def _ref(document: Document, target: str) -> str:
    return f"{document.pk}/{sha256(target.encode()).hexdigest()[:24]}"


def address_of(document: Document) -> str:
    """Return where whoever mends it goes: the item in the office, or the public page of what is none."""
    if document.item_number is not None and source_named(document.source) is not None:
        return reverse("publishing:item", args=(document.item_number,))
    row = document.addresses.filter(current=True).order_by("website").first()
    return row.path if row is not None else ""


def _order(document: Document, title: str, ref: str, target: str, reason: str) -> None:
    address = address_of(document)
    order(
        document,
        Found(
            source=SOURCE,
            ref=ref,
            title=f"附件打不开：{title}",
            what=f"已公开的“{title}”中的“{target}”：{reason}",
            demand="重新上传能打开的文件，经审签后公开；不再需要的删去",
            basis=BASIS,
            address=address,
            page=title if address else "",
            facts={"文件": target, "情况": reason},
        ),
    )


def order(document: Document, found: Found) -> None:
    """Order what was found in a public text from the unit that published it, or the one it was merged into."""
    body = document.body
    while body.merged_into is not None:
        body = body.merged_into
    try:
        order_rectification(body, by=SYSTEM, until=_until(timezone.localdate()), found=found)
    except Refused:  # a unit without a successor: the list of faults still shows it
        return


def _until(today: date) -> date:
    return law.default_calendar().add(today, DAYS)
