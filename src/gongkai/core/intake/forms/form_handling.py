"""Handling of submitted forms: validation, idempotence, and preservation of typed values."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake import held_forms, jobs, phones, throttle, uploads
from gongkai.core.intake.actions import issue_code
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import IntakeForm, PublicForm, Submission
from gongkai.core.intake.forms.page import FormPage, SubmissionReceipt
from gongkai.core.intake.forms.people import find_bot_faults
from gongkai.core.intake.forms.registration import (
    RegisteredSubmission,
    get_progress,
    record_submission,
    was_receipt_mailed,
)
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.idempotency import AlreadySent, claim_token, find_sending
from gongkai.core.intake.matter_access import derive_code, digest_code, format_code
from gongkai.core.intake.matters import ProgressSection, parse_matter
from gongkai.core.intake.models import Draft, Party, QueryCode, Upload
from gongkai.core.intake.uploads import list_form_files


def submit_form(
    page: FormPage,
    nonce: str,
    host: str,
    particulars: SenderParticulars | None,
    *,
    verified: bool,
    count: Callable[[], None],
) -> FormPage:
    """Submit a valid form and return its receipt page; a used token yields its first receipt.

    On the outer side the submission is held for the inner network.

    Args:
        page: the validated form page.
        nonce: the unique part of its token.
        host: the host that received it.
        particulars: the sender's particulars, if given.
        verified: true if the phone was verified.
        count: counts the submission for rate limits, in the same transaction.

    Raises:
        Refused: the app rejects it; nothing was written.
    """
    definition, token = page.definition, tokens.digest_form_token(nonce)
    try:
        with transaction.atomic():
            sending = claim_token(definition.name, nonce)
            submission = Submission(page.form.cleaned_data, host, tuple(list_form_files(token)), particulars)
            if held_forms.is_outer():
                registered = _hold_for_inner_side(page, submission, nonce, verified=verified)
            else:
                registered = record_submission(definition, submission, token=nonce, verified=verified)
            sending.matter, sending.turn = registered.matter, registered.turn
            sending.save(update_fields=["matter", "turn"])
            Draft.objects.filter(token=token).delete()
            count()
    except AlreadySent:
        earlier_receipt = find_earlier_receipt(definition, nonce)
        assert earlier_receipt
        return earlier_receipt
    return _make_receipt_page(definition, registered, page.form)


def _hold_for_inner_side(page: FormPage, submission: Submission, nonce: str, *, verified: bool) -> RegisteredSubmission:
    """Store a submission for the inner network with a new query code; return its registration."""
    token, particulars = tokens.digest_form_token(nonce), submission.said
    parameters = cast(QueryDict, page.form.data)
    typed_values = {name: parameters.getlist(name) for name in page.form.fields if name in parameters}
    for turn in range(5):
        code = derive_code(nonce, turn)
        if not QueryCode.objects.filter(digest=digest_code(code)).exists():
            break
    content = {"data": typed_values, "host": submission.host, "verified": verified, "code": code}
    held_form = held_forms.hold_form(None, by=ANONYMOUS, form=page.definition.name, token=token, content=content)
    Upload.objects.filter(token=token, matter="").update(matter=held_form.matter, token="")
    second = particulars.last_four if particulars and page.definition.second else ""
    issue_code(None, by=ANONYMOUS, matter=held_form.matter, second=second, given=code)
    party = Party.objects.filter(matter=held_form.matter).first()
    return RegisteredSubmission(held_form.matter, code, turn, bool(second), party, get_progress(held_form.matter))


def _get_own_words(registered: RegisteredSubmission) -> Sequence[ProgressSection]:
    """Return the sender's own texts in a matter, at most the first section; empty if there is none."""
    if registered.own_words is not None:
        return registered.own_words[:1]
    kind_and_row = parse_matter(registered.matter)
    return kind_and_row[0].own_words(kind_and_row[1])[:1] if kind_and_row and kind_and_row[0].own_words else ()


def find_earlier_receipt(definition: PublicForm, nonce: str) -> FormPage | None:
    """Return the receipt of a form that was sent already, or None."""
    sending = find_sending(definition.name, nonce)
    if sending is None:
        return None
    row = QueryCode.objects.filter(matter=sending.matter).first()
    party = Party.objects.filter(matter=sending.matter).first()
    return _make_receipt_page(
        definition,
        RegisteredSubmission(
            sending.matter,
            derive_code(nonce, sending.turn),
            sending.turn,
            bool(row and row.second_digest),
            party,
            get_progress(sending.matter),
            told=held_forms.is_outer() or bool(party and was_receipt_mailed(party)),
        ),
    )


def _make_receipt_page(
    definition: PublicForm, registered: RegisteredSubmission, form: IntakeForm | None = None
) -> FormPage:
    """Return the page that confirms a registered submission, with code, number and due date."""
    progress = registered.progress
    receipt = SubmissionReceipt(
        code=format_code(registered.code),
        second=registered.second,
        number=progress.number if progress else "",
        due=progress.due if progress else None,
        mailed=bool(registered.told and registered.party and registered.party.email),
        unit=progress.unit if progress else "",
        asked=_get_own_words(registered),
    )
    return FormPage(definition, form or definition.form(), tokens.new_token(definition.name), done=receipt)


