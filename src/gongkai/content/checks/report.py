"""The report on one item: all findings with the decisions on them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models.functions import Lower

from gongkai.content.checks import links
from gongkai.content.checks.check_runs import (
    check_files,
    check_text,
    count_file_findings,
    explain_unreadable_file,
    get_embedded_content,
    get_file_type,
)
from gongkai.content.checks.grounds import get_finding_label
from gongkai.content.checks.models import CheckResult, CheckState, MaskedCopy, Vouching, Waiver
from gongkai.content.checks.ruleset import CheckRuleset, get_check_rules
from gongkai.content.checks.shown_findings import FileReport, ShownFinding, make_finding_fingerprint
from gongkai.content.checks.text_extraction import MASKABLE_SUFFIXES, CheckedText, make_checked_text
from gongkai.content.editions.gates import PublicationGate
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.passages import differs_from_printed_text

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.content.editions.sources import OutgoingText, Source


# A source's own definition can make values public: the telephone and the address of an institution.
#
# They are no personal data there. A mobile number in such a field may still be a person's own: one remark in the
# text names it and does not block publication; the spreadsheets beside the text repeat it, so they get none.


#: Kinds of personal data that a source may declare as public.
DISCLOSABLE_KINDS = frozenset({"phone", "address"})
_MOBILE_NUMBER_DIGITS = 11


def list_public_contacts(source: object, frozen: object) -> frozenset[str]:
    """Return the contact details that a source declares as public for its frozen text."""
    says = getattr(source, "disclosed", None)
    return frozenset(says(frozen)) if says else frozenset()


def remove_disclosed_contacts(
    remarks: Iterable[ShownFinding], values: frozenset[str], *, repeats_text: bool
) -> list[ShownFinding]:
    """Return the remarks without contact details that the source declares as public.

    Remarks on mobile numbers are not removed, but changed in place to warnings (`holds`, `why`).

    Args:
        remarks: of a text or of a file.
        values: the declared contact details.
        repeats_text: true for a file that repeats the text; its mobile numbers are left out, too.
    """
    kept = []
    for remark in remarks:
        if (
            remark.family != "privacy"
            or remark.kind not in DISCLOSABLE_KINDS
            or not _is_contained_in_any(remark.words, values)
        ):
            kept.append(remark)
        elif not repeats_text and _is_mobile(remark):
            remark.holds = False
            remark.why = "这一栏依规定须公开单位电话，这里像是个人手机号：请核对是不是单位对外公布的号码"
            kept.append(remark)
    return kept


def remove_public_mailboxes(remarks: list[ShownFinding]) -> list[ShownFinding]:
    """Return the remarks without e-mail addresses of public mailboxes (公开信箱)."""
    asked = {
        _strip_spaces(remark.words).lower()
        for remark in remarks
        if remark.family == "privacy" and remark.kind == "email"
    }
    if not asked:
        return remarks
    rows = Body.objects.annotate(mailbox=Lower("email")).filter(mailbox__in=asked)
    ours = set(rows.values_list("mailbox", flat=True))
    return [remark for remark in remarks if remark.kind != "email" or _strip_spaces(remark.words).lower() not in ours]


def _strip_spaces(text: str) -> str:
    return "".join(text.split())


def _is_contained_in_any(text: str, values: frozenset[str]) -> bool:
    """Return true if one of the values contains a text, compared without its spaces."""
    return any(_strip_spaces(text) in value for value in values)


def _is_mobile(remark: ShownFinding) -> bool:
    digits = "".join(sign for sign in remark.words if sign.isdigit())
    return (
        remark.kind == "phone"
        and digits[-_MOBILE_NUMBER_DIGITS:].startswith("1")
        and len(digits) >= _MOBILE_NUMBER_DIGITS
    )


#: Characters shown before and after a finding.
EXCERPT_MARGIN_CHARACTERS = 18
#: Tags by which a text without words still has content.
VISIBLE_MEDIA_TAGS = ("<img ", "<video", "<audio")


@dataclass
class CheckReport:
    """The findings of a text and its files."""

    checked_text: CheckedText
    rules: CheckRuleset
    remarks: list[ShownFinding] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)
    #: Decisions in force to keep findings, by primary key.
    waivers: list[Waiver] = field(default_factory=list)
    #: Names of parts still being checked.
    waiting: list[str] = field(default_factory=list)
    pictures: int = 0
    #: True if the text itself is empty: a reader gets a title and files.
    wordless: bool = False
    strange: int = 0  # files that the text shows as pictures and that are none
    unsearched: bool = False  # the search skipped visible words
    #: Why the search of the text did not finish, or "".
    unfinished: str = ""

    @property
    def open(self) -> list[ShownFinding]:
        """Return the undecided findings that block publication."""
        inside = [remark for file in self.files for remark in file.open_remarks]
        return [remark for remark in self.remarks if remark.holds and not remark.settled] + inside

    @property
    def warnings(self) -> list[ShownFinding]:
        """Return the findings that do not prevent publication."""
        inside = [remark for file in self.files for remark in file.remarks]
        return [remark for remark in (*self.remarks, *inside) if not remark.holds and not remark.settled]

    def by_fingerprint(self) -> dict[str, ShownFinding]:
        """Return all findings by fingerprint."""
        everything = (*self.remarks, *(remark for file in self.files for remark in file.remarks))
        return {remark.fingerprint: remark for remark in everything}

    def file(self, digest: str) -> FileReport | None:
        """Return the report on an attachment, or None."""
        return next((file_report for file_report in self.files if file_report.digest == digest), None)


def get_check_report(item: "Source", frozen: "FrozenContent") -> CheckReport:
    """Return the check report on an item's public content; unchecked parts are checked now, once a page."""
    return ask_once(("check report", item.stream, frozen.digest), lambda: _make_report(item, frozen))


