"""The applicant's online page: correct, supplement, pay, withdraw, fetch letters and files."""

from collections.abc import Callable, Mapping

from django import forms
from django.conf import settings
from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.files.kinds import FILE_KINDS_BY_SUFFIX as FILE_KINDS
from gongkai.core.intake.actions import is_code_known_to_staff
from gongkai.core.intake.declared_fields import erase_words
from gongkai.core.intake.matters import ContinuationUrl, FetchedDocument, FollowUp, MatterKind
from gongkai.core.intake.uploads import FileRule, list_sent_files
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import erase_past_records
from gongkai.core.ledger.rules import check_may_work
from gongkai.work.requests.actions import (
    accept_correction,
    add_supplement,
    create_payment_order,
    hand_out_letter,
    hand_out_material,
    withdraw_request,
)
from gongkai.work.requests.gateway import get_configured_gateway
from gongkai.work.requests.letter_signing import get_handed_out_letter
from gongkai.work.requests.letters import LETTER_KINDS
from gongkai.work.requests.models import Letter, Material, Request, SignedLetter
from gongkai.work.requests.pending_notices import is_given_up, list_applicant_duties
from gongkai.work.requests.progress import (
    get_merge_target,
    get_owed_fee,
    get_request_progress,
    list_applicant_texts,
    list_released_materials,
    list_request_papers,
)
from gongkai.work.requests.states import OPEN_STATES, UNIT_STATES, RequestState


def list_reasons_unless_request_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading the applicant's data."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="request").first()
    return check_may_work(by, entry) if entry else ["没有这条记录。"]


class CorrectionForm(forms.Form):
    """The applicant's form for a corrected request (补正)."""

    wanted = forms.CharField(
        label="补正后的申请内容", max_length=5000, widget=forms.Textarea(attrs={"rows": 6, "class": "gk-input"})
    )


class SupplementForm(forms.Form):
    """The applicant's form for explanations that leave the content of the request unchanged."""

    text = forms.CharField(
        label="补充的说明",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "gk-input"}),
        help_text="用来帮助查找或者说明情况；要改变申请内容的，请撤回后重新申请。",
    )


class PartialWithdrawalForm(forms.Form):
    """The form that withdraws part of a request."""

    part = forms.CharField(
        label="不再需要的内容",
        max_length=4900,
        widget=forms.Textarea(attrs={"rows": 3, "class": "gk-input"}),
        help_text="写明申请里的哪一项不用再办。其余内容照常办理，答复期限不变。",
    )


class RequestWithdrawalForm(forms.Form):
    """The confirmation of a withdrawal."""

    sure = forms.BooleanField(label="我确认撤回整件申请", error_messages={"required": "请勾选确认后再撤回。"})


def _correct_request_online(number: int, data: dict[str, object]) -> str:
    """Take the correction and return the Chinese answer to the applicant."""
    entry = Entry.objects.get(pk=number, kind="request")
    stopped = entry.state == RequestState.CORRECTING
    accept_correction(entry, by=ANONYMOUS, wanted=data["wanted"], files=_list_upload_digests(data))
    return "补正已收到，答复期限重新计算。" if stopped else "补正已收到，答复期限照旧计算。"


def _supplement_request_online(number: int, data: dict[str, object]) -> None:
    """Record a supplement to request `number`; `data` holds "text" and the uploaded files."""
    entry = Entry.objects.get(pk=number, kind="request")
    add_supplement(entry, by=ANONYMOUS, text=data["text"], files=_list_upload_digests(data))


def _withdraw_part_online(number: int, data: Mapping[str, object]) -> None:
    entry = Entry.objects.get(pk=number, kind="request")
    add_supplement(entry, by=ANONYMOUS, text=f"【撤回其中一部分】{data['part']}")


def _list_upload_digests(data: Mapping[str, object]) -> list[str]:
    return [upload.digest for upload in list_sent_files(data)]


def fetch_request_paper(number: int, ref: str) -> FetchedDocument:
    """Hand out a letter (`letter-7`) or material (`material-7`) to the applicant, and log the access.

    For a merged request, papers of the request that it was merged into are found, too.

    Raises:
        Refused: the letter or file does not exist.
    """
    kind, _, key = ref.partition("-")
    pk = int(key) if key.isdecimal() else 0
    into = get_merge_target(Request.objects.get(pk=number))
    counts = not is_code_known_to_staff(f"request/{number}")
    letters = Letter.objects.filter(pk=pk, request__in={number, into.pk}, consultation=None)
    if kind == "letter" and (letter := letters.first()):
        hand_out_letter(letter, by=ANONYMOUS, counts=counts)
        paper = get_handed_out_letter(letter)
        return FetchedDocument(paper.content, f"{LETTER_KINDS[letter.kind].title}.{paper.suffix}", paper.media_type)
    if kind == "material" and (one := Material.objects.filter(pk=pk, request=into).first()):
        stored = hand_out_material(one, by=ANONYMOUS, counts=counts)
        suffix = next((k.suffix for k in FILE_KINDS.values() if k.type == stored.type), one.suffix)
        paper_number = next(
            (paper_number for paper_number, material in list_released_materials(number) if material.pk == one.pk),
            one.pk,
        )
        return FetchedDocument(stored.read(), f"提供的材料{paper_number}.{suffix}", stored.type)
    raise Refused("没有这份文书或者材料。")


