"""The statutory letters: templates, fields, numbers and rendering to .docx.

A letter is made in the transaction of its act.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.intake.declared_fields import describe_values
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import compute_deadline, get_rules
from gongkai.core.ledger.entry_creation import draw_next_numbers
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.figures import LegalFigure, fill_in_figures, get_figures_in_force
from gongkai.lib.writing.blocks import TextBlock
from gongkai.lib.writing.docx_templates import PLACEHOLDER_PATTERN, enlarge_docx, fill_docx, get_placeholder_value
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.work.requests.deidentification import deidentify_for_addressee
from gongkai.work.requests.models import (
    Consultation,
    Decision,
    DeliveryRoute,
    Fee,
    Letter,
    LetterTemplate,
    ProvisionForm,
    Request,
)
from gongkai.work.requests.notifications import notify_about_letter
from gongkai.work.requests.results import REVIEW_FIRST, RequestResult


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: title, provision and lines of the built-in template."""

    title: str
    law: str
    lines: tuple[str, ...]


_LETTER_TABLE = tomllib.loads(files("gongkai.work.requests").joinpath("data/letters.toml").read_text("utf-8"))
LETTER_KINDS: dict[str, LetterKind] = {
    key: LetterKind(row["title"], row["law"], tuple(row["lines"])) for key, row in _LETTER_TABLE.items()
}
# Fields that a template may use.
LETTER_FIELDS = (
    "收件人",
    "申请人",
    "文号",
    "编号",
    "单位",
    "日期",
    "收到日期",
    "申请内容",
    "其他要求",
    "补正",
    "届满日期",
    "事项",
    "期限",
    "理由",
    "结果",
    "依据",
    "告知内容",
    "救济",
    "金额",
    "计算过程",
    "网上答复",
    "第三方意见",
    "缴纳方式",
    "此前",
    "联系方式",
)
# A wish for large type (条例第四十三条), and what it makes of 三号 (16 pt): 二号 (22 pt).
_LARGE_TYPE_RE = re.compile(r"大[字号]|字[体号]?(?:[印写放调]|打印?)?[得的]?[再更]?大|放大")
#: Factor for the type size in large-type letters, 22 pt instead of 16 pt.
LARGE_TYPE_RATIO = 22 / 16
# The last line of every letter: the unit's contact.
_CONTACT_LINE = "联系方式：{{联系方式}}"


#: Kinds of letters that go to others than the applicant.
KINDS_TO_OTHERS = frozenset({"third_party", "agency", "third_party_told", "revoked_told"})
_FIELDS_WITH_NAMES = (
    "申请内容",
    "理由",
    "告知内容",
    "事项",
    "第三方意见",
    "此前",
    "其他要求",
    "补正",
    "计算过程",
    "缴纳方式",
)


def is_readable_by_applicant(letter: Letter) -> bool:
    """Return true if a letter is to the applicant, not withheld and its key not erased."""
    return letter.kind not in KINDS_TO_OTHERS and bool(letter.key) and not letter.withheld


def describe_remedies(result: RequestResult, body: Body, *, document_name: str = "本答复") -> str:
    """Return the remedies paragraph of an answer or of another document (`document_name`).

    Review comes first if disclosure is refused (行政复议法第二十三条第一款第（四）项). The periods are figures of the
    law.
    """
    review_organ, court = body.parent.name if body.parent else "上一级人民政府", body.court_for_lawsuits
    periods = get_figures_in_force()
    review = f"如对{document_name}不服，可以自收到{document_name}之日起{periods['remedy.review'].words}内依法向{review_organ}申请行政复议"
    if result.remedies == REVIEW_FIRST:
        suit_period = periods["remedy.suit_after_review"].words
        return f"{review}；对行政复议决定仍不服的，可以自收到行政复议决定书之日起{suit_period}内依法向{court}提起行政诉讼。"
    return f"{review}，或者自收到{document_name}之日起{periods['remedy.suit'].words}内依法向{court}提起行政诉讼。"


def describe_calculation(fee: Fee) -> str:
    """Return the calculation of a fee in words."""
    unit = "件" if fee.basis == "items" else "页"
    parts = []
    for line in fee.lines:
        price = f"每{unit}{line['price']}元，" if line["price"] is not None else ""
        parts.append(f"第{line['first']}至{line['last']}{unit}{price}计{line['yuan']}元")
    return "；".join(parts) + f"；合计{fee.yuan}元。"


