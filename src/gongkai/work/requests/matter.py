"""The applicant's online page: correct, supplement, pay, withdraw, fetch letters and files."""

from collections.abc import Callable, Mapping

from django import forms
from django.conf import settings
from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.files.kinds import KINDS as FILE_KINDS
from gongkai.core.intake.matters import Fetched, FollowUp, Matter, Onward
from gongkai.core.intake.uploads import FileRule, files_sent
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import work
from gongkai.work.requests.actions import (
    collect_letter,
    collect_material,
    order_payment,
    supplement,
    take_correction,
    withdraw,
)
from gongkai.work.requests.gateway import gateway
from gongkai.work.requests.letters import KINDS
from gongkai.work.requests.machine import OPEN_STATES, RUNNING, State
from gongkai.work.requests.models import Letter, Material, Request, SignedLetter
from gongkai.work.requests.progress import handed_out, into_of, owes, own_words, papers, progress
from gongkai.work.requests.signing import handed
from gongkai.work.requests.timing import asked_of_applicant, given_up

ERASED = "（保存期满，已清除）"


def handles(by: Actor, number: int) -> list[str]:
    """Return reasons against reading the applicant's data: only people who handle the request may."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="request").first()
    return work(by, entry) if entry else ["没有这条记录。"]


class CorrectionForm(forms.Form):
    """The form for a correction."""

    wanted = forms.CharField(
        label="补正后的申请内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "gk-input"}),
    )


class SupplementForm(forms.Form):
    """The form for a supplement."""

    text = forms.CharField(
        label="补充的说明",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "gk-input"}),
        help_text="用来帮助查找或者说明情况；要改变申请内容的，请撤回后重新申请。",
    )


class PartForm(forms.Form):
    """The form that withdraws part of a request."""

    part = forms.CharField(
        label="不再需要的内容",
        max_length=4900,
        widget=forms.Textarea(attrs={"rows": 3, "class": "gk-input"}),
        help_text="写明申请里的哪一项不用再办。其余内容照常办理，答复期限不变。",
    )


class WithdrawalForm(forms.Form):
    """The confirmation of a withdrawal."""

    sure = forms.BooleanField(
        label="我确认撤回整件申请",
        error_messages={"required": "请勾选确认后再撤回。"},
    )


def _correct(number: int, data: dict[str, object]) -> str:
    entry = Entry.objects.get(pk=number, kind="request")
    stopped = entry.state == State.CORRECTING
    take_correction(entry, by=ANONYMOUS, wanted=data["wanted"], files=_digests(data))
    return "补正已收到，答复期限重新计算。" if stopped else "补正已收到，答复期限照旧计算。"


def _supplement(number: int, data: dict[str, object]) -> None:
    entry = Entry.objects.get(pk=number, kind="request")
    supplement(entry, by=ANONYMOUS, text=data["text"], files=_digests(data))


def _withdraw_part(number: int, data: Mapping[str, object]) -> None:
    entry = Entry.objects.get(pk=number, kind="request")
    supplement(entry, by=ANONYMOUS, text=f"【撤回其中一部分】{data['part']}")


def _digests(data: Mapping[str, object]) -> list[str]:
    return [upload.digest for upload in files_sent(data)]


def fetch(number: int, ref: str) -> Fetched:
    """Hand out a letter or file to the applicant and log the access.

    Raises:
        Refused: the letter or file does not exist.
    """
    kind, _, key = ref.partition("-")
    pk = int(key) if key.isdecimal() else 0
    into = into_of(Request.objects.get(pk=number))
    letters = Letter.objects.filter(pk=pk, request__in={number, into.pk}, consultation=None)
    if kind == "letter" and (letter := letters.first()):
        collect_letter(letter, by=ANONYMOUS)
        paper = handed(letter)
        return Fetched(paper.content, f"{KINDS[letter.kind].title}.{paper.suffix}", paper.kind)
    if kind == "material" and (one := Material.objects.filter(pk=pk, request=into).first()):
        stored = collect_material(one, by=ANONYMOUS)
        suffix = next((k.suffix for k in FILE_KINDS.values() if k.type == stored.type), one.suffix)
        place = next((place for place, given in handed_out(number) if given.pk == one.pk), one.pk)
        return Fetched(stored.read(), f"提供的材料{place}.{suffix}", stored.type)
    raise Refused("没有这份文书或者材料。")


class PayForm(forms.Form):
    """An empty form: the payment gateway asks for everything."""


def _pay(number: int, data: Mapping[str, object]) -> Onward:
    fee, where = owes(number), gateway()
    if fee is None or where is None:
        raise Refused("现在没有需要网上缴纳的费用。")
    order = order_payment(fee, by=ANONYMOUS)
    base = settings.WAGTAILADMIN_BASE_URL
    back, notify = (f"{base}{reverse(name)}" for name in ("portal:matter", "portal:payment"))
    return Onward(where.url(order, subject="政府信息公开信息处理费", back=back, notify=notify))


def _may_pay(number: int) -> bool:
    fee = owes(number)
    return bool(fee and gateway() and not order_payment.why_not(fee, by=ANONYMOUS))


def _withdraw(number: int, data: Mapping[str, object]) -> None:
    withdraw(Entry.objects.get(pk=number, kind="request"), by=ANONYMOUS)


def _may_correct(number: int) -> bool:
    entry = Entry.objects.filter(pk=number, kind="request", closed_at=None).first()
    if entry is None or State.CORRECTING not in asked_of_applicant(entry):
        return False
    return not given_up(entry)


def _in(*states: str) -> Callable[[int], bool]:
    return lambda number: Entry.objects.filter(pk=number, kind="request", state__in=states).exists()


def erase(number: int) -> None:
    """Erase the applicant's words; results, dates and kinds stay for statistics."""
    request = Request.objects.get(pk=number)
    kept = {"wanted": ERASED, "wishes": "", "reference": ""}
    kept |= {
        name: ERASED
        for name in ("corrected_wanted", "asked_correction", "revoked_for")
        if getattr(request, name)
    }
    Request.objects.filter(pk=number).update(**kept)
    request.supplements.update(text=ERASED)
    request.consultations.update(who=ERASED, reason="", wording="")
    request.entry.past_records.update(facts="", lines="", paper=None, paper_name="")
    SignedLetter.objects.filter(letter__request=request).update(content=b"", key="")
    for (
        letter
    ) in request.letters.all():  # without its key a letter is unreadable; number, date and digest stay
        letter.key, letter.content = "", b""
        letter.save(update_fields=["key", "content"])


