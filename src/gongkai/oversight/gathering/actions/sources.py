"""Actions on collections and sources: create, change, read, and store fetched content."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.files.store import delete_stored
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.typed_json import read_text
from gongkai.oversight.gathering.entry_store import choose_fuller_text, renew_files, store_entries
from gongkai.oversight.gathering.law_changes import build_update_notifications, open_law_updates
from gongkai.oversight.gathering.models import Collection, Gathered, GatheredState, Source, SourceMethod
from gongkai.oversight.gathering.near_duplicates import describe_change, digest_text
from gongkai.oversight.gathering.queries import check_source_manager, list_listed_sources
from gongkai.oversight.gathering.source_reader import SourceFetchResult
from gongkai.oversight.gathering.texts import SourceCheckResult

#: Hours until a failed source is read again after one, two, … failures, at most its own interval.
RETRY_HOURS = (1, 2, 4, 8, 24)
#: Interval until an incompletely read source is read again.
INCOMPLETE_RETRY_INTERVAL = timedelta(minutes=10)


@action("gathering.add_collection", label="新建归集专题", rule=check_source_manager)
def add_collection(body: Body, *, by: Actor, name: str, about: str = "") -> ActionResult:
    """Create a collection of content shown together, and return it."""
    collection_name = name.strip()[:80]
    if not collection_name or Collection.objects.filter(body=body, name=collection_name).exists():
        raise Refused("请填写名称，不能与已有的专题重名。")
    refuse_personal_in(Collection, name=collection_name, about=about)
    collection = Collection.objects.create(body=body, name=collection_name, about=about.strip()[:300])
    return ActionResult(words=f"新建归集专题“{collection}”", result=collection, stream=collection.stream)


@action("gathering.add_source", label="新增来源", rule=check_source_manager)
def add_source(
    collection: Collection, *, by: Actor, name: str, unit_name: str, way: str, address: str = "", **facts: object
) -> ActionResult:
    """Create and return a source (`facts`: further fields of `Source`); manual ones need no URL."""
    where = normalize_entered_url(address) if address.strip() else ""
    if reasons := _find_source_errors(collection, {"name": name, "unit_name": unit_name, "way": way, "address": where}):
        raise Refused(reasons)
    source = Source.objects.create(
        collection=collection,
        name=name.strip()[:80],
        unit_name=unit_name.strip()[:120],
        way=way,
        address=where,
        **facts,
    )
    return ActionResult(words=f"新增来源“{source}”（{source.get_way_display()}）", result=source, stream=source.stream)


#: Editable fields of a source with their labels.
EDITABLE_FIELD_LABELS = {
    "name": "来源名称",
    "unit_name": "来源单位",
    "way": "方式",
    "address": "地址",
    "example": "列表中的标题",
    "whole": "读取全文",
    "hours": "间隔",
    "expected": "应有条数",
    "column": "拟放栏目",
    "kind": "类别",
    "laws": "法规库",
}


@action("gathering.change_source", label="修改来源", rule=check_source_manager)
def change_source(source: Source, *, by: Actor, **facts: object) -> ActionResult:
    """Change a source; learn its layout anew if its address or way changes.

    Existing entries stay. A listing decision for the old site does not cover a new one.
    """
    values = {name: value for name, value in facts.items() if name in EDITABLE_FIELD_LABELS}
    if "address" in values:
        address = read_text(values, "address")
        values["address"] = normalize_entered_url(address) if address.strip() else ""
    for name in ("name", "unit_name", "example"):
        if name in values:
            values[name] = read_text(values, name).strip()
    changed = {name: value for name, value in values.items() if value != getattr(source, name)}
    if not changed:
        raise Refused("没有改动。")
    shown = source.pk in list_listed_sources() or source.gathered.exclude(document=None).exists()
    if shown and {"name", "unit_name"} & set(changed):
        raise Refused("这个来源的内容已经公开或者转为草稿，来源名称和单位不能改；单位更名的，请停用后另行登记。")
    if reasons := _find_source_errors(source.collection, {**_get_editable_facts(source), **changed}, source):
        raise Refused(reasons)
    text = "；".join(_describe_change(source, name, value) for name, value in changed.items())
    if {"address", "way", "example"} & set(changed):
        changed |= {"layout": [], "failing": 0, "due_at": timezone.now(), "back_at": "", "back_page": 0}
    Source.objects.filter(pk=source.pk).update(**changed)
    return ActionResult(words=text)


def _get_editable_facts(source: Source) -> dict[str, object]:
    return {name: getattr(source, name) for name in EDITABLE_FIELD_LABELS}


def _describe_change(source: Source, name: str, value: object) -> str:
    """Return the log text of a changed field of a source."""
    if name in {"whole", "laws"}:
        return f"{'勾选' if value else '取消'}“{EDITABLE_FIELD_LABELS[name]}”"
    if name in {"name", "unit_name", "address"}:
        return f"{EDITABLE_FIELD_LABELS[name]}由“{getattr(source, name)}”改为“{value}”"
    return f"修改{EDITABLE_FIELD_LABELS[name]}"


def _find_source_errors(collection: Collection, facts: Mapping[str, object], source: Source | None = None) -> list[str]:
    """Return the Chinese reasons why these facts are no valid source."""
    reasons = []
    if not read_text(facts, "name").strip() or not read_text(facts, "unit_name").strip():
        reasons.append("请填写来源名称和来源单位。")
    if facts["way"] not in SourceMethod.values:
        reasons.append("没有这种方式。")
    if facts["way"] != SourceMethod.MANUAL and not facts["address"]:
        reasons.append("请填写以 http:// 或者 https:// 开头的地址。")
    other_sources = collection.sources.exclude(pk=source.pk) if source else collection.sources.all()
    if facts["address"] and other_sources.filter(address=facts["address"]).exists():
        reasons.append("这个专题已经有这个地址的来源。")
    return reasons


@action("gathering.switch_source", label="启用、停用来源", rule=check_source_manager)
def switch_source(source: Source, *, by: Actor, active: bool) -> ActionResult:
    """Activate or deactivate the reading of a source, which becomes due at once."""
    Source.objects.filter(pk=source.pk).update(active=active, due_at=timezone.now())
    return ActionResult(words="启用" if active else "停用")


@action("gathering.relearn_source", label="重新识别列表", rule=check_source_manager)
def relearn_source(source: Source, *, by: Actor, example: str) -> ActionResult:
    """Learn the layout of a list page again from a title that it contains."""
    if source.way != SourceMethod.LIST or not example.strip():
        raise Refused("请填写列表中的一个标题（列表页抓取的来源）。")
    Source.objects.filter(pk=source.pk).update(example=example.strip()[:300], layout=[], due_at=timezone.now())
    return ActionResult(words=f"按“{example.strip()[:30]}”重新识别列表")


def _find_backfill_errors(source: Source) -> list[str]:
    """Return the Chinese reasons why no earlier entries can be read from a source."""
    if source.way != SourceMethod.LIST or not source.pulled_at:
        return ["只有收取过的列表页才有更早的内容可读。"]
    return ["正在接着收取更早的内容，不用再提。"] if source.back_at else []


@action("gathering.read_back", label="收取更早的", rule=check_source_manager, ready=_find_backfill_errors)
def reread_all_pages(source: Source, *, by: Actor) -> ActionResult:
    """Let the next fetches read all pages of a list again, instead of stopping at known entries."""
    facts = {"back_at": source.address, "back_page": 1, "due_at": timezone.now()}
    Source.objects.filter(pk=source.pk).update(**facts)
    return ActionResult(words="从头至尾收取列表的各页")


@action("gathering.compare_again", label="恢复比对", rule=check_source_manager)
def resume_comparison(source: Source, *, by: Actor, other: Source) -> ActionResult:
    """Revoke the decision that two sources have similar texts but no duplicates.

    Entries already confirmed as different are not compared again.
    """
    if not source.apart.filter(pk=other.pk).exists():
        raise Refused("这两个来源没有设为不互为重复。")
    source.apart.remove(other)
    return ActionResult(words=f"恢复与“{other}”比对重复")


def _check_readable(source: Source) -> list[str]:
    return ["人工录入的来源不用收取。"] if source.way == SourceMethod.MANUAL else []


@action("gathering.take_in", label="收取", rule=check_source_manager, ready=_check_readable)
def store_fetch(source: Source, *, by: Actor, fetch_result: SourceFetchResult) -> ActionResult:
    """Store the result of a fetch: new entries, changes, duplicates, or a failure.

    A failure is notified once for each series. A result for settings that were changed since is dropped. Returns the
    number of new entries.
    """
    if fetch_result.settings not in {(), (source.way, source.address, source.example)}:
        Source.objects.filter(pk=source.pk).update(reading_until=None)
        return ActionResult(words="来源刚刚改过，这次读到的内容不用，稍后重新收取", result=0)
    moment = timezone.now()
    facts = {"pulled_at": moment, "layout": list(fetch_result.layout) or source.layout, "reading_until": None}
    facts |= {"text_at": fetch_result.text_at or source.text_at}
    if fetch_result.failed:
        tried = 0 if fetch_result.retry else min(source.failing, len(RETRY_HOURS) - 1)
        wait = min(source.hours, RETRY_HOURS[tried])
        facts |= {"failing": source.failing + 1, "status": f"失败：{fetch_result.failed}"[:200]}
        Source.objects.filter(pk=source.pk).update(**facts, due_at=moment + timedelta(hours=wait))
        tell = (
            (_make_notification(source, f"归集失败：{source}", f"{fetch_result.failed}。将自动再试。", moment),)
            if not source.failing
            else ()
        )
        return ActionResult(
            words=f"收取失败：{fetch_result.failed}", tell=tell, facts={"failing": source.failing + 1}, result=0
        )
    done = store_entries(source, fetch_result.entries, moment, fetch_result.listed)
    text = f"读到{len(fetch_result.entries) - fetch_result.later}条，新增{done.created}条"
    for count, label in ((done.duplicates, "重复"), (done.changed, "改动"), (fetch_result.later, "补读全文")):
        text += f"，{label}{count}条" if count else ""
    recovery_text = "恢复正常，" if source.failing else ""
    status = "；".join([f"{recovery_text}{text}", *fetch_result.notes])[:200]
    facts |= {"failing": 0, "succeeded_at": moment, "status": status}
    facts |= {"back_at": fetch_result.back.at, "back_page": fetch_result.back.page}
    hours = min(source.hours, RETRY_HOURS[0]) if fetch_result.retry else source.hours
    due = moment + (INCOMPLETE_RETRY_INTERVAL if fetch_result.more else timedelta(hours=hours))
    Source.objects.filter(pk=source.pk).update(**facts, due_at=due)
    notifications = build_update_notifications(open_law_updates(source, done.rows, by))
    if source.failing:
        notifications = (
            *notifications,
            _make_notification(source, f"归集恢复：{source}", f"来源恢复正常，{text}。", moment),
        )
    return ActionResult(
        words=status, tell=notifications, facts={"made": done.created, "changed": done.changed}, result=done.created
    )


def _make_notification(source: Source, subject: str, body: str, moment: datetime, link: str = "") -> Notification:
    """Return a notice on a source to the clerks and chiefs of its unit."""
    return Notification(
        subject=subject[:120],
        body=f"“{source}”（{source.address}）{body}",
        link=link or reverse("gathering:source", args=[source.pk]),
        key=f"gathering:{source.pk}:{moment.isoformat()}",
        posts=((Role.CLERK, source.body.pk), (Role.CHIEF, source.body.pk)),
    )


#: Change of an entry whose page is gone.
GONE_CHANGE = "原文已经撤下"


@action("gathering.note_looks", label="核对原文", rule=check_system)
def record_source_states(source: Source, *, by: Actor, check_result: SourceCheckResult) -> ActionResult:
    """Record which entries are gone or changed at their source; notify the unit.

    Entries that were erased or deleted since they were read stay as they are.
    """
    moment = timezone.now()
    existing = source.gathered.filter(pk__in=check_result.seen).exclude(state=GatheredState.ERASED)
    rows = {row.pk: row for row in existing}
    for number in check_result.files.keys() - rows.keys():
        for attachment in check_result.files[number]:
            delete_stored(attachment.mark)
    gone_keys = [number for number in check_result.gone if number in rows]
    new_texts = {
        number: text for number, text in {**check_result.narrowed, **check_result.changed}.items() if number in rows
    }
    replaced = [
        number for number, files in check_result.files.items() if number in rows and renew_files(rows[number], files)
    ]
    changed = [number for number in rows if number in {*replaced, *check_result.changed}]
    source.gathered.filter(pk__in=check_result.seen).update(looked_at=moment)
    if check_result.text_at and check_result.text_at != source.text_at:
        Source.objects.filter(pk=source.pk).update(text_at=check_result.text_at)
    gone = {"gone_at": moment, "changed_at": moment, "change": GONE_CHANGE}
    Gathered.objects.filter(pk__in=gone_keys, gone_at=None).update(**gone)
    for number, new_text in new_texts.items():
        row = rows[number]
        text = choose_fuller_text(row.text, new_text)
        facts = {"text": text, "digest": digest_text(f"{row.title}\n{text}"), "page_digest": digest_text(new_text)}
        if text == new_text and number in check_result.html:
            facts["html"] = check_result.html[number]
        if number in check_result.changed:
            facts["change"] = describe_change(row.text, new_text, title=row.title)[:300]
        Gathered.objects.filter(pk=number).update(**facts)
    for number in replaced:
        names = "、".join(attachment.name for attachment in check_result.files[number])
        Gathered.objects.filter(pk=number, change="").update(change=f"附件换成新的：{names}"[:300])
    Gathered.objects.filter(pk__in=changed).update(changed_at=moment)
    if not (gone_keys or changed):
        return ActionResult(words=f"核对{len(check_result.seen)}条，没有变化")
    name_list = "、".join(f"“{rows[number].title[:30]}”" for number in [*gone_keys, *changed][:5])
    new_text = f"原文撤下{len(gone_keys)}条，改动{len(changed)}条：{name_list}"
    link = f"{reverse('gathering:source_entries', args=[source.pk])}?tab=changed"
    tell = (_make_notification(source, f"归集内容有变化：{source}", f"{new_text}，请核对。", moment, link),)
    return ActionResult(
        words=new_text,
        tell=tell
        + build_update_notifications(
            open_law_updates(source, [rows[changed_number] for changed_number in changed], by)
        ),
    )
