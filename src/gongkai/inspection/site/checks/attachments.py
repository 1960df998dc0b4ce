"""Personal data in the attachments of a site, hidden columns, sheets and words among them (`privacy.files`)."""

from collections import Counter
from collections.abc import Iterator

from gongkai.inspection.site.checks.found import Found
from gongkai.inspection.site.checks.wording import EXPOSED, masked
from gongkai.outbound.crawling import Fetched
from gongkai.outbound.crawling.addresses import suffix_of
from gongkai.outbound.crawling.fetching import DOCUMENTS
from gongkai.privacy import PrivacyError, find

#: Characters of an attachment that are looked at.
MOST = 1_000_000


def personal_in(fetched: Fetched, limit: int) -> Iterator[Found]:
    """Yield what personal data an attachment shows or hides: one finding for each kind.

    Args:
        fetched: the attachment as it came.
        limit: bytes that were read at most; a file that is longer was not read whole, and is not judged.
    """
    from gongkai.privacy.files.hidden_text import hidden_in
    from gongkai.privacy.files.text import text_in

    suffix, address = suffix_of(fetched.target.address), fetched.target.address
    if suffix not in DOCUMENTS or not fetched.data or len(fetched.data) >= limit:
        return
    try:
        shown = text_in(fetched.data, f".{suffix}")
        behind = hidden_in(fetched.data, f".{suffix}")
    except PrivacyError:
        return
    text = f"{shown}\n{behind}"[:MOST]
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for finding in find(text):
        if finding.kind in EXPOSED:
            counts[finding.kind] += 1
            first.setdefault(finding.kind, masked(finding.text))
    for kind, count in counts.items():
        yield Found(
            "privacy.attachment",
            f"附件“{fetched.target.words[:40] or address[-60:]}”有{EXPOSED[kind]}{count}处：{first[kind]}",
            f"{address} {kind}",
            first[kind],
        )