# Files that an applicant may attach to a correction or supplement.
_FILES = FileRule(label="图片或者文件", help="加密保存，只有办理人员可以打开。")

REQUEST_MATTER = Matter(
    name="request",
    label="依申请公开",
    asker="申请人",
    may_read=handles,
    progress=progress,
    erase=erase,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    own_words=own_words,
    papers=papers,
    fetch=fetch,
    follow_ups=(
        FollowUp(
            "correct",
            "补正申请",
            CorrectionForm,
            _correct,
            _may_correct,
            button="提交补正",
            files=_FILES,
            begins=lambda number: {"wanted": Request.objects.get(pk=number).content.reveal()},
        ),
        FollowUp("pay", "网上缴费", PayForm, _pay, _may_pay, button="去缴费"),
        FollowUp(
            "supplement",
            "补充说明",
            SupplementForm,
            _supplement,
            _in(*sorted(RUNNING)),
            "已收到您补充的说明，期限照旧计算。",
            "提交说明",
            _FILES,
        ),
        FollowUp(
            "withdraw_part",
            "撤回一部分内容",
            PartForm,
            _withdraw_part,
            _in(*sorted(RUNNING)),
            "已收到，其余内容照常办理，答复期限不变。",
            "撤回这一部分",
            quiet=True,
        ),
        FollowUp(
            "withdraw",
            "撤回申请",
            WithdrawalForm,
            _withdraw,
            _in(*sorted(OPEN_STATES)),
            "申请已撤回。",
            "撤回申请",
            quiet=True,
            warning="撤回后不再办理，也不能恢复；以后还需要这项信息的，要重新申请。",
        ),
    ),
)
