"""Check attachments for personal data, hidden content and faulty annual report tables."""

from collections import Counter
from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.annual import check_annual_report
from gongkai.lib.outbound.crawling import FetchResult, UrlKind
from gongkai.lib.outbound.crawling.addresses import get_suffix
from gongkai.lib.outbound.crawling.fetching import DOCUMENT_SUFFIXES
from gongkai.lib.privacy import PrivacyError, find
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.checks.wording import PERSONAL_DATA_LABELS, is_personal, mask_middle
from gongkai.oversight.inspection.site.site import CrawledSite

#: Maximum number of characters of an attachment that are checked.
MAX_CHECKED_CHARACTERS = 1_000_000
#: Kinds of data that shops and offices also have: personal only in files that name people.
_PLACE_DATA_KINDS = frozenset({"address", "phone"})
_PERSONAL_COLUMN_RE = re.compile(
    r"姓\s*名|户\s*主|(?:申请|领取|享受|救助|持证|监护|被保|参保|报名|当事|当选|投诉|举报)人|学生|家长|患者|考生|身份证|性\s*别|残疾|低保|困难|补贴对象"
)
#: First words of a row in the form's third table; only annual reports contain it.
_ANNUAL_REPORT_ROW_WORDS = "本年新收"
#: Maximum number of reported faults for each annual report.
MAX_LISTED_FAULTS = 10


def judge_attachment(fetched: FetchResult, limit: int) -> Iterator[PageFault]:
    """Yield personal data that an attachment shows or hides, and faults of annual reports.

    There is one finding for each kind of data.

    Args:
        fetched: the downloaded attachment.
        limit: maximum download size in bytes; larger files are incomplete and are not judged.
    """
    from gongkai.lib.privacy.files.hidden_text import read_hidden_text_of_bytes
    from gongkai.lib.privacy.files.text import read_content_text

    suffix, address = get_suffix(fetched.target.address), fetched.target.address
    if suffix not in DOCUMENT_SUFFIXES or not fetched.data or len(fetched.data) >= limit:
        return
    try:
        content_text = read_content_text(fetched.data, f".{suffix}")
        hidden_text = read_hidden_text_of_bytes(fetched.data, f".{suffix}").text
        # Read hidden content separately: after a table it would be read as another row.
        findings = [
            *find(content_text[:MAX_CHECKED_CHARACTERS]),
            *find(hidden_text[:MAX_CHECKED_CHARACTERS]),
        ]
    except PrivacyError:
        return
    persons = bool(_PERSONAL_COLUMN_RE.search(content_text) or _PERSONAL_COLUMN_RE.search(hidden_text))
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for finding in findings:
        if (
            finding.kind in PERSONAL_DATA_LABELS
            and is_personal(finding)
            and (persons or finding.kind not in _PLACE_DATA_KINDS)
        ):
            counts[finding.kind] += 1
            examples.setdefault(finding.kind, mask_middle(finding.text))
    if _ANNUAL_REPORT_ROW_WORDS in content_text:
        yield from _find_table_faults(fetched)
    for kind, count in counts.items():
        yield PageFault(
            "privacy.attachment",
            f"附件“{fetched.target.words[:40] or address[-60:]}”有{PERSONAL_DATA_LABELS[kind]}{count}处：{examples[kind]}",
            f"{address} {kind}",
            examples[kind],
        )


#: Attachment formats that are not opened: legacy formats and archives.
_UNREAD_FORMATS = frozenset({"doc", "xls", "wps", "et", "ppt", "rtf", "zip", "rar", "7z"})


def check_unread_attachments(site: CrawledSite) -> None:
    """Note how many attachments have a format that is not opened, as reason why they were not judged."""
    rows = site.store.frontier.rows("kind = ? AND status = 200", (UrlKind.FILE,))
    counts = Counter(suffix for row in rows if (suffix := get_suffix(row["address"])) in _UNREAD_FORMATS)
    if counts:
        kinds = "、".join(f".{suffix}文件{count}个" for suffix, count in sorted(counts.items()))
        site.skipped["privacy.attachment"] = f"以下附件没有打开，未能判断其中有没有个人信息：{kinds}"


def _find_table_faults(fetched: FetchResult) -> Iterator[PageFault]:
    """Yield the table errors of an attached annual report; none if it cannot be read."""
    from gongkai.content.checks.annual_reports import ReadingError, read_report

    address = fetched.target.address
    try:
        report = read_report(fetched.data)
    except ReadingError:
        return
    text = f"{report.year}年度年报附件" if report.year else f"年报附件“{fetched.target.words[:30]}”"
    faults = [
        fault
        for fault in check_annual_report(report.tables).errors
        if fault.table in report.tables and fault.rule != "missing"
    ]
    for fault in faults[:MAX_LISTED_FAULTS]:
        yield PageFault("annual.wrong", f"{text}：{fault.message}", f"{address} {fault.message}")
