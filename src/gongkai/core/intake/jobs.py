"""The job that erases personal and temporary data, and form drafts on the server, reopened by a code."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake import held_forms, throttle, uploads
from gongkai.core.intake.actions import erase_party, erase_words
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import PublicForm
from gongkai.core.intake.forms.page import FormPage
from gongkai.core.intake.matter_access import format_code, new_code, read_code
from gongkai.core.intake.models import Draft, Hit, Party, PhoneCode, QueryCode, Sending, Upload
from gongkai.core.spreadsheets.actions import delete_dry_runs
from gongkai.core.vault.sealing import keyed_digest

if TYPE_CHECKING:
    from gongkai.core.intake.forms.page import FormPage

# Lifetime of a draft after its last saving.
DRAFT_LIFETIME = timedelta(days=7)
# Maximum size of a draft, in characters.
MAX_DRAFT_CHARACTERS = 100_000


def read_typed_values(definition: PublicForm, post: QueryDict) -> dict[str, object]:
    """Return field → typed text; lists for multiple-choice fields."""
    fields = definition.form.fields_for(post)
    multiple_choice_names = {
        name for name, field in fields.items() if getattr(field.widget, "allow_multiple_selected", False)
    }
    return {
        name: post.getlist(name) if name in multiple_choice_names else str(post[name]).replace("\x00", "")
        for name in fields
        if name in post
    }


def save_draft(page: "FormPage", nonce: str, post: QueryDict, address: str) -> "FormPage":
    """Save a draft and show its code; saving again does not change the code."""
    text = json.dumps(read_typed_values(page.definition, post), ensure_ascii=False)
    if len(text) > MAX_DRAFT_CHARACTERS:
        page.faults, page.status = ["内容太长，不能保存为草稿。"], 422
        return page
    if throttle.DRAFTS_LIMIT.full(address):
        page.faults, page.status = ["从您所在的网络保存的草稿太多，请一小时后再试。"], 429
        return page
    throttle.DRAFTS_LIMIT.hit(address)
    token = tokens.digest_form_token(nonce)
    draft = Draft.objects.filter(token=token, form=page.definition.name).first()
    if draft:
        draft.data = text
        draft.save()
        page.notice = "草稿已更新，草稿码不变，七天内有效。"
        return page
    code = new_code()
    Draft.objects.create(digest=_digest_draft_code(code), form=page.definition.name, token=token, data=text)
    page.draft_code = format_code(code)
    return page


def open_draft(definition: PublicForm, text: str, address: str) -> "FormPage | None":
    """Return the form of a draft code with its files, or None. Rate-limited like query codes.

    The draft and its files move to the new form's token.
    """

    if throttle.WRONG_CODES_LIMIT.full(address):
        return None
    code = read_code(text)
    rows = Draft.objects.filter(form=definition.name, saved_at__gt=timezone.now() - DRAFT_LIFETIME)
    draft = rows.filter(digest=_digest_draft_code(code)).first() if code else None
    if draft is None:
        throttle.WRONG_CODES_LIMIT.hit(address)
        return None
    token = tokens.new_token(definition.name)
    digest = tokens.digest_form_token(tokens.read_nonce(definition.name, token))
    Upload.objects.filter(token=draft.token, matter="").update(token=digest)
    draft.token = digest
    draft.save()
    form = definition.form(initial=json.loads(draft.data.reveal()))
    return FormPage(definition, form, token, notice="已打开您保存的草稿，请接着填写。")


def _digest_draft_code(code: str) -> str:
    return keyed_digest("draft code", code)


#: Rows erased in one transaction.
BATCH_SIZE = 500
# Lifetime of sent tokens and unused files, longer than a form is valid.
TOKEN_RETENTION = timedelta(days=2)


def erase_due(now: datetime | None = None) -> dict[str, int]:
    """Job: erase due parties, anonymous words and acknowledged held forms; delete expired drafts, files, counts of
    limits and phone codes. Return counts by name."""
    moment = now or timezone.now()
    due_parties = Party.objects.filter(erased_at=None, erase_on__lte=timezone.localdate(moment))
    erased_count = 0
    for party in due_parties.order_by("pk")[:BATCH_SIZE]:
        try:
            erase_party(party, by=SYSTEM)
            erased_count += 1
        except Refused:  # another run was faster, or the matter was reopened
            continue
    return {
        "erased": erased_count,
        "words": _erase_anonymous_words(moment),
        "carried": held_forms.erase_carried(moment),
        **_delete_temporary_data(moment),
    }


def _erase_anonymous_words(moment: datetime) -> int:
    """Erase the texts of matters without a party whose retention is over; return their number."""
    parties = Party.objects.filter(matter=OuterRef("matter"), erased_at=None)
    due_codes = QueryCode.objects.filter(~Exists(parties), erased_at=None, erase_on__lte=timezone.localdate(moment))
    codes = list(due_codes.order_by("erase_on")[:BATCH_SIZE])
    for code in codes:
        erase_words(code, by=SYSTEM)
    return len(codes)


def _delete_temporary_data(now: datetime) -> dict[str, int]:
    """Delete expired drafts, unused uploads, dry runs of imports, counts of limits, phone codes and form tokens; return
    the numbers of deleted drafts and files."""
    deleted_drafts = Draft.objects.filter(saved_at__lt=now - DRAFT_LIFETIME).delete()[0]
    draft = Draft.objects.filter(token=OuterRef("token"))
    abandoned_uploads = Upload.objects.filter(~Exists(draft), matter="", at__lt=now - TOKEN_RETENTION)
    files = uploads.delete_uploads(list(abandoned_uploads[:BATCH_SIZE]))
    delete_dry_runs(now - DRAFT_LIFETIME)
    Hit.objects.filter(until__lt=now).delete()
    PhoneCode.objects.filter(sent_at__lt=now - TOKEN_RETENTION).delete()
    Sending.objects.filter(at__lt=now - TOKEN_RETENTION).delete()
    return {"drafts": deleted_drafts, "files": files}
