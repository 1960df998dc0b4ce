"""The inner side of two networks: register held forms and seal replies."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils import timezone

from gongkai.core.intake import throttle
from gongkai.core.intake.codes import new_code, read_code, shown
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import PublicForm
from gongkai.core.intake.forms.page import Page
from gongkai.core.intake.models import Draft, Upload
from gongkai.core.vault.sealing import keyed_digest

if TYPE_CHECKING:
    from gongkai.core.intake.forms.page import Page
import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake import sealing, uploads
from gongkai.core.intake.actions import issue_code
from gongkai.core.intake.codes import code_of
from gongkai.core.intake.forms.definition import FORMS, Submission
from gongkai.core.intake.forms.registering import progress_of, record_submission
from gongkai.core.intake.held import Particulars
from gongkai.core.intake.models import Received, Sending
from gongkai.core.ledger.rules import system_only

if TYPE_CHECKING:
    from gongkai.core.intake.models import Upload


# Lifetime of a draft after its last saving.
KEPT = timedelta(days=7)
# Maximum size of a draft, in characters.
LONGEST = 100_000


def typed(definition: PublicForm, post: QueryDict) -> dict[str, object]:
    """Return the typed values by field; multiple-choice fields as lists."""
    fields = definition.form.fields_for(post)
    many = {name for name, one in fields.items() if getattr(one.widget, "allow_multiple_selected", False)}
    return {
        name: post.getlist(name) if name in many else str(post[name]).replace("\x00", "")
        for name in fields
        if name in post
    }


def save(page: "Page", nonce: str, post: QueryDict, address: str) -> "Page":
    """Save a draft and show its code; saving again keeps the code."""
    text = json.dumps(typed(page.definition, post), ensure_ascii=False)
    if len(text) > LONGEST:
        page.faults, page.status = ["内容太长，不能保存为草稿。"], 422
        return page
    if throttle.DRAFTS.full(address):
        page.faults, page.status = ["从您所在的网络保存的草稿太多，请一小时后再试。"], 429
        return page
    throttle.DRAFTS.hit(address)
    token = tokens.digest_of(nonce)
    known = Draft.objects.filter(token=token, form=page.definition.name).first()
    if known:
        known.data = text
        known.save()
        page.notice = "草稿已更新，草稿码不变，七天内有效。"
        return page
    code = new_code()
    Draft.objects.create(digest=_digest_draft_code(code), form=page.definition.name, token=token, data=text)
    page.draft_code = shown(code)
    return page


def open_draft(definition: PublicForm, text: str, address: str) -> "Page | None":
    """Return the form of a draft code with its files, or None. Rate-limited like query codes."""

    if throttle.WRONG_CODES.full(address):
        return None
    code = read_code(text)
    rows = Draft.objects.filter(form=definition.name, saved_at__gt=timezone.now() - KEPT)
    draft = rows.filter(digest=_digest_draft_code(code)).first() if code else None
    if draft is None:
        throttle.WRONG_CODES.hit(address)
        return None
    token = tokens.new_token(definition.name)
    digest = tokens.digest_of(tokens.nonce_of(definition.name, token))
    Upload.objects.filter(token=draft.token, matter="").update(token=digest)
    draft.token = digest
    draft.save()
    form = definition.form(initial=json.loads(draft.data.reveal()))
    return Page(definition, form, token, notice="已打开您保存的草稿，请接着填写。")


def _digest_draft_code(code: str) -> str:
    return keyed_digest("draft code", code)


STALE = "这个页面打开得太久了，请核对后再提交一次。"


class SentBefore(Exception):
    """The form was sent already."""


def claim(form: str, nonce: str) -> Sending:
    """Claim a form's token inside a transaction; concurrent claims wait.

    Raises:
        SentBefore: the token was claimed; the transaction cannot be used any more.
    """
    try:
        return Sending.objects.create(token=tokens.digest_of(nonce), form=form)
    except IntegrityError:
        raise SentBefore from None


def sent(form: str, nonce: str) -> Sending | None:
    """Return the record of a form that was sent, or None."""
    return Sending.objects.filter(token=tokens.digest_of(nonce), form=form).first()


@dataclass(frozen=True)
class Registered:
    """A matter registered by staff with its code; `again` is true for a repeated registration."""

    matter: str
    code: str
    again: bool = False

    @property
    def number(self) -> int:
        """The number of the matter within its kind."""
        return int(self.matter.partition("/")[2])


def record_once(
    form: str, token: str, work: Callable[[], tuple[str, str]], *, by: Actor, typed: str = ""
) -> Registered:
    """Register a matter at the counter with its code, in one transaction, once for each page.

    Args:
        form: the name of the page's form.
        token: the token of the page (`tokens.new_token(form)`).
        work: registers it; returns the matter and the second key of the code.
        by: the clerk.
        typed: the typed values; other values or another clerk make another registration.

    Raises:
        Refused: the app rejects it, or the page has expired; nothing was written.
    """
    nonce = tokens.nonce_of(form, token)
    if not nonce:
        raise Refused(STALE)
    nonce = keyed_digest("once", f"{nonce}/{by.person_id}/{typed}")
    try:
        with transaction.atomic():
            row = claim(form, nonce)
            row.matter, second = work()
            code, row.turn = issue_code(None, by=by, matter=row.matter, second=second, token=nonce)
            row.save(update_fields=["matter", "turn"])
            return Registered(row.matter, code)
    except SentBefore:
        before = sent(form, nonce)
        assert before
        return Registered(before.matter, code_of(nonce, before.turn), again=True)


# Days for which replies are sent, longer than any deadline, so that a lost package is harmless.
TOLD = timedelta(days=365)


class HeldFile(TypedDict):
    """A file of a held form, base64-encoded."""

    name: str
    content: str


class Content(TypedDict):
    """The typed data of a held form with host, code and verification."""

    data: dict[str, list[str]]
    host: str
    code: str
    verified: bool


class Item(TypedDict):
    """A held form as transported."""

    token: str
    form: str
    sent_at: str
    content: Content
    files: list[HeldFile]


@action("intake.receive_held", label="登记外网来件", rule=system_only)
def receive_held(_: None, *, by: Actor, item: Item) -> ActionResult:
    """Register a held form with its code and time of sending, once.

    Raises:
        Refused: the inner side rejects it; the outer side keeps it.
    """
    known = Received.objects.filter(token=item["token"]).first()
    if known:
        return ActionResult(words="重复收到，不再登记", stream=known.matter, result=known)
    definition = FORMS.get(str(item["form"]))
    if definition is None:
        raise Refused("内网没有这个表单。")
    content = item["content"]
    form = definition.form(_make_query_dict(content["data"]))
    if not form.is_valid():
        faults = "；".join(str(error) for errors in form.errors.values() for error in errors)
        raise Refused(f"内容不合要求：{faults}")
    said = form.particulars()
    files = tuple(_store_file(definition, held_file) for held_file in item["files"])
    sent_at = datetime.fromisoformat(item["sent_at"])
    submission = Submission(form.cleaned_data, str(content["host"]), files, said, sent_at)
    done = record_submission(definition, submission, code=content["code"], verified=bool(content["verified"]))
    salt = sealing.new_salt()
    key = sealing.key_from(sealing.secret_of(content["code"], _get_second_key(definition, said)), salt)
    made = Received.objects.create(token=item["token"], matter=done.matter, key=key, salt=salt)
    return ActionResult(words="登记外网来件", stream=done.matter, facts={"token": item["token"]}, result=made)


def _make_query_dict(data: Mapping[str, list[str]]) -> QueryDict:
    given = QueryDict(mutable=True)
    for name, values in data.items():
        given.setlist(name, values)
    return given


def _get_second_key(definition: PublicForm, said: Particulars | None) -> str:
    return said.last_four if said and definition.second else ""


def _store_file(definition: PublicForm, one: HeldFile) -> "Upload":
    upload = SimpleUploadedFile(one["name"], base64.b64decode(one["content"]))
    fault = uploads.fault_of(upload, definition.files) if definition.files else "这个表单不收文件。"
    if fault:
        raise Refused(fault)
    return uploads.store(upload)


def receive_all(items: list[Item], *, by: Actor) -> tuple[int, list[str]]:
    """Register held forms one by one; return their number and the faults of the others."""
    count, faults = 0, []
    for item in items:
        try:
            with transaction.atomic():
                receive_held(None, by=by, item=item)
            count += 1
        except Refused as refused:
            faults.append(f"{item['form']}（{item['sent_at'][:16]}）：{refused}")
    return count, faults


def replies(now: datetime | None = None) -> Iterator[dict[str, str]]:
    """Yield the sealed progress of every matter from the outer side."""
    moment = now or timezone.now()
    for row in Received.objects.filter(at__gt=moment - TOLD).order_by("pk").iterator(500):
        progress = progress_of(row.matter)
        text = sealing.seal(progress, row.key.reveal()) if progress else ""
        yield {"token": row.token, "salt": row.salt, "reply": text}