def make_letter(
    entry: Entry,
    kind: str,
    *,
    on: date | None = None,
    addressee: str = "",
    fields: Mapping[str, str] | None = None,
    consultation: Consultation | None = None,
    decision: Decision | None = None,
) -> Letter:
    """Create, number and store a letter in its action's transaction, and notify.

    Letters to others than the applicant are de-identified.

    Args:
        kind: a key of `LETTER_KINDS`.
        on: the date of the letter (default: today).
        addressee: the recipient (default: the applicant).
        fields: the values of further template fields.
        consultation: the consultation, for a letter to a consulted party.
        decision: the decision that the letter communicates.

    Raises:
        Refused: the date is not today, though periods count from it.
    """
    day = timezone.localdate()
    if on and on != day:
        raise Refused(
            "文书现在生成，日期只能是今天；以前已经书面告知过的，请勾选“补录”，按实际日期登记（不再生成文书）。"
        )
    request = Request.objects.get(pk=entry.pk)
    party = Party.objects.filter(matter=request.matter, erased_at=None).first()
    number = draw_letter_number(entry.body.successor, day.year)
    filled = {
        **_make_letter_fields(entry, request, party, addressee, kind),
        "文号": number,
        "日期": day_in_words(day),
        **(fields or {}),
    }
    if kind in KINDS_TO_OTHERS:
        filled |= _deidentify_fields(request, filled, addressee, consultation)
    letter = Letter(
        request=request, kind=kind, number=number, made_on=day, consultation=consultation, decision=decision
    )
    _store_letter(letter, entry, filled)
    recipient = Party.objects.filter(matter=consultation.matter, erased_at=None).first() if consultation else party
    notify_about_letter(letter, LETTER_KINDS[kind].title, recipient)
    return letter


def _store_letter(letter: Letter, entry: Entry, filled: Mapping[str, str]) -> None:
    """Write a letter by the unit's own template or the built-in one, and store it encrypted."""
    issuer = entry.body.successor
    template = LetterTemplate.objects.filter(body=issuer, kind=letter.kind).first()
    content = (
        fill_docx(bytes(template.content), filled)
        if template
        else render_builtin_template(letter, filled, issuer, get_rules(entry).figures)
    )
    if letter.kind not in KINDS_TO_OTHERS and _LARGE_TYPE_RE.search(letter.request.wishes.reveal()):
        content = enlarge_docx(content, LARGE_TYPE_RATIO)
    letter.template = template.digest if template else ""
    letter.content, letter.key = encrypt_bytes(content)
    letter.digest = hashlib.sha256(content).hexdigest()
    letter.save(force_insert=True)


def _deidentify_fields(
    request: Request, filled: Mapping[str, str], addressee: str, consultation: Consultation | None
) -> dict[str, str]:
    """Return the de-identified fields of a letter to another addressee."""
    hidden = {
        name: deidentify_for_addressee(request, filled[name], addressee).text
        for name in _FIELDS_WITH_NAMES
        if filled[name]
    }
    hidden["申请人"] = "申请人"
    if consultation and consultation.wording:
        hidden["申请内容"] = consultation.wording.reveal()
    return hidden


def _make_letter_fields(
    entry: Entry, request: Request, party: Party | None, addressee: str, kind: str
) -> dict[str, str]:
    """Return the fields common to all letters of a request, empty ones included."""
    name = (party.name.reveal() if party else "") or "申请人"
    return dict.fromkeys(LETTER_FIELDS, "") | {
        "收件人": addressee or name,
        "申请人": name,
        "编号": entry.number,
        "单位": entry.body.successor.name,
        "收到日期": day_in_words(request.received_on),
        "申请内容": quote_request(request),
        "其他要求": _quote_other_fields(request),
        "补正": _describe_correction(entry) + (_describe_steps(entry) if kind == "reply" else ""),
        "届满日期": _describe_due_date(entry),
        "联系方式": describe_contact(entry.body.successor),
    }


def strip_closing_marks(text: str) -> str:
    """Return a text without the marks at its end, after which a letter's sentence goes on."""
    return text.strip().rstrip("。；;！!？?，,")


def quote_request(request: Request) -> str:
    """Return the content of a request as a quotation inside a sentence of a letter."""
    return strip_closing_marks(request.content.reveal())


def _quote_other_fields(request: Request) -> str:
    values = describe_values(request, "wanted", reveal=True)
    return "；".join(f"{label}：{strip_closing_marks(str(value))}" for label, value in values)


def _describe_correction(entry: Entry) -> str:
    event = entry.clock_events.filter(kind="corrected", voids=None, voided_by=None).order_by("pk").last()
    return f"本机关于{day_in_words(event.on)}收到补正后的申请，答复期限自收到之日起计算。" if event else ""


def _describe_steps(entry: Entry) -> str:
    """Return the answer's sentences on extensions, consultations and the payment."""
    steps = []
    for event in entry.clock_events.filter(kind="extended", voids=None, voided_by=None).order_by("pk"):
        days = f"{event.value}个工作日" if event.value else ""
        steps.append(f"本机关于{day_in_words(event.on)}告知延长答复期限{days}。")
    for kind, whom in (("third_party", "第三方"), ("agency", "其他机关")):
        consultation = Consultation.objects.filter(request=entry.pk, kind=kind).order_by("asked_on").first()
        if consultation:
            steps.append(
                f"本机关于{day_in_words(consultation.asked_on)}书面征求{whom}的意见，所需时间不计算在答复期限内。"
            )
    fee = Fee.objects.filter(request=entry.pk, paid_on__isnull=False).last()
    if fee and fee.paid_on:
        steps.append(f"信息处理费{fee.yuan}元已于{day_in_words(fee.paid_on)}缴纳，答复期限自次日起重新计算。")
    return "".join(steps)


