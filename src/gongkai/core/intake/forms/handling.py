"""Handling what comes back: in order, once, and nothing typed is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from gongkai.core.acts.action import Refused
from gongkai.core.intake import drafts, phones, throttle, uploads
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import IntakeForm, PublicForm
from gongkai.core.intake.forms.page import Page
from gongkai.core.intake.forms.persons import against
from gongkai.core.intake.forms.sending import done_again, send
from gongkai.core.intake.models import Upload
from gongkai.core.intake.particulars import Particulars

STALE = "这个页面打开得太久了，请核对后再提交一次。您填写的内容都还在，附件请重新选择。"
FLOOD = "从您所在的网络提交得太多，请十分钟后再试。您可以先保存草稿。"
TWICE = "您今天提交的相同内容已经收到多次，不必重复提交。想知道办理情况，请用查询码查询。"
MAILED = "这个邮箱今天已经申请过多次，请先查收此前的确认邮件，明天再试。"


#: Buttons beside the one that sends.
_ASIDE = frozenset({"remove", "save_draft", "send_code"})


@dataclass(frozen=True)
class Asked:
    """What a browser sent, and from where."""

    post: QueryDict
    files: "MultiValueDict[str, UploadedFile[bytes]]"
    address: str
    host: str


def show(definition: PublicForm, query: Mapping[str, str]) -> Page:
    """Return a form nobody typed into yet, but for what its address says."""
    given = {name: query[name][:500].replace("\x00", "") for name in definition.form.prefill if name in query}
    return Page(definition, definition.form(initial=given), tokens.new_token(definition.name))


def handle(definition: PublicForm, asked: Asked) -> Page:
    """Return the page that answers what was sent. Sent before (a double click, a retry): the same acknowledgement again."""
    token = asked.post.get("form_token", "")
    nonce = tokens.nonce_of(definition.name, token)
    if not nonce:
        fresh = tokens.new_token(definition.name)
        return Page(definition, _typed(definition, asked.post), fresh, status=422, faults=[STALE])
    page = Page(definition, _given(definition, asked.post), token)
    if not (asked.files or _ASIDE & set(asked.post)):
        # `send` finds what was sent before by its token: it is asked for besides only where this is not sent now, whatever speaks against it.
        page = _judged(page, nonce, asked)
        return page if page.done else done_again(definition, nonce) or page
    return done_again(definition, nonce) or _judged(page, nonce, asked)


def _judged(page: Page, nonce: str, asked: Asked) -> Page:
    """Return the page that answers what was sent with a token that is in order."""
    if "remove" in asked.post:
        return _removed(page, nonce, asked.post.get("remove", ""))
    if not _by_person(page, asked):
        page.status = 422
        return page
    if page.definition.files:
        _hold(page, nonce, asked)
    return _pressed(page, nonce, asked)


def _pressed(page: Page, nonce: str, asked: Asked) -> Page:
    """Do what the button says that was pressed."""
    if "save_draft" in asked.post:
        return drafts.save(page, nonce, asked.post, asked.address)
    if "send_code" in asked.post:
        return phones.send_code(page, nonce, asked.address)
    return _sent(page, nonce, asked)


def _typed(definition: PublicForm, post: QueryDict) -> IntakeForm:
    """Return the form with what was typed, not judged yet."""
    return definition.form(initial=drafts.typed(definition, post))


def _given(definition: PublicForm, post: QueryDict) -> IntakeForm:
    """Return the form as the button wants it that was pressed: to be judged where it is sent, else as it was typed."""
    if _ASIDE & set(post):
        return _typed(definition, post)
    return definition.form(post)


def _by_person(page: Page, asked: Asked) -> bool:
    """Whether a person sent this; what speaks against it is said on the page, beside what is wrong with the fields."""
    fault, page.question_fault = against(page.definition.name, page.token, asked.post, asked.address)
    page.faults += [fault] if fault else []
    return not (page.faults or page.question_fault)


def _hold(page: Page, nonce: str, asked: Asked) -> None:
    """Keep the files that are in order, so that nobody has to choose them again; say what is wrong with the others."""
    rule = page.definition.files
    assert rule
    token = tokens.digest_of(nonce)
    given = asked.files.getlist("files")
    held = len(uploads.now_held(token)) if given else 0
    for upload in given:
        fault = uploads.fault_of(upload, rule)
        if not fault and held >= rule.most:
            fault = f"最多上传{rule.most}个文件，“{uploads.clean_name(upload.name or '')}”没有收下。"
        if not fault and throttle.FILES.full(asked.address):
            fault = "从您所在的网络上传的文件太多，请一小时后再试。"
        if fault:
            page.file_faults.append(fault)
            continue
        throttle.FILES.hit(asked.address)
        uploads.store(upload, token=token)
        held += 1


def _removed(page: Page, nonce: str, number: str) -> Page:
    rows = Upload.objects.filter(token=tokens.digest_of(nonce), matter="")
    uploads.drop(
        list(rows.filter(pk=int(number)) if number.isdecimal() and len(number) < 18 else rows.none())
    )
    return page


def _sent(page: Page, nonce: str, asked: Asked) -> Page:
    valid = page.form.is_valid()
    said = page.form.particulars() if valid else None
    verified = phones.check(page, nonce, asked.post, said) if valid else False
    if not valid or page.wrong:
        page.status = 422
        return page
    if "seen_answers" not in asked.post:
        page.numbers, page.answered = page.form.numbers_told(), page.form.answered_already()
        if page.waits:
            return page
    if not _taken(page, asked, said):
        page.status = 429
        return page
    try:
        return send(page, nonce, asked.host, said, verified=verified, count=lambda: _count(page, asked, said))
    except Refused as refused:
        page.faults += refused.reasons
        page.status = 422
        return page


def _taken(page: Page, asked: Asked, said: Particulars | None) -> bool:
    """Whether limits let one more through."""
    if over := throttle.full(_limited(page, asked, said)):
        page.faults.append(TWICE if over[0] is throttle.SAME_TEXT else FLOOD)
    return not page.faults


def _limited(page: Page, asked: Asked, said: Particulars | None) -> list[throttle.Counted]:
    """Return the limits of a sending: by the address that it comes from, and by its party and content where the party is known."""
    limits = [(throttle.sending_limit(), asked.address)]
    content = page.form.content()
    if said and said.identity and content:
        same = json.dumps([page.definition.name, asked.host, said.identity, content], ensure_ascii=False)
        limits.append((throttle.SAME_TEXT, same))
    return limits


def _count(page: Page, asked: Asked, said: Particulars | None) -> None:
    throttle.count(_limited(page, asked, said))
    if page.definition.confirms and said and not throttle.take_mail(asked.address, said.email):
        raise Refused(MAILED)