def _make_report(item: "Source", frozen: "FrozenContent") -> CheckReport:
    """Return the report of an item's frozen text and files, with decisions applied."""
    rules = get_check_rules(item.unit)
    checked_text = make_checked_text(frozen.title, frozen.html, frozen.facts, frozen.files)
    report = CheckReport(checked_text, rules, pictures=frozen.html.count("<img "))
    report.wordless = not to_plain_text(frozen.html) and not any(tag in frozen.html for tag in VISIBLE_MEDIA_TAGS)
    report.waivers = list(Waiver.objects.filter(source=item.stream, revoked_at=None).order_by("pk"))
    decided = {row.fingerprint: row for row in report.waivers}
    text = check_text(checked_text, rules, item.stream)
    if text.state == CheckState.WAITING:
        report.waiting.append("正文")
    report.unfinished = explain_unreadable_file(text)
    public = list_public_contacts(item, frozen)
    report.remarks = remove_public_mailboxes(
        remove_disclosed_contacts(_make_text_remarks(checked_text, text, rules), public, repeats_text=False)
    )
    report.remarks += links.find_link_remarks(frozen.html)
    report.files = _make_file_reports(item, frozen, rules, decided)
    for file in report.files:
        file.remarks = remove_public_mailboxes(remove_disclosed_contacts(file.remarks, public, repeats_text=True))
    report.strange = _count_strange_pictures(frozen)
    report.unsearched = differs_from_printed_text(frozen.html, checked_text.passages)
    report.waiting += [file.name for file in report.files if file.result.state == CheckState.WAITING]
    for remark in (*report.remarks, *(file_remark for file in report.files for file_remark in file.remarks)):
        remark.waiver = remark.waiver or decided.get(remark.fingerprint)
    return report


def _count_strange_pictures(frozen: "FrozenContent") -> int:
    """Return the number of the text's pictures that are not stored as images, or are originals of masked copies."""
    marks = {file["digest"] for file in frozen.files if file["picture"]}
    if not marks:
        return 0
    pictures = set(StoredFile.objects.filter(pk__in=marks, type__startswith="image/").values_list("pk", flat=True))
    missing = StoredFile.objects.filter(pk__in=marks).exclude(type__startswith="image/").count()
    private = MaskedCopy.objects.filter(original__in=pictures).values("original").distinct().count()
    return missing + private


