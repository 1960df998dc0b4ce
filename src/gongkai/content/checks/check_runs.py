"""Check each text and file once; store results by digests of content, type and rules.

Quick checks run at once; slow ones get a pending row that `run_pending_checks` (the job, or the thread after
a save) completes. Texts with pending checks do not pass the gate.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from gongkai.content.checks.embedded_content import EmbeddedContent
from gongkai.content.checks.models import CheckResult, CheckState
from gongkai.content.checks.ruleset import CheckRuleset, list_check_rules
from gongkai.content.checks.text_extraction import (
    EMPTY_FILE_PREFIX,
    FACTS_WITHOUT_PROOFREADING,
    MASKABLE_SUFFIXES,
    MEDIA_SUFFIXES,
    PICTURE_SUFFIXES,
    CheckedText,
    CheckedTextPart,
    describe_place,
    is_checked_at_once,
    is_unpacked_text_short,
    make_checked_text,
    read_file_start,
    read_stored_attachment,
)
from gongkai.content.editions.frozen import TYPES, FrozenFile
from gongkai.content.editions.sources import find_source
from gongkai.core.acts.action import Refused
from gongkai.core.acts.lock_sharing import is_in_discarded_transaction, is_in_shared_transaction
from gongkai.core.files.content_checks import HEADER_BYTES, has_first_bytes_of
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.lib.confined import is_in_background, with_progress
from gongkai.lib.confined.template_process import Overloaded
from gongkai.lib.privacy import MAX_DIRECT_CHARACTERS, Finding, PrivacyError, find
from gongkai.lib.richtext.passages import LINK_URL_LABEL

logger = logging.getLogger(__name__)

#: Functions of higher layers that name further revisions to be read, such as those under review.
REVIEWED_REVISION_FINDERS: list[Callable[[str], Iterable[int]]] = []
#: Stored as `suffix` for an item's own text; no attachment has it.
ITEM_TEXT_SUFFIX = "text"
#: Longer texts wait for the job: the worst of this length take 3 s of processor time.
MAX_TEXT_CHECKED_AT_ONCE_CHARACTERS = 40_000
#: Findings of one file that are listed one by one; all are counted.
MAX_LISTED_FINDINGS = 400
#: Longer files are only searched for personal data.
MAX_PROOFREAD_CHARACTERS = 300_000
#: Time after which the other files of one item wait for the job.
MAX_SECONDS_AT_ONCE = 10
#: Files with more words are not looked at as a reader sees them (characters).
MAX_RENDERED_TEXT_CHARACTERS = 2_000
#: Label of the place of content that no page shows.
HIDDEN_CONTENT_LABEL = "的隐藏内容（批注、修订、属性等）"
#: Time after which a check that did not end is started again, because its process is gone.
CHECK_TIMEOUT = timedelta(minutes=10)


def check_text(checked_text: CheckedText, rules: CheckRuleset, source: str = "") -> CheckResult:
    """Return the stored or new result of checking an item's text; `source` names the item for a later check.

    Very long texts are left to the job. So are, inside a transaction, texts that are searched in a
    child process. In a discarded transaction the result is an unsaved pending row.
    """
    rules_digest = rules.digest
    kept = (
        CheckResult.objects.filter(digest=checked_text.digest, rules=rules_digest, suffix=ITEM_TEXT_SUFFIX)
        .order_by("pk")
        .first()
    )
    if kept is not None:
        return kept
    if is_in_discarded_transaction():
        return CheckResult(state=CheckState.WAITING)
    if len(checked_text.text) > (
        MAX_DIRECT_CHARACTERS if is_in_shared_transaction() else MAX_TEXT_CHECKED_AT_ONCE_CHARACTERS
    ):
        return _queue_check(checked_text.digest, ITEM_TEXT_SUFFIX, rules_digest, [source])
    return _search_and_store(checked_text, rules, source)


def _search_and_store(checked_text: CheckedText, rules: CheckRuleset, source: str) -> CheckResult:
    """Search an item's text and store the result.

    A search that reached its limits is stored as unreadable, so that the gate blocks the item. A search without
    free capacity is left to the job.
    """
    try:
        text_problems = find_text_problems(checked_text.text, rules, checked_text)
    except PrivacyError as error:
        if isinstance(error.__cause__, Overloaded):
            return _queue_check(checked_text.digest, ITEM_TEXT_SUFFIX, rules.digest, [source])
        return _store_result(
            checked_text.digest, rules.digest, ITEM_TEXT_SUFFIX, CheckState.UNREADABLE, [], [str(error)]
        )
    return _store_result(checked_text.digest, rules.digest, ITEM_TEXT_SUFFIX, CheckState.DONE, text_problems, [])


def find_text_problems(
    text: str, rules: CheckRuleset, checked_text: CheckedText | None = None
) -> list[dict[str, object]]:
    """Return the findings of a text for storage: positions and kinds, without the words."""
    rows = [_make_stored_finding("privacy", finding) for finding in find(text)]
    for finding in rules.find_wording_errors(text):
        piece = checked_text.piece_at(finding.start) if checked_text else None
        within = piece is None or finding.end <= piece.start + len(piece.text)
        if within and (piece is None or checked_text is None or _is_prose(checked_text, piece, finding.start)):
            rows.append(_make_stored_finding("proofread", finding))
    return rows


def _is_prose(checked_text: CheckedText, piece: CheckedTextPart, offset: int) -> bool:
    """Return true if the text at this offset is proofread; file names, numbers and link addresses are not."""
    if piece.key.split(":")[-1] in FACTS_WITHOUT_PROOFREADING or piece.key.startswith("name:"):
        return False
    return checked_text.place(piece, offset) != LINK_URL_LABEL


def _make_stored_finding(family: str, finding: Finding) -> dict[str, object]:
    return {
        "family": family,
        "kind": finding.kind,
        "start": finding.start,
        "end": finding.end,
        "why": finding.why,
        "suggestion": finding.suggestion,
    }


def get_file_type(name: str) -> str:
    """Return the extension of a file name as its type, or "" if it is not allowed."""
    suffix = get_suffix(name)
    return suffix if suffix in TYPES else ""


def check_files(files: Iterable[FrozenFile], rules: CheckRuleset) -> dict[tuple[str, str], CheckResult]:
    """Return {(digest, file type): result} of the attachments, without pictures; large files are queued for the job.

    Stored results are used first. Small files are checked at once, for at most `MAX_SECONDS_AT_ONCE` together.
    """
    files_by_key = {(file["digest"], get_file_type(file["name"])): file for file in files if not file["picture"]}
    rules_digest = rules.digest
    rows = CheckResult.objects.filter(digest__in={key for key, _ in files_by_key}, rules=rules_digest)
    results = {(row.digest, row.suffix): row for row in rows}
    started_at = time.monotonic()
    for (key, suffix), file in files_by_key.items():
        if (key, suffix) not in results or _is_unstarted_check(results[key, suffix]):
            has_time = is_in_background() or time.monotonic() - started_at < MAX_SECONDS_AT_ONCE
            is_checked_now = has_time and _is_checked_now(key, suffix, file["size"])
            results[key, suffix] = (
                _check_file_now(key, suffix, rules) if is_checked_now else _queue_check(key, suffix, rules_digest)
            )
    return results


def _is_checked_now(key: str, suffix: str, size: int) -> bool:
    """Return true if a file is checked at once: audio or video, or small enough and not inside a shared transaction."""
    if suffix in MEDIA_SUFFIXES:
        return True
    if is_in_shared_transaction() or not is_checked_at_once(suffix, size):
        return False
    stored = StoredFile.objects.filter(pk=key).first()
    return stored is None or is_unpacked_text_short(stored, suffix)


def _is_unstarted_check(row: CheckResult) -> bool:
    """Return true if a pending check was not started."""
    return row.state == CheckState.WAITING and row.claimed_at is None


def _check_file_now(key: str, suffix: str, rules: CheckRuleset) -> CheckResult:
    """Check a file and store the result; queue it when the child process was refused or too slow."""
    try:
        state, findings, notes = check_file(key, suffix, rules)
    except PrivacyError:  # the machine had no time
        return _queue_check(key, suffix, rules.digest)
    return _store_result(key, rules.digest, suffix, state, findings, notes)


def check_file(key: str, suffix: str, rules: CheckRuleset) -> tuple[CheckState, list[dict[str, object]], list[object]]:
    """Read and search one file; return (state, findings, notes).

    The notes are [counts of privacy findings by kind, fields of `EmbeddedContent`], or [reason] if the file is unreadable.

    Raises:
        PrivacyError: the machine had no time for it (`Overloaded`); a later attempt may succeed.
    """
    stored = StoredFile.objects.filter(pk=key).first()
    if stored is None:
        return CheckState.UNREADABLE, [], ["文件不在，请重新上传"]
    is_wordless = suffix in PICTURE_SUFFIXES | MEDIA_SUFFIXES
    why = (
        _find_emptiness_note(stored, suffix)
        if is_wordless
        else ""
        if _has_right_header(stored, suffix)
        else "文件的内容与扩展名不符"
    )
    if why:
        return CheckState.UNREADABLE, [], [why]
    try:
        read = read_stored_attachment(stored, suffix)
        text, embedded_content = read.text, read.embedded
        found = [("privacy", finding) for finding in find(text)]
        hidden_findings = find(read.hidden)
        wording_errors = rules.find_wording_errors(text) if len(text) <= MAX_PROOFREAD_CHARACTERS else []
    except PrivacyError as error:
        if isinstance(error.__cause__, Overloaded):
            raise
        why = _find_emptiness_note(stored, suffix) if suffix in ("pdf", "docx", "xlsx", "pptx") else ""
        return CheckState.UNREADABLE, [], [why or str(error).rstrip("。")]
    except Exception as error:  # a hostile file may fail in any library: then a person must look, and we hear of it
        logger.warning("file %s cannot be read: %s", key[:12], type(error).__name__)
        return CheckState.UNREADABLE, [], ["文件损坏或格式不符，读不出文字"]
    if not embedded_content.files and (why := _explain_invisible_text(stored, suffix, text, embedded_content.pictures)):
        return CheckState.UNREADABLE, [], [why]
    counts = Counter(finding.kind for _, finding in found)
    found += [("proofread", finding) for finding in wording_errors][:MAX_LISTED_FINDINGS]
    rows = [
        (finding.kind, _make_stored_finding(family, finding) | _describe_finding(text, finding, suffix, read.pages))
        for family, finding in found[: 2 * MAX_LISTED_FINDINGS]
    ]
    counts += Counter(finding.kind for finding in hidden_findings)
    rows += [
        (
            finding.kind,
            _make_stored_finding("privacy", finding)
            | _describe_finding(read.hidden, finding, suffix, [])
            | {"place": HIDDEN_CONTENT_LABEL},
        )
        for finding in hidden_findings[:MAX_LISTED_FINDINGS]
    ]
    listed: Counter[str] = Counter()
    listed_rows = []
    for kind, row in rows:
        listed[kind] += 1
        if listed[kind] <= MAX_LISTED_FINDINGS:
            listed_rows.append(row)
    return CheckState.DONE, listed_rows, [dict(counts), asdict(embedded_content)]


def _explain_invisible_text(stored: StoredFile, suffix: str, text: str, pictures: int) -> str:
    """Return why a reader sees nothing in a file, or "". It may contain words (hidden, white, off the page) or
    pictures.
    """
    from gongkai.lib.privacy.files.emptiness import has_words

    if suffix != "pdf" and not pictures and not has_words(text):
        return f"{EMPTY_FILE_PREFIX}文件里没有文字"
    return (
        _find_emptiness_note(stored, suffix, worded=has_words(text))
        if suffix == "pdf" or len(text) <= MAX_RENDERED_TEXT_CHARACTERS
        else ""
    )


def _find_emptiness_note(stored: StoredFile, suffix: str, *, worded: bool = False) -> str:
    """Return the note that a file contains nothing readable, or ""; `worded`: text was read from it."""
    from gongkai.lib.privacy.files.emptiness import find_emptiness

    try:
        why = find_emptiness(read_file_start(stored), suffix, worded)
    except (OSError, PrivacyError):  # the reader gives the reason
        return ""
    return f"{EMPTY_FILE_PREFIX}{why}" if why else ""


def _has_right_header(stored: StoredFile, suffix: str) -> bool:
    """Return true if a file that can be masked has the header of its type; for others the reader checks it."""
    if suffix not in MASKABLE_SUFFIXES:
        return True
    try:
        with stored.open() as source:
            return has_first_bytes_of(source.read(HEADER_BYTES), suffix)
    except OSError:
        return False


def _describe_finding(text: str, finding: Finding, suffix: str, pages: list[int]) -> dict[str, object]:
    """Return {"words", "line", "at" (offset of the words in the line), "place"} of a finding in a file."""
    start, end = finding.start, finding.end
    low = max(0, start - 200)
    low = max(low, text.rfind("\n", low, start) + 1)
    line_end = text.find("\n", end, end + 200)
    high = min(len(text), end + 200) if line_end < 0 else line_end
    return {
        "words": text[start:end],
        "line": text[low:high],
        "at": start - low,
        "place": describe_place(suffix, text, start, pages),
    }


def _store_result(
    key: str,
    rules_digest: str,
    suffix: str,
    state: CheckState,
    findings: Sequence[Mapping[str, object]],
    notes: list[object],
) -> CheckResult:
    """Insert or overwrite the result of a file under the digest of the rules (`rules_digest`)."""
    facts = {"state": state, "findings": findings, "notes": notes, "at": timezone.now()}
    row, _ = CheckResult.objects.update_or_create(digest=key, rules=rules_digest, suffix=suffix, defaults=facts)
    return row


def _queue_check(key: str, suffix: str, rules_digest: str, notes: list[object] | None = None) -> CheckResult:
    """Insert a pending result unless the file already has one under these rules."""
    facts = {"notes": notes or []}
    row, _ = CheckResult.objects.get_or_create(digest=key, rules=rules_digest, suffix=suffix, defaults=facts)
    return row


def run_pending_checks(limit: int = 200) -> dict[str, int]:
    """Run up to `limit` pending checks; return {"checked": their number}.

    Rows of unused rules or deleted texts are dropped.
    """
    counts = {"checked": 0}
    free = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - CHECK_TIMEOUT)
    waiting = CheckResult.objects.filter(free, state=CheckState.WAITING)
    rows = list(waiting.order_by("pk")[:limit])
    current = list_check_rules() if rows else {}
    for row in rows:
        if not waiting.filter(pk=row.pk).update(claimed_at=timezone.now()):
            continue
        with with_progress(lambda *_: None, lambda: None):  # no page waits
            worked = _run_pending_check(row, current.get(row.rules))
        if worked:
            counts["checked"] += 1
        else:
            row.delete()
    return counts


def _run_pending_check(row: CheckResult, rules: CheckRuleset | None) -> bool:
    """Run a queued check; return false if its text or rules no longer exist."""
    if rules is None:
        return False
    if row.suffix != ITEM_TEXT_SUFFIX:
        _check_file_now(row.digest, row.suffix, rules)
        return True
    for checked_text in _iterate_texts(row.notes[0] if row.notes else ""):
        if checked_text.digest == row.digest:
            _search_and_store(checked_text, rules, str(row.notes[0]))
            return True
    return False


def _iterate_texts(source_name: str) -> Iterator[CheckedText]:
    """Yield the texts of a source's last revision and of its revisions under review."""
    source = find_source(source_name)
    if source is None:
        return
    reviewed = [number for find in REVIEWED_REVISION_FINDERS for number in find(source_name)]
    for revision in dict.fromkeys([source.latest_revision_id, *reviewed]):
        if revision is None:
            continue
        try:
            frozen = source.frozen(revision)
        except Refused:
            continue
        yield make_checked_text(frozen.title, frozen.html, frozen.facts, frozen.files)


def explain_unreadable_file(result: CheckResult) -> str:
    """Return the reason in Chinese why a file cannot be read; "" if it was read or is not checked yet."""
    return str(result.notes[0]) if result.state == CheckState.UNREADABLE and result.notes else ""


def count_file_findings(result: CheckResult) -> dict[str, int]:
    """Return the number of privacy findings of each kind in a file, including unlisted ones; {} unless it was read."""
    return result.notes[0] if result.state == CheckState.DONE and result.notes else {}


def get_embedded_content(result: CheckResult) -> EmbeddedContent:
    """Return the pictures, embedded files and invisible words of a file; an empty one unless the file was read."""
    rest = result.notes[1] if result.state == CheckState.DONE and len(result.notes) > 1 else {}
    return EmbeddedContent(
        rest.get("pictures", 0), rest.get("files", 0), rest.get("cut", False), tuple(rest.get("unseen", ()))
    )
