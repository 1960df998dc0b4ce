"""Actions for receipts, for opening letters and for a unit's own letter templates."""

import hashlib
from datetime import date

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import work
from gongkai.core.units.models import Body
from gongkai.lib.writing.filling import NoTemplate, fields_of
from gongkai.work.requests.actions.acting import entry_act
from gongkai.work.requests.letters import LETTER_FIELDS, LETTER_KINDS, decrypt_letter, make_letter
from gongkai.work.requests.models import Letter, LetterTemplate
from gongkai.work.requests.rules import check_registrar

# Maximum size of a template, in bytes.
MAX_TEMPLATE_BYTES = 2 * 1024 * 1024


@entry_act("give_receipt")
def give_receipt(entry: Entry, *, by: Actor, on: date | None = None) -> ActionResult:
    """Issue the receipt of a request (登记回执)."""
    letter = make_letter(entry, "receipt", on=on)
    return ActionResult(words=f"登记回执{letter.number}", facts={"letter": letter.digest}, result=letter)


def _check_letter_handler(by: Actor, letter: Letter) -> list[str]:
    return work(by, Entry.objects.select_related("body").get(pk=letter.request_id))


@action("requests.open_letter", label="打开文书", rule=_check_letter_handler)
def open_letter(letter: Letter, *, by: Actor) -> ActionResult:
    """Decrypt a letter for a clerk and log the access; the action's result is its bytes."""
    content = decrypt_letter(letter)
    if hashlib.sha256(content).hexdigest() != letter.digest:
        raise Refused("文书与生成时的摘要值不一致，请联系系统管理员。")
    return ActionResult(words=f"打开文书{letter.number}", facts={"letter": letter.digest}, result=content)


@action("requests.set_template", label="更换文书模板", rule=check_registrar, quiet=True)
def set_template(body: Body, *, by: Actor, kind: str, name: str, content: bytes) -> ActionResult:
    """Replace the template for one kind of letter with the unit's own .docx."""
    if kind not in LETTER_KINDS:
        raise Refused("没有这种文书。")
    if len(content) > MAX_TEMPLATE_BYTES:
        raise Refused("模板不能超过2 MB。")
    try:
        used = fields_of(content)
    except NoTemplate as fault:
        raise Refused(str(fault)) from fault
    unknown = [value for value in used if value not in LETTER_FIELDS]
    if unknown:
        raise Refused(f"模板中有不认识的字段：{'、'.join(unknown[:10])}。可用的字段：{'、'.join(LETTER_FIELDS)}。")
    if not used:
        raise Refused("模板中没有字段，请保留需要填写的字段，如 {{编号}}。")
    digest = hashlib.sha256(content).hexdigest()
    facts = {"name": name[-200:], "content": content, "digest": digest, "by": by.name}
    LetterTemplate.objects.update_or_create(body=body, kind=kind, defaults=facts)
    return ActionResult(words=f"更换模板：{LETTER_KINDS[kind].title}", facts={"kind": kind, "digest": digest})


@action("requests.drop_template", label="恢复原有模板", rule=check_registrar, quiet=True)
def drop_template(body: Body, *, by: Actor, kind: str) -> ActionResult:
    """Restore the built-in template."""
    if not LetterTemplate.objects.filter(body=body, kind=kind).delete()[0]:
        raise Refused("没有更换过这种文书的模板。")
    return ActionResult(words=f"恢复原有模板：{LETTER_KINDS[kind].title}", facts={"kind": kind})
