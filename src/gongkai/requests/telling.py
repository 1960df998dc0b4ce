"""Telling the applicant, or a third party, that a letter is there: by the address they left, without a word of what it says."""

from gongkai.acts.action import Notification
from gongkai.intake.models import Party, QueryCode
from gongkai.outbox.outbox import tell
from gongkai.requests.models import Letter
from gongkai.requests.website import website
from gongkai.writing.titles import cited

#: What a kind of letter asks of whom it goes to, or means to them. What asks for an opinion is mailed with its code.
MEANS = {
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


def tell_of(letter: Letter, title: str, party: Party | None) -> None:
    """Write to whom a letter goes, within the action that made it; nothing where none of their addresses is known."""
    if party is None or letter.kind not in MEANS:
        return
    entry, site = letter.request.entry, website()
    where = f"{site.name.removesuffix('网站')}网站（{site.host}）" if site else "本机关网站"
    code = QueryCode.objects.filter(matter=party.matter, revoked_at=None).exists()
    way = f"请在{where}“办理情况查询”页面，凭查询码查看和下载。" if code else "请与承办单位联系领取。"
    contact = f"　联系电话：{entry.body.phone}" if entry.body.phone else ""
    whose = "征求过您意见" if letter.consultation_id else "您提交"
    what = f"{cited(title, letter.number)}。{MEANS[letter.kind]}"
    lines = [
        f"{whose}的政府信息公开申请（编号：{entry.number}）有新的文书：{what}",
        way,
        f"{entry.body.name}{contact}",
    ]
    tell(
        [
            Notification(
                f"{title}：{entry.number}",
                "\n\n".join(lines),
                "",
                f"letter/{letter.pk}",
                outside=(party.recipient,),
            )
        ]
    )