def decrypt_letter(letter: Letter) -> bytes:
    """Return the decrypted letter. The caller checks the permission.

    Raises:
        Refused: it was erased with its request.
    """
    if not letter.key:
        raise Refused("这份文书已按规定清除，只保留文号、日期和摘要值；仍需要的，请查阅纸质案卷。")
    return decrypt_bytes(bytes(letter.content), letter.key.reveal())


def draw_letter_number(body: Body, year: int) -> str:
    """Draw and return the next number of a unit's letters, for example 市住建局依申请〔2026〕3号."""
    mark = body.short_name or body.name
    return f"{mark}依申请〔{year}〕{draw_next_numbers(f'依申请{body.pk}', year)}号"


def _describe_due_date(entry: Entry) -> str:
    deadline = compute_deadline(entry)
    due = deadline.date or (timezone.localdate(entry.due_at) if entry.due_at else None)
    return describe_last_day(due, provisional=deadline.provisional) if due else ""


def describe_last_day(day: date, *, provisional: bool) -> str:
    """Return a last day as letters state it: inclusive, and marked if it is provisional."""
    moves = "；该年放假安排公布后如有变化，按公布的安排计算" if provisional else ""
    return f"{day_in_words(day)}（含当日{moves}）"


def describe_contact(body: Body) -> str:
    """Return a sentence with office, address and numbers of a unit for letters; "" if none is stored."""
    address = f"{body.address}（邮编{body.postcode}）" if body.address and body.postcode else body.address
    numbers = [("电话", body.phone), ("传真", body.fax), ("电子邮箱", body.email)]
    pieces = [body.disclosure_office, address, *(f"{label}{value}" for label, value in numbers if value)]
    text = "，".join(piece for piece in pieces if piece)
    return f"{text}。" if text else ""


def expand_law_names(law: str) -> str:
    """Return a provision with the full names of the regulations, as letters print it."""
    fees = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"
    return law.replace("《条例》", "《中华人民共和国政府信息公开条例》").replace("国办函〔2020〕109号", fees)


def render_builtin_template(
    letter: Letter, fields: Mapping[str, str], body: Body, periods: Iterable[LegalFigure]
) -> bytes:
    """Return the built-in template as a .docx with `fields` filled in, in the layout of GB/T 9704.

    `periods` are the figures of the law that applies to the case.
    """
    row = LETTER_KINDS[letter.kind]
    texts = (*(fill_in_figures(line, periods) for line in row.lines), _CONTACT_LINE)
    lines = [line for text in texts if (line := _fill_line(text, fields))]
    blocks = [
        TextBlock(f"{fields['收件人']}：", indent=False),
        *(TextBlock(part) for value in lines for part in value.split("\n")),
    ]
    issued = IssuedDocument(row.title, (body.name,), fields["文号"], blocks, made_on=letter.made_on, is_letter=True)
    return render_official_docx(issued, lambda mark: None)


def make_blank_template(kind: str, body: Body) -> bytes:
    """Return the built-in template with open fields, to be edited and uploaded again."""
    row = LETTER_KINDS[kind]
    blocks = [
        TextBlock("{{收件人}}：", indent=False),
        *(TextBlock(fill_in_figures(line)) for line in (*row.lines, _CONTACT_LINE)),
    ]
    blocks += [TextBlock("{{单位}}"), TextBlock("{{日期}}")]
    document = IssuedDocument(row.title, (body.name,), "{{文号}}", blocks, is_letter=True)
    return render_official_docx(document, lambda mark: None)


def _fill_line(line: str, fields: Mapping[str, str]) -> str:
    """Return the line filled in, "" if it has fields and none has a value."""
    names = PLACEHOLDER_PATTERN.findall(line)
    if names and not any(fields.get(name) for name in names):
        return ""
    return PLACEHOLDER_PATTERN.sub(lambda found: get_placeholder_value(line, found, fields), line)


# Route → how the letter says that the materials are provided.
_PROVISION_WORDS = {
    DeliveryRoute.PAGE: "可以在查询页面下载",
    DeliveryRoute.EMAIL: "发送到您填写的电子邮箱",
    DeliveryRoute.MAIL: "随本答复书邮寄",
    DeliveryRoute.FAX: "传真到您填写的号码",
    DeliveryRoute.PICK_UP: "请到本机关领取",
}


def describe_provision(decision: Decision) -> str:
    """Return in words how materials are provided, by the form given and route wanted."""
    route, form = decision.request.route_wanted, decision.form_given
    if form == ProvisionForm.READING:
        return "请到本机关查阅、抄录"
    if form in {ProvisionForm.PAPER, ProvisionForm.DISC} and route in {DeliveryRoute.PAGE, DeliveryRoute.EMAIL}:
        route = DeliveryRoute.PICK_UP
    return f"{_PROVISION_WORDS[DeliveryRoute(route)]}{f'（{ProvisionForm(form).label}）' if form else ''}"
