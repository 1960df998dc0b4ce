"""Everything that changes what is gathered: collections, sources, pulls, drafts, decisions to list."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone

from gongkai.acts.action import Refused, Step, Tell, action
from gongkai.acts.public_words import refuse_personal_in
from gongkai.chinese.days import day_in_words
from gongkai.editions.models import Column
from gongkai.editions.sources import document_of
from gongkai.editions.vocabulary import Attribute, Basis
from gongkai.gathering.fetching import Entry, Pulled, start_of
from gongkai.gathering.likeness import key_of
from gongkai.gathering.models import Collection, Gathered, GatheredState, Listing, Source, Way
from gongkai.gathering.rules import keeps
from gongkai.gathering.taking import settle
from gongkai.gathering.watching import open_updates, tells
from gongkai.ledger.rules import system_only
from gongkai.opinion.evidence import web_address
from gongkai.publishing.actions import draft
from gongkai.richtext import paragraphs
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role

#: Hours until a source that failed is asked again: once, twice, …, and never more rarely than it is asked anyway.
AGAIN = (1, 2, 4, 8, 24)
#: Days that a decision to list links may hold at most.
LONGEST = 366


@action("gathering.add_collection", label="新建归集专题", rule=keeps)
def add_collection(body: Body, *, by: Actor, name: str, about: str = "") -> Step:
    """Name something that is gathered and shown together. Returns the `Collection`."""
    given = name.strip()[:80]
    if not given or Collection.objects.filter(body=body, name=given).exists():
        raise Refused("请填写名称，不能与已有的专题重名。")
    refuse_personal_in(Collection, name=given, about=about)
    made = Collection.objects.create(body=body, name=given, about=about.strip()[:300])
    return Step(words=f"新建归集专题“{made}”", result=made, stream=made.stream)


@action("gathering.add_source", label="新增来源", rule=keeps)
def add_source(
    collection: Collection, *, by: Actor, name: str, unit_name: str, way: str, address: str = "", **facts: Any
) -> Step:
    """Name a place elsewhere. A source that is read needs an address; one kept by hand does not. Returns the `Source`."""
    where = web_address(address) if address.strip() else ""
    reasons = []
    if not name.strip() or not unit_name.strip():
        reasons.append("请填写来源名称和来源单位。")
    if way not in Way.values:
        reasons.append("没有这种方式。")
    if way != Way.MANUAL and not where:
        reasons.append("请填写以 http:// 或者 https:// 开头的地址。")
    if where and collection.sources.filter(address=where).exists():
        reasons.append("这个专题已经有这个地址的来源。")
    if reasons:
        raise Refused(reasons)
    made = Source.objects.create(
        collection=collection,
        name=name.strip()[:80],
        unit_name=unit_name.strip()[:120],
        way=way,
        address=where,
        **facts,
    )
    return Step(words=f"新增来源“{made}”（{made.get_way_display()}）", result=made, stream=made.stream)


@action("gathering.switch_source", label="启用、停用来源", rule=keeps)
def switch_source(source: Source, *, by: Actor, active: bool) -> Step:
    """Go on reading a source, or leave it."""
    Source.objects.filter(pk=source.pk).update(active=active, due_at=timezone.now())
    return Step(words="启用" if active else "停用")


@action("gathering.relearn_source", label="重新识别列表", rule=keeps)
def relearn_source(source: Source, *, by: Actor, example: str) -> Step:
    """Learn a list page anew by a title that stands in it."""
    if source.way != Way.LIST or not example.strip():
        raise Refused("请填写列表中的一个标题（列表页抓取的来源）。")
    Source.objects.filter(pk=source.pk).update(
        example=example.strip()[:300], layout=[], due_at=timezone.now()
    )
    return Step(words=f"按“{example.strip()[:30]}”重新识别列表")


def _readable(source: Source) -> list[str]:
    return ["人工录入的来源不用收取。"] if source.way == Way.MANUAL else []


@action("gathering.take_in", label="收取", rule=keeps, ready=_readable)
def take_in(source: Source, *, by: Actor, pulled: Pulled) -> Step:
    """Keep what a pull brought: new entries, changes, repeats; or that it failed, which is told once for each stretch. Returns how many are new."""
    now = timezone.now()
    facts: dict[str, Any] = {"pulled_at": now, "layout": list(pulled.layout) or source.layout}
    if pulled.failed:
        wait = min(source.hours, AGAIN[min(source.failing, len(AGAIN) - 1)])
        facts |= {"failing": source.failing + 1, "status": f"失败：{pulled.failed}"[:200]}
        Source.objects.filter(pk=source.pk).update(**facts, due_at=now + timedelta(hours=wait))
        tell = (
            (_tell(source, f"归集失败：{source}", f"{pulled.failed}。将自动再试。", now),)
            if not source.failing
            else ()
        )
        return Step(
            words=f"收取失败：{pulled.failed}", tell=tell, facts={"failing": source.failing + 1}, result=0
        )
    done = settle(source, pulled.entries, now)
    words = f"读到{len(pulled.entries)}条，新增{done.made}条"
    for count, said in ((done.doubles, "重复"), (done.changed, "改动")):
        words += f"，{said}{count}条" if count else ""
    back = "恢复正常，" if source.failing else ""
    status = "；".join([f"{back}{words}", *pulled.notes])[:200]
    facts |= {"failing": 0, "succeeded_at": now, "status": status}
    Source.objects.filter(pk=source.pk).update(**facts, due_at=now + timedelta(hours=source.hours))
    told = tells(open_updates(source, done.news, by))
    if source.failing:
        told = (*told, _tell(source, f"归集恢复：{source}", f"来源恢复正常，{words}。", now))
    return Step(words=status, tell=told, facts={"made": done.made, "changed": done.changed}, result=done.made)


def _tell(source: Source, subject: str, body: str, at: datetime) -> Tell:
    return Tell(
        subject=subject[:120],
        body=f"“{source}”（{source.address}）{body}",
        link=reverse("gathering:source", args=[source.pk]),
        key=f"gathering:{source.pk}:{at.isoformat()}",
        posts=((Role.CLERK, source.body.pk), (Role.CHIEF, source.body.pk)),
    )


@action("gathering.add_entry", label="录入一条", rule=keeps)
def add_entry(
    source: Source, *, by: Actor, title: str, address: str, written_on: date | None = None, text: str = ""
) -> Step:
    """Enter one entry by hand: a link with its title and day. Returns the `Gathered`."""
    if source.way != Way.MANUAL:
        raise Refused("这个来源由系统自动收取，不能手工录入；要录入的，请建立手工录入的来源。")
    where = web_address(address)
    if not where or not title.strip():
        raise Refused("请填写标题和以 http:// 或者 https:// 开头的网址。")
    at = start_of(written_on)
    done = settle(source, [Entry(where, title.strip()[:300], at, text.strip())], timezone.now())
    if not done.made:
        raise Refused("这个来源已经有这个网址。")
    made = source.gathered.get(address=where)
    return Step(words=f"录入“{made}”", result=made, stream=source.stream)


@action("gathering.note_looks", label="核对原文", rule=system_only)
def note_looks(
    source: Source, *, by: Actor, gone: Sequence[int], changed: Mapping[int, str], seen: Sequence[int]
) -> Step:
    """Note what became of entries at home: those that are gone, those whose words changed (number → new words). Tells the keepers."""
    now = timezone.now()
    rows = {one.pk: one for one in source.gathered.filter(pk__in=[*gone, *changed])}
    source.gathered.filter(pk__in=seen).update(seen_at=now)
    for number in gone:
        Gathered.objects.filter(pk=number, gone_at=None).update(gone_at=now)
    for number, text in changed.items():
        row = rows[number]
        facts = {"text": text, "digest": key_of(f"{row.title}\n{text}"), "changed_at": now}
        Gathered.objects.filter(pk=number).update(**facts)
    if not rows:
        return Step(words=f"核对{len(seen)}条，没有变化")
    named = "、".join(f"“{rows[number].title[:30]}”" for number in [*gone, *changed][:5])
    words = f"原文撤下{len(gone)}条，改动{len(changed)}条：{named}"
    tell = (_tell(source, f"归集内容有变化：{source}", f"{words}，请核对。", now),)
    return Step(words=words, tell=tell + tells(open_updates(source, [rows[one] for one in changed], by)))


def _waits(row: Gathered) -> list[str]:
    if row.state not in {GatheredState.NEW, GatheredState.DOUBLE}:
        return ["这一条已经处理。"]
    return ["原文已经撤下，不能采用。"] if row.gone_at else []


@action("gathering.make_draft", label="转为草稿", rule=keeps, ready=_waits)
def make_draft(row: Gathered, *, by: Actor, columns: Sequence[Column] = (), link_only: bool = False) -> Step:
    """Make a draft of an entry, with its source, time and attachments; it goes through the reviews of its columns. Returns the item."""
    source = row.source
    chosen = list(columns) or ([source.column] if source.column else [])
    if not chosen:
        raise Refused("请选择要放的栏目。")
    day = timezone.localtime(row.written_at).date() if row.written_at else None
    when = f"，{day_in_words(day)}" if day else ""
    home = f'<p>来源：{escape(source.unit_name)}{when}。原文：<a href="{escape(row.address)}">{escape(row.address)}</a></p>'
    words = "" if link_only or not row.text else paragraphs(row.text)
    files = () if link_only else row.files.exclude(stored=None).select_related("stored")
    item = draft(
        source.body,
        by=by,
        columns=chosen,
        attachments=[(one.name, one.stored) for one in files],
        title=row.title[:255],
        kind=source.kind,
        body=words + home,
        source=source.unit_name,
        formed_on=day or timezone.localdate(),
        attribute=Attribute.PROACTIVE,
        attribute_basis=Basis.A19,
    )
    Gathered.objects.filter(pk=row.pk).update(state=GatheredState.DRAFTED, document=document_of(item))
    return Step(words=f"“{row.title}”转为草稿", facts={"item": item.pk}, result=item)


@action("gathering.drop_entry", label="不采用", rule=keeps, ready=_waits)
def drop_entry(row: Gathered, *, by: Actor, reason: str) -> Step:
    """Leave an entry out, with the reason."""
    if not reason.strip():
        raise Refused("请写明不采用的理由。")
    Gathered.objects.filter(pk=row.pk).update(state=GatheredState.DROPPED, reason=reason.strip()[:300])
    return Step(words=f"不采用“{row.title}”：{reason.strip()}")


def _listable(source: Source) -> list[str]:
    """A standing decision trusts what another site published. What somebody types here is nobody's publication: it goes through the reviews."""
    if source.way != Way.MANUAL:
        return []
    return ["人工录入的内容不能一次决定长期列出，请逐条转为草稿送审。"]


@action("gathering.propose_listing", label="提出列出链接的决定", rule=keeps, ready=_listable)
def propose_listing(source: Source, *, by: Actor, until: date, reason: str) -> Step:
    """Write a decision to list a source's links until a day; it is reviewed and published like a text before it counts. Returns the `Listing`."""
    today = timezone.localdate()
    if not today < until <= today + timedelta(days=LONGEST):
        raise Refused("有效期应在明天至一年以内。")
    if not reason.strip():
        raise Refused("请写明理由：来源是哪个党政机关网站，为什么可信。")
    made = Listing.objects.create(of=source, until=until, reason=reason.strip()[:300])
    said = (
        f"本单位归集“{source.unit_name}”（{source.name}，{source.address}）公开的信息，在“{source.collection}”中自动列出标题和原文链接，注明来源和时间，"
        f"有效期至{day_in_words(until)}。理由：{made.reason}"
    )
    facts = {
        "formed_on": today.isoformat(),
        "attribute": "proactive",
        "attribute_basis": "19",
        "source": source.unit_name,
    }
    made.keep_revision(by=by, title=f"归集“{source.name}”的说明", html=paragraphs(said), facts=facts)
    return Step(words=f"提出列出链接，至{until}", result=made, stream=made.stream)