#: Notice of an expired page; the typed values stay.
STALE_FORM_ERROR = "这个页面打开得太久了，请核对后再提交一次。您填写的内容都还在，附件请重新选择。"
#: Notice that files were not stored because the question is unanswered.
FILES_AGAIN_ERROR = "附件还没有收下，请回答题目，并重新选择附件。"
#: Refusal by the limit for an address (`throttle.get_submission_limit`).
NETWORK_LIMIT_ERROR = "从您所在的网络提交得太多，请十分钟后再试。您可以先保存草稿。"
#: Refusal by `throttle.SAME_TEXT_LIMIT`.
DUPLICATE_SUBMISSION_ERROR = "您今天提交的相同内容已经收到多次，不必重复提交。想知道办理情况，请用查询码查询。"
#: Refusal by `throttle.MAILS_TO_ADDRESS_LIMIT`.
EMAIL_LIMIT_ERROR = "这个邮箱今天已经申请过多次，请先查收此前的确认邮件，明天再试。"


# Names of the buttons other than the submit button.
_OTHER_BUTTONS = frozenset({"remove", "save_draft", "send_code"})


@dataclass(frozen=True)
class BrowserRequest:
    """The data that a browser posted, with the client's IP address and the requested host."""

    post: QueryDict
    files: "MultiValueDict[str, UploadedFile[bytes]]"
    address: str
    host: str


def empty_form_page(definition: PublicForm, query: Mapping[str, str]) -> FormPage:
    """Return an empty form, prefilled from the query string."""
    values = {name: query[name][:500].replace("\x00", "") for name in definition.form.prefill if name in query}
    return FormPage(definition, definition.form(initial=values), tokens.new_token(definition.name))


def handle_submission(definition: PublicForm, request: BrowserRequest) -> FormPage:
    """Return the page that answers a submission; a repeated one gets the same receipt."""
    token = request.post.get("form_token", "")
    nonce = tokens.read_nonce(definition.name, token)
    if not nonce:
        new_token = tokens.new_token(definition.name)
        page = FormPage(
            definition,
            _make_unvalidated_form(definition, request.post),
            new_token,
            status=422,
            faults=[STALE_FORM_ERROR],
        )
        return _set_step(page, request.post)
    page = FormPage(definition, _make_form(definition, request.post), token, seen="seen_answers" in request.post)
    _set_step(page, request.post)
    if "step" in request.post:
        return find_earlier_receipt(definition, nonce) or _change_step(page, nonce, request)
    if not (request.files or _OTHER_BUTTONS & set(request.post)):
        # `submit_form` detects repeated submissions by token; here they are checked only if nothing is sent
        page = _validate_submission(page, nonce, request)
        return page if page.done else find_earlier_receipt(definition, nonce) or page
    return find_earlier_receipt(definition, nonce) or _validate_submission(page, nonce, request)


def _set_step(page: FormPage, post: QueryDict) -> FormPage:
    """Show the step on which the sent page was; a submission is always on the last one."""
    submits = not (_OTHER_BUTTONS | {"step"}) & set(post)
    page.step = page.last_step if submits else _read_step(str(post.get("at", "")), page.last_step)
    return page


def _read_step(text: str, last: int) -> int:
    """Return the step number in `text`; `last` if the text is no number of a step."""
    return int(text) if text in {str(step) for step in range(1, last + 1)} else last


def _change_step(page: FormPage, nonce: str, request: BrowserRequest) -> FormPage:
    """Return the page at the requested step, or at the current one if this has errors. Published answers and personal
    numbers are shown once, when the first step is left."""
    current, requested_step = page.step, _read_step(str(request.post["step"]), page.last_step)
    if requested_step < current:
        page.form.errors.clear()
    if request.files and _is_sent_by_person(page, request):
        _store_uploads(page, nonce, request)
    has_faults = bool(page.faults or page.file_faults or page.question_fault)
    page.go_to(current if has_faults else requested_step, checked=current if has_faults else requested_step - 1)
    if page.step == requested_step > current == 1 and not page.seen:
        page.numbers, page.answered = page.form.find_personal_numbers(), page.form.find_published()
        page.step = current if page.waits else requested_step
    page.status = 200 if page.step == requested_step else 422
    return page


def _validate_submission(page: FormPage, nonce: str, request: BrowserRequest) -> FormPage:
    """Handle a posted form: remove a file, refuse robots, store uploads, run the pressed button."""
    if "remove" in request.post:
        return _remove_upload(page, nonce, request.post.get("remove", ""))
    if not _is_sent_by_person(page, request):
        page.go_to(page.step, checked=page.step)
        page.status = 422
        return page
    if page.definition.files:
        _store_uploads(page, nonce, request)
    return _run_pressed_button(page, nonce, request)