def _make_text_remarks(checked_text: CheckedText, result: CheckResult, rules: CheckRuleset) -> list[ShownFinding]:
    """Return the remarks on a text, each with its place and the words around it."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    remarks = []
    for row in result.findings:
        start, end = row["start"], row["end"]
        piece = checked_text.piece_at(start)
        passage, at = checked_text.passage(piece, start)
        text = checked_text.text[start:end]
        identity = (piece.key, row["kind"], text, passage)
        remarks.append(
            ShownFinding(
                make_finding_fingerprint(*identity, counts[identity]),
                row["family"],
                row["kind"],
                piece.key,
                checked_text.place(piece, start),
                text,
                passage[max(0, at - EXCERPT_MARGIN_CHARACTERS) : at],
                passage[at + len(text) :][:EXCERPT_MARGIN_CHARACTERS],
                row["why"],
                row["suggestion"],
                row["family"] == "privacy" or rules.proofreading_holds,
                start,
                end,
            )
        )
        counts[identity] += 1
    return remarks


def _make_file_reports(
    item: "Source", frozen: "FrozenContent", rules: CheckRuleset, decided: dict[str, Waiver]
) -> list[FileReport]:
    """Return a report for each attachment: findings, masked copy, and content that a person must inspect."""
    listed = [file for file in frozen.files if not file["picture"]]
    if not listed:
        return []
    digests = [file["digest"] for file in listed]
    results = check_files(listed, rules)
    vouched = {
        row.digest: row for row in Vouching.objects.filter(source=item.stream, digest__in=digests).order_by("pk")
    }
    copies = {
        row.original_id: row
        for row in MaskedCopy.objects.filter(source=item.stream, original__in=digests, taken_at=None)
    }
    ours = {row.masked_id: row for row in MaskedCopy.objects.filter(source=item.stream, masked__in=digests)}
    reports = []
    for file in listed:
        digest_of_file, suffix = file["digest"], get_suffix(file["name"])
        report = FileReport(digest_of_file, file["name"], suffix, results[digest_of_file, get_file_type(file["name"])])
        report.why_unread = explain_unreadable_file(report.result)
        report.made_of = ours.get(digest_of_file)
        report.must_look = report.result.state == CheckState.UNREADABLE and not _is_copy_valid(report.made_of, decided)
        if report.must_look and report.made_of:
            report.why_unread = "遮盖件里有内容曾决定保留，现在这个决定已不在"
        report.beside = get_embedded_content(report.result)
        if report.beside.files:
            report.must_look, report.why_unread = True, f"其中嵌有{report.beside.files}个其他文件"
        report.must_look |= bool(report.beside.unseen)
        report.vouching = vouched.get(digest_of_file)
        report.can_mask = suffix in MASKABLE_SUFFIXES
        report.copy = copies.get(digest_of_file)
        _fill_file_report(report, decided)
        reports.append(report)
    return reports


def _is_copy_valid(copy: MaskedCopy | None, decided: dict[str, Waiver]) -> bool:
    """Return true if a masked copy needs no further check: it was checked when made, and the findings left in it are still
    decided.
    """
    return copy is not None and copy.spared is not None and all(mark in decided for mark in copy.spared)


def list_unmasked_parts(file: FileReport) -> tuple[set[str], set[str], set[str]]:
    """Return (kinds, words, fingerprints of decisions) that a masked copy leaves readable.

    A word remains readable only if all its occurrences were accepted, because masking treats them alike.
    """
    kinds = set(file.whole)
    single = [remark for remark in file.remarks if remark.family == "privacy" and remark.kind not in kinds]
    held = {remark.words for remark in single if not remark.settled or remark.kind in file.beyond}
    kept_remarks = [remark for remark in single if remark.words not in held]
    marks = {waiver.fingerprint for waiver in file.whole.values()}
    return kinds, {remark.words for remark in kept_remarks}, marks | {remark.fingerprint for remark in kept_remarks}


def make_kind_fingerprint(digest: str, kind: str) -> str:
    """Return the fingerprint shared by all findings of one kind in a file, so that one decision covers them."""
    return make_finding_fingerprint(f"file:{digest}", kind, "*", "*", 0)


def _fill_file_report(file: FileReport, decided: dict[str, Waiver]) -> None:
    """Add a file's listed remarks, the decisions on whole kinds, and the counts of unlisted remarks to its report.

    `decided`: decisions by fingerprint.
    """
    key = f"file:{file.digest}"
    counts: Counter[tuple[str, str, str, str]] = Counter()
    remaining = Counter(count_file_findings(file.result))
    for kind in remaining:
        waiver = decided.get(make_kind_fingerprint(file.digest, kind))
        if waiver:
            file.whole[kind] = waiver
    for row in file.result.findings if file.result.state == CheckState.DONE else ():
        identity = (key, row["kind"], row["words"], row["line"])
        private = row["family"] == "privacy"
        at = row["at"]
        file.remarks.append(
            ShownFinding(
                make_finding_fingerprint(*identity, counts[identity]),
                row["family"],
                row["kind"],
                key,
                f"附件“{file.name}”{row['place']}",
                row["words"],
                row["line"][max(0, at - EXCERPT_MARGIN_CHARACTERS) : at],
                row["line"][at + len(row["words"]) :][:EXCERPT_MARGIN_CHARACTERS],
                row["why"],
                row["suggestion"],
                private,
                waiver=file.whole.get(row["kind"]) if private else None,
            )
        )
        counts[identity] += 1
        if private:
            remaining[row["kind"]] -= 1
    file.beyond = {kind: count for kind, count in remaining.items() if count > 0}


#: Number of places with findings that one sentence names.
MAX_NAMED_PLACES = 3


def check_findings(text: "OutgoingText") -> list[str]:
    """Publication gate: return the reasons of the check report against publishing a text."""
    return find_blocking_reasons(get_check_report(text.source, text.frozen))


def find_blocking_reasons(report: CheckReport) -> list[str]:
    """Return the reasons of a report against publishing an item, by kind and place, without the words found."""
    spoken = [f"{name if name == '正文' else f'附件“{name}”'}正在检查，检查完才能送审。" for name in report.waiting]
    remarks = [remark for remark in report.remarks if remark.holds and not remark.settled]
    for family, family_label, remedy in (
        ("privacy", "个人信息", "请遮盖，或注明依据后保留"),
        ("proofread", "校对疑误", "请改正，或说明理由后保留"),
    ):
        family_remarks = [remark for remark in remarks if remark.family == family]
        if family_remarks:
            kinds = "、".join(_describe_counts(Counter(remark.label for remark in family_remarks)))
            places = "、".join(dict.fromkeys(remark.place for remark in family_remarks[:MAX_NAMED_PLACES]))
            suffix = "等处" if len({remark.place for remark in family_remarks}) > MAX_NAMED_PLACES else ""
            spoken.append(f"有{len(family_remarks)}处{family_label}没有处理（{kinds}；{places}{suffix}）：{remedy}。")
    if report.strange:
        spoken.append(f"正文中有{report.strange}处引用的文件不是图片，请删去后重新插入。")
    if report.unsearched:
        spoken.append("正文的格式有误，有文字没有检查到：请用“一键排版”整理，或粘贴为纯文本后再送审。")
    if report.unfinished:
        spoken.append(f"正文没有检查：{report.unfinished}，或者作为附件发布。")
    for file in report.files:
        spoken += _find_file_reasons(file)
    return spoken


def _describe_counts(counts: Counter[str]) -> list[str]:
    return [f"{name}{count}处" for name, count in counts.most_common()]


def _find_file_reasons(file: FileReport) -> list[str]:
    """Return the Chinese reasons of a file against publishing."""
    if file.is_empty:
        return [f"附件“{file.name}”是{file.why_unread}，读者看不到内容：请换成有内容的文件，或者删去。"]
    spoken = []
    if file.must_look and file.vouching is None:
        if file.why_unread:
            spoken.append(
                f"附件“{file.name}”没有检查（{file.why_unread}）：请换成可读取文字的文件，或由人工逐页查看后确认。"
            )
        for line in file.beside.unseen:
            spoken.append(f"附件“{file.name}”：{line}请删去后重新上传，或由人工查看后确认可以随文件公开。")
    counts = Counter(remark.label for remark in file.open_remarks)
    for kind, count in file.beyond.items():
        if kind not in file.whole:
            counts[get_finding_label("privacy", kind)] += count
    if counts:
        remedy = "请采用遮盖件" if file.can_mask else "请遮盖后重新上传"
        spoken.append(
            f"附件“{file.name}”有{counts.total()}处个人信息没有处理（{'、'.join(_describe_counts(counts))}）：{remedy}，或注明依据后保留。"
        )
    return spoken


#: The publication gate of the checks.
CHECKS_GATE = PublicationGate("checks", 20, check_findings, any_source=True)
