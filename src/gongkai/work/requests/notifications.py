"""Notifications to applicants and third parties about letters."""

from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Notification
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import write_messages
from gongkai.lib.writing.titles import cite_title
from gongkai.work.requests.models import DeliveryRoute, Letter, Request


def get_main_website() -> Website | None:
    """Return the default website, else the first, or None without one."""
    sites = Website.objects.select_related("body__parent")
    return sites.filter(is_default=True).first() or sites.order_by("pk").first()


# The meaning of each kind of letter for its recipient. Consultation letters are mailed with their code.
LETTER_MEANINGS = {
    "correction": "需要您补正申请内容，请在告知书写明的期限内补正；逾期不补正又没有正当理由的，视为放弃申请。",
    "fee": "需要您缴纳信息处理费，请在通知写明的期限内缴纳；逾期未缴纳的，视为放弃申请。",
    "extension": "答复期限已经延长，延长的理由和新的日期见告知书。",
    "reply": "已经作出答复。",
    "revoked": "原来的处理已经撤销，将重新答复。",
    "abandoned": "已经办结，理由和救济途径见告知书。",
    "transfer": "已经转其他单位办理，见告知书。",
    "third_party_told": "就征求过您意见的信息作出了公开的决定，见告知书。",
    "revoked_told": "告知过您的公开决定已经撤销，见告知书。",
}


def notify_about_letter(letter: Letter, title: str, party: Party | None) -> None:
    """Notify the recipient of a letter, and applicants of merged requests."""
    if party is None or letter.kind not in LETTER_MEANINGS:
        return
    entry = letter.request.entry
    whose = "征求过您意见" if letter.consultation_id else "您提交"
    what = f"{cite_title(title, letter.number)}。{LETTER_MEANINGS[letter.kind]}"
    if letter.kind == "reply" and letter.request.route_wanted != DeliveryRoute.PAGE:
        what += f"答复书按您选择的途径（{letter.request.get_route_wanted_display()}）送达。"
    text = f"{whose}的政府信息公开申请（编号：{entry.number}）有新的文书：{what}"
    write_messages([_make_notification(entry, party, title, text, f"letter/{letter.pk}")])
    if letter.consultation_id is None:
        for merged in letter.request.merged.all():
            _notify_merged_applicant(letter, title, merged, party)


def _notify_merged_applicant(letter: Letter, title: str, merged: Request, notified_party: Party) -> None:
    """Notify the applicant of a merged request about a letter, unless its address was notified already."""
    party = Party.objects.filter(matter=merged.matter, erased_at=None).first()
    if party is None or party.email_digest == notified_party.email_digest:
        return
    what = f"{cite_title(title, letter.number)}。{LETTER_MEANINGS[letter.kind]}"
    text = f"您提交的政府信息公开申请（编号：{merged.entry.number}，已并入{letter.request.entry.number}办理）有新的文书：{what}"
    write_messages([_make_notification(merged.entry, party, title, text, f"letter/{letter.pk}/{merged.pk}")])


def make_applicant_notifications(request: Request, title: str, text: str, key: str) -> tuple[Notification, ...]:
    """Return notifications with the text `text` for the applicant about an act without a letter.

    `key` distinguishes the act from others on the request.
    """
    parties = Party.objects.filter(matter=request.matter, erased_at=None)
    return tuple(_make_notification(request.entry, one, title, text, f"request/{request.pk}/{key}") for one in parties)


def _make_notification(entry: Entry, party: Party, title: str, text: str, key: str) -> Notification:
    """Return a message to a person outside, with the way to look up the request."""
    site = get_main_website()
    site_words = f"{site.name.removesuffix('网站')}网站（{site.host}）" if site else "本机关网站"
    code = QueryCode.objects.filter(matter=party.matter, revoked_at=None).exists()
    lookup_sentence = f"请在{site_words}“查办理情况”页面，凭查询码查看和下载。" if code else "请与承办单位联系。"
    unit = entry.body.successor
    contact = f"　联系电话：{unit.phone}" if unit.phone else ""
    lines = [text, lookup_sentence, f"{unit.name}{contact}"]
    return Notification(f"{title}：{entry.number}", "\n\n".join(lines), "", key, outside=(party.recipient,))