def _run_pressed_button(page: FormPage, nonce: str, request: BrowserRequest) -> FormPage:
    """Save the draft, send the phone code or submit the form, depending on the pressed button."""
    if "save_draft" in request.post:
        return jobs.save_draft(page, nonce, request.post, request.address)
    if "send_code" in request.post:
        return phones.send_code(page, nonce, request.address)
    return _submit_if_valid(page, nonce, request)


def _make_unvalidated_form(definition: PublicForm, post: QueryDict) -> IntakeForm:
    """Return the form filled with what was typed, without checking it."""
    return definition.form(initial=jobs.read_typed_values(definition, post))


def _make_form(definition: PublicForm, post: QueryDict) -> IntakeForm:
    """Return the bound form; an unbound one with the typed values if a button other than submit was pressed."""
    if _OTHER_BUTTONS & set(post):
        return _make_unvalidated_form(definition, post)
    return definition.form(post)


def _is_sent_by_person(page: FormPage, request: BrowserRequest) -> bool:
    """Return true if nothing points to a bot; otherwise put the faults on the page."""
    fault, page.question_fault = find_bot_faults(page.definition.name, page.token, request.post, request.address)
    page.faults += [fault] if fault else []
    if page.question_fault and request.files:
        page.file_faults.append(FILES_AGAIN_ERROR)
    return not (page.faults or page.question_fault)


def _store_uploads(page: FormPage, nonce: str, request: BrowserRequest) -> None:
    """Store the posted files of a form; add a Chinese fault to the page for each refused file."""
    rule = page.definition.files
    assert rule
    token = tokens.digest_form_token(nonce)
    files = request.files.getlist("files")
    stored_uploads = uploads.list_form_files(token) if files else []
    for upload in uploads.drop_repeated(files, stored_uploads):
        fault = uploads.find_upload_fault(upload, rule)
        if not fault and len(stored_uploads) >= rule.most:
            fault = f"最多上传{rule.most}个文件，“{uploads.clean_file_name(upload.name or '')}”没有收下。"
        if not fault and throttle.FILES_LIMIT.full(request.address):
            fault = "从您所在的网络上传的文件太多，请一小时后再试。"
        if fault:
            page.file_faults.append(fault)
            continue
        throttle.FILES_LIMIT.hit(request.address)
        stored_uploads.append(uploads.store_upload(upload, token=token))


def _remove_upload(page: FormPage, nonce: str, number: str) -> FormPage:
    """Remove an uploaded file, named by its primary key as text, from the form."""
    rows = Upload.objects.filter(token=tokens.digest_form_token(nonce), matter="")
    uploads.delete_uploads(
        list(rows.filter(pk=int(number)) if number.isdecimal() and len(number) < 18 else rows.none())
    )
    return page


def _submit_if_valid(page: FormPage, nonce: str, request: BrowserRequest) -> FormPage:
    """Submit a valid form within the limits; otherwise return it with its faults and status."""
    valid = page.form.is_valid()
    particulars = page.form.particulars() if valid else None
    verified = phones.check_phone_code(page, nonce, request.post, particulars) if valid else False
    if not valid or page.wrong:
        page.go_to(page.step, checked=page.step)
        page.status = 422
        return page
    if not page.seen:
        page.numbers, page.answered = page.form.find_personal_numbers(), page.form.find_published()
        if page.waits:
            return page
    if not _is_within_limits(page, request, particulars):
        page.status = 429
        return page
    try:
        return submit_form(
            page,
            nonce,
            request.host,
            particulars,
            verified=verified,
            count=lambda: _count_submission(page, request, particulars),
        )
    except Refused as refused:
        page.faults += refused.reasons
        page.status = 422
        return page


def _is_within_limits(page: FormPage, request: BrowserRequest, particulars: SenderParticulars | None) -> bool:
    """Return true if no rate limit is reached; otherwise put the fault on the page."""
    if full_limit := throttle.find_full_limit(_list_limits(page, request, particulars)):
        page.faults.append(
            DUPLICATE_SUBMISSION_ERROR if full_limit[0] is throttle.SAME_TEXT_LIMIT else NETWORK_LIMIT_ERROR
        )
    return not page.faults


def _list_limits(
    page: FormPage, request: BrowserRequest, particulars: SenderParticulars | None
) -> list[throttle.LimitedValue]:
    """Return the (rate limit, value) pairs of a submission: its address, and equal content of the same identity."""
    limits = [(throttle.get_submission_limit(), request.address)]
    content = page.form.content()
    if particulars and particulars.identity and content:
        content_key = json.dumps(
            [page.definition.name, request.host, particulars.identity, content], ensure_ascii=False
        )
        limits.append((throttle.SAME_TEXT_LIMIT, content_key))
    return limits


def _count_submission(page: FormPage, request: BrowserRequest, particulars: SenderParticulars | None) -> None:
    """Count a submission against all rate limits.

    Raises:
        Refused: the address has got too many confirmation mails.
    """
    throttle.count_events(_list_limits(page, request, particulars))
    if (
        page.definition.confirms
        and particulars
        and not throttle.may_send_confirmation(request.address, particulars.email)
    ):
        raise Refused(EMAIL_LIMIT_ERROR)
