"""What the attachments of a site say: personal data, hidden columns, sheets and words among them (`privacy.files`), and tables of annual reports."""

from collections import Counter
from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.annual import check_annual
from gongkai.lib.outbound.crawling import Fetched, Kind
from gongkai.lib.outbound.crawling.addresses import suffix_of
from gongkai.lib.outbound.crawling.fetching import DOCUMENTS
from gongkai.lib.privacy import PrivacyError, find
from gongkai.oversight.inspection.site.checks.found import Found
from gongkai.oversight.inspection.site.checks.wording import EXPOSED, is_personal, masked
from gongkai.oversight.inspection.site.site import Site

#: Characters of an attachment that are looked at.
MOST = 1_000_000
#: What shops, stations and offices have, too: personal where a file names persons. The heads and labels under which files do.
_OF_PLACES = frozenset({"address", "phone"})
_PERSONS = re.compile(
    r"姓\s*名|户\s*主|(?:申请|领取|享受|救助|持证|监护|被保|参保|报名|当事|当选|投诉|举报)人|学生|家长|患者|考生|身份证|性\s*别|残疾|低保|困难|补贴对象"
)
#: A row of the form's third table: only annual reports have it.
_OF_REPORT = "本年新收"
#: Faults of one report that are named.
MOST_SHOWN = 10


def judged(fetched: Fetched, limit: int) -> Iterator[Found]:
    """Yield what personal data an attachment shows or hides, one finding for each kind; and what does not add up where it is an annual report.

    Args:
        fetched: the attachment as it came.
        limit: bytes that were read at most; a file that is longer was not read whole, and is not judged.
    """
    from gongkai.lib.privacy.files.hidden_text import hidden_in
    from gongkai.lib.privacy.files.text import text_in

    suffix, address = suffix_of(fetched.target.address), fetched.target.address
    if suffix not in DOCUMENTS or not fetched.data or len(fetched.data) >= limit:
        return
    try:
        shown = text_in(fetched.data, f".{suffix}")
        behind = hidden_in(fetched.data, f".{suffix}")
        # What is hidden is read by itself: behind a table it would be taken for another row of it.
        findings = [*find(shown[:MOST]), *find(behind[:MOST])]
    except PrivacyError:
        return
    persons = bool(_PERSONS.search(shown) or _PERSONS.search(behind))
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for finding in findings:
        if finding.kind in EXPOSED and is_personal(finding) and (persons or finding.kind not in _OF_PLACES):
            counts[finding.kind] += 1
            first.setdefault(finding.kind, masked(finding.text))
    if _OF_REPORT in shown:
        yield from _unbalanced(fetched, suffix)
    for kind, count in counts.items():
        yield Found(
            "privacy.attachment",
            f"附件“{fetched.target.words[:40] or address[-60:]}”有{EXPOSED[kind]}{count}处：{first[kind]}",
            f"{address} {kind}",
            first[kind],
        )


#: Kinds of attachments that are not opened: formats of old, archives.
_UNREAD = frozenset({"doc", "xls", "wps", "et", "ppt", "rtf", "zip", "rar", "7z"})


def check_unread(site: Site) -> None:
    """Say how many attachments were not opened, by kind: nothing is known of what stands in them."""
    rows = site.store.frontier.rows("kind = ? AND status = 200", (Kind.FILE,))
    counts = Counter(suffix for row in rows if (suffix := suffix_of(row["address"])) in _UNREAD)
    if counts:
        kinds = "、".join(f".{suffix}文件{count}个" for suffix, count in sorted(counts.items()))
        site.skipped["privacy.attachment"] = f"以下附件没有打开，未能判断其中有没有个人信息：{kinds}"


def _unbalanced(fetched: Fetched, suffix: str) -> Iterator[Found]:
    """Yield what does not add up in an annual report that is an attachment."""
    from gongkai.content.checks.annual_reports import ReadingError, read_report

    address = fetched.target.address
    try:
        report = read_report(fetched.data, f"年报.{suffix}")
    except ReadingError:
        return
    called = f"{report.year}年度年报附件" if report.year else f"年报附件“{fetched.target.words[:30]}”"
    faults = [
        fault
        for fault in check_annual(report.tables).errors
        if fault.table in report.tables and fault.rule != "missing"
    ]
    for fault in faults[:MOST_SHOWN]:
        yield Found("annual.wrong", f"{called}：{fault.message}", f"{address} {fault.message}")