class PaymentForm(forms.Form):
    """An empty form: the payment gateway asks for everything."""


def _start_payment(number: int, data: Mapping[str, object]) -> ContinuationUrl:
    """Order a payment and return the gateway's URL.

    Raises:
        Refused: when no fee is owed or no gateway is configured.
    """
    fee, gateway = get_owed_fee(number), get_configured_gateway()
    if fee is None or gateway is None:
        raise Refused("现在没有需要网上缴纳的费用。")
    order = create_payment_order(fee, by=ANONYMOUS)
    base = settings.WAGTAILADMIN_BASE_URL
    return_url, notify = (f"{base}{reverse(name)}" for name in ("portal:matter", "portal:payment"))
    return ContinuationUrl(gateway.url(order, subject="政府信息公开信息处理费", back=return_url, notify=notify))


def _can_pay_fee(number: int) -> bool:
    fee = get_owed_fee(number)
    return bool(fee and get_configured_gateway() and not create_payment_order.why_not(fee, by=ANONYMOUS))


def _withdraw_request_online(number: int, data: Mapping[str, object]) -> None:
    withdraw_request(Entry.objects.get(pk=number, kind="request"), by=ANONYMOUS)


def _can_correct_request(number: int) -> bool:
    """Return true if the applicant has to correct the request and still may."""
    entry = Entry.objects.filter(pk=number, kind="request", closed_at=None).first()
    if entry is None or RequestState.CORRECTING not in list_applicant_duties(entry):
        return False
    return not is_given_up(entry)


def _is_in_state(*states: str) -> Callable[[int], bool]:
    """Return a predicate that is true if the request with the given key is in one of `states`."""
    return lambda number: Entry.objects.filter(pk=number, kind="request", state__in=states).exists()


def erase_request(number: int) -> None:
    """Erase the words and letters of a request, its supplements and consultations."""
    request = Request.objects.get(pk=number)
    erase_words(request, *request.supplements.all(), *request.consultations.all())
    erase_past_records(request.entry)
    SignedLetter.objects.filter(letter__request=request).update(content=b"", key="")
    for letter in request.letters.all():  # without its key a letter is unreadable; number, date and digest stay
        letter.key, letter.content = "", b""
        letter.save(update_fields=["key", "content"])


# Files that an applicant may attach to a correction or supplement.
_UPLOAD_RULE = FileRule(label="图片或者文件", help="加密保存，只有办理人员可以打开。")

REQUEST_MATTER = MatterKind(
    name="request",
    label="依申请公开",
    asker="申请人",
    may_read=list_reasons_unless_request_reader,
    progress=get_request_progress,
    erase=erase_request,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    own_words=list_applicant_texts,
    papers=list_request_papers,
    fetch=fetch_request_paper,
    follow_ups=(
        FollowUp(
            "correct",
            "补正申请",
            CorrectionForm,
            _correct_request_online,
            _can_correct_request,
            button="提交补正",
            decides=True,
            files=_UPLOAD_RULE,
            begins=lambda number: {"wanted": Request.objects.get(pk=number).content.reveal()},
        ),
        FollowUp("pay", "网上缴费", PaymentForm, _start_payment, _can_pay_fee, button="去缴费"),
        FollowUp(
            "supplement",
            "补充说明",
            SupplementForm,
            _supplement_request_online,
            _is_in_state(*sorted(UNIT_STATES)),
            "已收到您补充的说明，期限照旧计算。",
            "提交说明",
            _UPLOAD_RULE,
        ),
        FollowUp(
            "withdraw_part",
            "撤回一部分内容",
            PartialWithdrawalForm,
            _withdraw_part_online,
            _is_in_state(*sorted(UNIT_STATES)),
            "已收到，其余内容照常办理，答复期限不变。",
            "撤回这一部分",
            quiet=True,
            decides=True,
        ),
        FollowUp(
            "withdraw",
            "撤回申请",
            RequestWithdrawalForm,
            _withdraw_request_online,
            _is_in_state(*sorted(OPEN_STATES)),
            "申请已撤回。",
            "撤回申请",
            quiet=True,
            decides=True,
            warning="撤回后不再办理，也不能恢复；以后还需要这项信息的，要重新申请。",
        ),
    ),
)
