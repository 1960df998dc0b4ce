"""Import and export of the register of accounts, with the same columns both ways."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import find_url_errors
from gongkai.core.acts.public_words import refuse_personal_rows
from gongkai.core.acts.rows import insert_row
from gongkai.core.spreadsheets import BadCell
from gongkai.core.spreadsheets.cells import choice, parse_day, short_text, whole_number, words_list
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Column, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.work.newmedia import queries
from gongkai.work.newmedia.account_checks import is_unit_shown_in_name
from gongkai.work.newmedia.actions.filings import PUBLIC_FIELDS
from gongkai.work.newmedia.models import Account, AccountFunction, AccountState, Platform
from gongkai.work.newmedia.rules import list_reasons_unless_supervisor

if TYPE_CHECKING:
    from gongkai.core.spreadsheets import Row

# States of accounts that no import changes.
_UNCHANGED_LABELS = {AccountState.CLOSED.label, AccountState.REFUSED.label, AccountState.FILING.label}
_FUNCTIONS_BY_LABEL = {label: value for value, label in AccountFunction.choices}


def parse_functions(value: object) -> list[str]:
    """Return the keys of functions separated by 、 (BadCell: an unknown one)."""
    labels = words_list(20)(value)
    unknown = [label for label in labels if label not in _FUNCTIONS_BY_LABEL]
    if unknown:
        raise BadCell(f"没有“{unknown[0]}”这种功能", f"请从{'、'.join(_FUNCTIONS_BY_LABEL)}中选择，用顿号隔开")
    return [_FUNCTIONS_BY_LABEL[label] for label in labels]


ACCOUNT_SHEET = Sheet(
    "政务新媒体账号",
    (
        Column("body", "主办单位", short_text(120), grouping=True, required=True, width=26, also=("单位", "主办")),
        Column(
            "platform",
            "平台",
            choice({label: value for value, label in Platform.choices}),
            required=True,
            width=14,
            also=("平台类型",),
        ),
        Column("name", "账号名称", short_text(80), required=True, width=20, also=("名称",)),
        Column("handle", "账号标识", short_text(80), width=18, also=("账号ID",)),
        Column("address", "主页地址", short_text(500), width=36, also=("网址", "链接")),
        Column("functions", "功能", parse_functions, width=22, also=("功能定位",)),
        Column("about", "功能介绍", short_text(300), width=30, also=("简介",)),
        Column("operator", "承办运维单位", short_text(120), width=22, also=("运维单位",)),
        Column("keepers", "专职人数", whole_number(minimum=0, maximum=999), width=10),
        Column(
            "followers",
            "关注人数",
            whole_number(minimum=0, maximum=2_000_000_000),
            width=12,
            also=("粉丝数", "关注用户数"),
        ),
        Column("opened_on", "开设日期", parse_day, width=12, also=("开通日期",)),
        Column("updated_on", "最近更新", parse_day, width=12, also=("最近更新日期",)),
        Column("why_more", "同平台多个账号的理由", short_text(200), width=24),
        Column("why_name", "名称与单位不一致的理由", short_text(200), width=24),
        Column(
            "state", "状态", short_text(20), width=12, help="由备案改变，导入时不改；已关停和开设备案中的行不导入。"
        ),
    ),
    max_rows=5000,
    intro="已经在运行的账号，每行一个。导入后请在账号页明确责任领导、管理员和经费。新开设的账号请提出开设备案。",
)
# Columns that an import sets.
_FACT_KEYS = [column.key for column in ACCOUNT_SHEET.columns if column.key not in {"body", "platform", "name", "state"}]


@action("newmedia.enter_account", label="登记运行中的账号", rule=list_reasons_unless_supervisor, quiet=True)
def save_imported_account(
    body: Body, *, by: Actor, platform: str, name: str, new: bool = False, **facts: object
) -> ActionResult:
    """Store or change an account; return the `Account`. `new`: the name is not stored yet."""
    account = None if new else Account.objects.filter(body=body, platform=platform, name=name).first()
    stored_account = account or Account(body=body, platform=platform, name=name, state=AccountState.OPEN)
    for key, value in facts.items():
        setattr(stored_account, key, value)
    refuse_personal_rows([stored_account], *PUBLIC_FIELDS)
    if account:
        stored_account.save()
    else:
        insert_row(stored_account)
    return ActionResult(
        words=f"{'修改' if account else '登记'}账号{stored_account}",
        result=stored_account,
        stream=stored_account.stream,
    )


def _find_filing_fault(row: "Row", body: Body, *, is_taken: bool, is_second: bool) -> tuple[str, str, str] | None:
    """Return (column, fault, remedy) of a row that the rules of filings do not permit, or None.

    `is_taken`: another unit has an account of that name on the platform; `is_second`: the unit has another one there.
    """
    if is_taken:
        return "name", "这个平台上已经登记了同名账号", "请核对名称"
    if is_second and not row["why_more"]:
        return "platform", "本单位在这个平台已有账号", "确有需要的，填写“同平台多个账号的理由”"
    if not is_unit_shown_in_name(row["name"], queries.list_permitted_names(body)) and not row["why_name"]:
        return "name", "名称看不出主办单位", "确有需要的，填写“名称与单位不一致的理由”"
    return None


class AccountImporter(Importer):
    """Importer and exporter of accounts."""

    name = "newmedia"
    label = "政务新媒体账号"
    sheet = ACCOUNT_SHEET
    home = "newmedia:index"
    makes = (Account,)
    searches = ("name", *_FACT_KEYS)

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against importing: only the open-government office may; units use filings."""
        return [] if by.system or by.has(Role.CHIEF) else ["运行中的账号由政务公开办导入；单位请提出备案。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the planned changes; the rules of filings (one account per platform, names) apply."""
        import_plan, bodies = ImportPlan(), map_names_to_bodies(by)
        running_states = [AccountState.FILING, AccountState.OPEN]
        stored_accounts = {
            (account.body_id, account.platform, account.name): account
            for account in Account.objects.filter(state__in=running_states)
        }
        owner_by_name = {(account.platform, account.name): account.body_id for account in stored_accounts.values()}
        used_platforms = {(account.body_id, account.platform) for account in stored_accounts.values()}
        planned_keys: set[tuple[int, str, str]] = set()
        for row in table.rows:
            if row["state"] in _UNCHANGED_LABELS:
                import_plan.same += 1
                continue
            body = bodies.get(row["body"])
            if body is None or list_reasons_unless_supervisor(by, body):
                fault = "没有这个单位" if body is None else list_reasons_unless_supervisor(by, body)[0]
                import_plan.errors.append(
                    row.error(ACCOUNT_SHEET, "body", fault, "请填写本级或者下级单位的全称或者简称")
                )
                continue
            if errors := _find_cell_errors(row):
                import_plan.errors += errors
                continue
            key = (body.pk, row["platform"], row["name"])
            if key in planned_keys:
                import_plan.errors.append(row.error(ACCOUNT_SHEET, "name", "这个账号在前面的行里出现过", "请只留一行"))
                continue
            planned_keys.add(key)
            stored = stored_accounts.get(key)
            is_taken = stored is None and owner_by_name.get(key[1:], body.pk) != body.pk
            is_second = stored is None and key[:2] in used_platforms
            if filing_fault := _find_filing_fault(row, body, is_taken=is_taken, is_second=is_second):
                import_plan.errors.append(row.error(ACCOUNT_SHEET, *filing_fault))
                continue
            used_platforms.add(key[:2])
            owner_by_name[key[1:]] = body.pk
            facts = {name: _read_cell(row, name) for name in _FACT_KEYS if row.has(name)}
            changed = {name: value for name, value in facts.items() if stored is None or getattr(stored, name) != value}
            if stored is not None and not changed:
                import_plan.same += 1
                continue
            differences = tuple(
                Difference(ACCOUNT_SHEET.column(name).head, str(getattr(stored, name, "") or ""), str(value or ""))
                for name, value in changed.items()
                if value not in (None, "", [])
            )
            values = {"body": body, "platform": key[1], "name": key[2], **changed}
            import_plan.changes.append(RowChange(row.number, row["name"], stored, differences, values))
        return import_plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Create or change one account."""
        facts = dict(change.facts)
        if change.target is not None:
            recorder.before(change.target)
        save_imported_account(facts.pop("body"), by=by, new=change.target is None, **facts)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: accounts with dependent rows stay."""
        assert isinstance(row, Account)
        if changed is None and (row.filings.exists() or row.posts.exists() or row.updates.exists()):
            return ["账号已经有备案、发布或者更新登记，不能撤销。"]
        return list_reasons_unless_supervisor(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the accounts the user sees as rows of the sheet; closed ones are left out."""
        for account in queries.visible_to(by).filter(state__in=[AccountState.OPEN, AccountState.FILING]):
            yield {
                "body": account.body.name,
                "platform": account.get_platform_display(),
                "name": account.name,
                **{name: getattr(account, name) for name in _FACT_KEYS},
                "functions": account.functions_label,
                "state": account.get_state_display(),
            }


def _find_cell_errors(row: "Row") -> list[CellError]:
    """Return the errors of an address that is no URL, of a missing day of opening, and of days in the future."""
    todo = "请以 http:// 或者 https:// 开头"
    errors = [row.error(ACCOUNT_SHEET, "address", "不是网址", todo)] if find_url_errors(row["address"] or "") else []
    if row["opened_on"] is None:
        errors.append(row.error(ACCOUNT_SHEET, "opened_on", "没有填写开设日期", "请填写"))
    today = timezone.localdate()
    return errors + [
        row.error(ACCOUNT_SHEET, name, "日期晚于今天", "请核对日期")
        for name in ("opened_on", "updated_on")
        if row[name] and row[name] > today
    ]


def _read_cell(row: "Row", name: str) -> object:
    """Return a cell, with the empty value of its field if it is blank."""
    value = row[name]
    if value is not None:
        return value
    return [] if name == "functions" else (None if name in {"keepers", "followers", "opened_on", "updated_on"} else "")


ACCOUNT_IMPORTER = AccountImporter()
