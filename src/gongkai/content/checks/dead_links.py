"""Order the publishing unit to repair dead links of a public text; report them as repaired once they open.

One order names all dead links of a text. What dies later, while it runs, is another order, so that nobody answers for what he was not told.
A link is ordered once it failed on two different days: a site may be down for an evening.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.content.checks.actions import address_of, order
from gongkai.content.checks.models import Fault
from gongkai.content.editions.models import Document
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.ledger.rectification import Found, State, report
from gongkai.core.units.actors import SYSTEM

RECTIFICATION_SOURCE = "links"
#: The table of indicators of all government sites counts each link that does not open.
RECTIFICATION_BASIS = "政府网站检查指标（国办秘函〔2019〕19号）：链接打不开"
#: What the system reports once none of the named links is a fault any more, and why.
LINKS_REPAIRED_TEXT = "系统复查：所列链接已经可以打开，或者已经更正、删去。"
TEXT_WITHDRAWN_NOTE = "系统复查：这条信息已经撤回，不再公开。"
#: Different hosts that must all be silent before we believe that it is our own network that is cut off.
SILENT_HOSTS = 3
_ANSWERED = "网站应答"


def cut_off(heard: Mapping[str, str]) -> bool:
    """Return true if no host answered in a run, so that our own network failed and no repair is
    ordered.

    Args:
        heard: address → why it does not open, empty where it does.
    """
    if any(not reason or reason.startswith(_ANSWERED) for reason in heard.values()):
        return False
    return len({urlsplit(address).hostname for address in heard}) >= SILENT_HOSTS


def follow(document: Document, title: str, rows: Iterable[Fault], mended: str = LINKS_REPAIRED_TEXT) -> None:
    """Order the repair of links that failed on two days, and report the orders whose links all
    work.

    Args:
        document: the public text.
        title: its title.
        rows: the links of it that do not open now.
        mended: what is reported of the rest.
    """
    dead = {row.target: row for row in rows}
    named: set[str] = set()
    for entry in _running(document):
        ordered = set(entry.rectification.found)
        named |= ordered
        if entry.state == State.ORDERED and not ordered & dead.keys():
            report(entry, by=SYSTEM, text=mended)
    today = timezone.localdate()
    fresh = {
        target: row.reason
        for target, row in dead.items()
        if target not in named and timezone.localdate(row.since) < today
    }
    if fresh:
        order(document, _found(document, title, fresh))


def _running(document: Document) -> list[Entry]:
    rows = Rectification.objects.filter(
        source=RECTIFICATION_SOURCE, source_ref__startswith=f"{document.pk}/", entry__closed_at=None
    )
    return [row.entry for row in rows.select_related("entry__body")]


def _found(document: Document, title: str, dead: Mapping[str, str]) -> Found:
    address = address_of(document)
    mark = sha256("\n".join(sorted(dead)).encode()).hexdigest()[:24]
    return Found(
        source=RECTIFICATION_SOURCE,
        ref=f"{document.pk}/{mark}",
        title=f"链接打不开：{title}",
        what=f"已公开的“{title}”中有 {len(dead)} 个链接在不同日期两次检查都打不开",
        demand="改成能打开的网址，经审签后公开；不再需要的链接删去",
        basis=RECTIFICATION_BASIS,
        address=address,
        page=title if address else "",
        facts=dict(dead),
    )
