"""Actions on an account without a filing: staff, budget, rules, columns, updates."""

from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.units.actors import Actor
from gongkai.work.newmedia.account_checks import column_lacks
from gongkai.work.newmedia.models import Account, AccountColumn, AccountState, Update, label_of
from gongkai.work.newmedia.rules import works

# Fields that a unit changes without a filing, as the form shows them; name, sponsor, functions and address need one.
UNIT_EDITABLE_FIELDS = (
    *("about", "handle", "operator", "leader", "keeper", "keepers", "funds", "followers", "ipv6"),
    *("rules_content", "rules_promotion", "rules_interaction", "excellent"),
)


def _runs(account: Account) -> list[str]:
    return [] if account.state == AccountState.OPEN else ["账号没有在运行，不能办理。"]


@action("newmedia.set_facts", label="修改账号资料", rule=works)
def set_facts(account: Account, *, by: Actor, **facts: object) -> ActionResult:
    """Change facts that need no filing: leader, editor, staff, budget, followers, rules; return the account."""
    unknown = set(facts) - set(UNIT_EDITABLE_FIELDS)
    assert not unknown, unknown
    changed = [name for name, value in facts.items() if getattr(account, name) != value]
    if not changed:
        raise Refused("资料没有变化。")
    refuse_personal_in(Account, **{name: facts[name] for name in changed if name == "handle"})
    for name in changed:
        setattr(account, name, facts[name])
    account.save(update_fields=changed)
    labels = [label_of(name) for name in changed]
    return ActionResult(words=f"修改{'、'.join(labels)}", facts={"changed": changed})


@action("newmedia.record_update", label="登记更新", rule=works, ready=_runs)
def record_update(
    account: Account,
    *,
    by: Actor,
    on: date,
    address: str = "",
    words: str = "",
    column: AccountColumn | None = None,
) -> ActionResult:
    """Record that an account or one of its columns was updated on a day; return the `Update`."""
    if on > timezone.localdate():
        raise Refused("更新日期不能晚于今天。")
    if column is not None and column.account_id != account.pk:
        raise Refused("没有这个栏目。")
    if not address and not words.strip():
        raise Refused("请填写更新内容的网址，或者说明更新了什么。")
    made = Update.objects.create(
        account=account, column=column, on=on, address=address, words=words.strip()[:200], recorded_by=by.name
    )
    if account.updated_on is None or on > account.updated_on:
        Account.objects.filter(pk=account.pk).update(updated_on=on)
    if column is not None and (column.updated_on is None or on > column.updated_on):
        AccountColumn.objects.filter(pk=column.pk).update(updated_on=on)
    return ActionResult(words=f"{on}更新{f'“{column}”' if column else ''}", facts={"update": made.pk}, result=made)


@action("newmedia.save_column", label="登记栏目", rule=works, ready=_runs)
def save_column(account: Account, *, by: Actor, name: str, **facts: object) -> ActionResult:
    """Create or change a column of an account; return the `AccountColumn`."""
    given = name.strip()[:80]
    if not given:
        raise Refused("请填写栏目名称。")
    kept, made = AccountColumn.objects.update_or_create(account=account, name=given, defaults=facts)
    if kept.opened and (reasons := column_lacks(kept)):
        raise Refused([f"栏目已经开通：{reason}" for reason in reasons])
    return ActionResult(words=f"{'新增' if made else '修改'}栏目“{given}”", result=kept)


@action("newmedia.open_column", label="开通栏目", rule=works, ready=column_lacks)
def open_column(column: AccountColumn, *, by: Actor) -> ActionResult:
    """Open a column that has content, cycle, unit and person (P-02)."""
    AccountColumn.objects.filter(pk=column.pk).update(opened=True, opened_on=timezone.localdate())
    return ActionResult(words=f"开通栏目“{column}”")
