"""The outbox: written in the transaction of the change, sent when it is committed, tried again by the job."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.acts.action import Step, Tell
from gongkai.acts.following import Happened
from gongkai.chinese.days import day_in_words
from gongkai.editions.models import Address, Column, Document, Edition, Website
from gongkai.given import number, numbers
from gongkai.outbox.outbox import tell as tell_people
from gongkai.portal.models import Purge
from gongkai.portal.purging.affected import EVERYTHING, Place, of_answer, of_documents, of_sites
from gongkai.portal.purging.ways import AFTER, NotTaken, tell, told
from gongkai.portal.replica import settle
from gongkai.units.models import Role

#: Addresses told right behind the change; what is more (a bulk move) is left to the job.
AT_ONCE = 200
PORTION = 2000
#: Acts of a migration, one text after another: what is moved in takes nothing away; where texts are taken back, everything of a site goes.
IN_MASSES = {"publishing.publish_migrated", "publishing.take_back_migrated"}
#: Acts that bring an answer of the base into use or out of it.
ANSWER_ACTS = ("answers.release", "answers.revise", "answers.confirm", "answers.retire")
#: A schedule whose time came longer ago than this before any cache was told was missed: no job ran. It is told now, and reported.
LATE = timedelta(minutes=10)
#: Within this time everything of a site goes where texts are taken back one by one.
SOON = timedelta(minutes=1)
FAILURES = 3
BACKOFF = (1, 2, 5, 15, 60, 240)


def note_changes(happened: Happened) -> None:
    """Note what caches must forget, behind every act of publishing (follows `publishing.*`)."""
    if not told():
        return
    name, target = happened.action.name, happened.target
    taken_back = happened.by.system and name == "publishing.withdraw"
    places, when = _changed(name, target, happened.step, beside=not taken_back)
    if taken_back:
        _whole_sites_soon(set(Address.objects.filter(document=target).values_list("website", flat=True)))
    if places:
        _write(places, when)
        transaction.on_commit(_send_at_once, robust=True)


def note_answers(happened: Happened) -> None:
    """Note what shows an answer of the base, when it comes into use or out of it (follows `ANSWER_ACTS`)."""
    if not told():
        return
    known = happened.target
    documents = {*known.documents.values_list("pk", flat=True), *numbers(happened.step.facts, "documents")}
    _write(of_answer(known.pk, documents), None)
    transaction.on_commit(_send_at_once, robust=True)


def _changed(name: str, target: object, step: Step, *, beside: bool) -> tuple[list[Place], datetime | None]:
    """Return what an act changed, and when that will show (None: now)."""
    facts = step.facts
    if isinstance(target, Website):
        return of_sites([target.pk]), None
    if isinstance(target, Column):
        if facts.get("documents") is not None:
            to = number(facts, "to")
            return of_documents(numbers(facts, "documents"), [target.pk, *([to] if to else [])]), None
        return of_sites([target.website_id]), None
    documents = _documents(target, step)
    if not documents:
        return [], None
    columns = [*numbers(facts, "columns"), *numbers(facts, "waiting")]
    starts = parse_datetime(str(facts.get("visible_from", "")) or "")
    later = starts if starts and starts > timezone.now() else None
    return of_documents(documents, columns, beside=beside and name not in IN_MASSES), later


def _documents(target: object, step: Step) -> list[int]:
    """Return the documents that an act was about: its target, or those whose edition it wrote (also for many bodies at once)."""
    if isinstance(target, Document):
        return [target.pk]
    one = step.facts.get("edition")
    many = [*([one] if isinstance(one, int) else []), *numbers(step.facts, "editions")]
    return list(Edition.objects.filter(pk__in=many).values_list("document", flat=True)) if many else []


def _write(places: Sequence[Place], when: datetime | None) -> None:
    due = when or timezone.now()
    Purge.objects.bulk_create(
        [
            Purge(cache=f"{way}={address}", host=place.host, path=place.path[:400], due_at=due)
            for way, address in told()
            for place in places
        ],
        batch_size=500,
    )


def _whole_sites_soon(websites: set[int]) -> None:
    """Let everything of these sites go within a minute, once for all that is taken back until then; each one's own pages are told at once.

    A row that is due so late that this act will be committed by then does for it, too.
    """
    now = timezone.now()
    waiting = Purge.objects.filter(path=EVERYTHING, due_at__gt=now + SOON / 2)
    hosts = set(waiting.values_list("host", flat=True))
    _write([place for place in of_sites(websites) if place.host not in hosts], now + SOON)


def _send_at_once() -> None:
    send_due(most=AT_ONCE)


def send_due(now: datetime | None = None, *, most: int = PORTION) -> dict[str, int]:
    """Tell caches what is due. May be missed, repeated and run twice at once: forgetting twice does no harm.

    A cache that did not answer `FAILURES` times is left alone for the rest of this run: one page that is slow to be made anew holds up no other.
    """
    moment = now or timezone.now()
    counts = {"sent": 0, "retried": 0}
    late: dict[str, list[datetime]] = defaultdict(list)
    failed: Counter[str] = Counter()
    done: set[tuple[str, str, str]] = set()
    rows = list(Purge.objects.filter(due_at__lte=moment).order_by("due_at", "pk")[:most])
    if rows:
        settle()  # else a cache that asks again might be given what stood before, and keep it
    for row in rows:
        key = (row.cache, row.host, row.path)
        if failed[row.cache] >= FAILURES:
            continue
        try:
            if key not in done:
                tell(row.cache, Place(row.host, row.path))
        except NotTaken as error:
            failed[row.cache] += 1
            wait = timedelta(minutes=BACKOFF[min(row.attempts, len(BACKOFF) - 1)])
            Purge.objects.filter(pk=row.pk).update(
                attempts=row.attempts + 1, error=str(error)[:200], due_at=moment + wait
            )
            counts["retried"] += 1
            continue
        done.add(key)
        if not row.attempts and row.due_at < moment - LATE:
            late[row.host].append(row.due_at)
        Purge.objects.filter(pk=row.pk).delete()
        counts["sent"] += 1
    if counts["sent"]:
        for finish in AFTER:
            finish()
    if late:
        counts["late"] = sum(map(len, late.values()))
        _report(late, moment)
    return counts


def _report(late: dict[str, list[datetime]], now: datetime) -> None:
    """Tell the 政务公开 office and the administrators that visitors may have read old pages, from when to when."""
    for website in Website.objects.select_related("body"):
        times = [at for host in website.answers_to for at in late.get(host, [])]
        if not times:
            continue
        since = timezone.localtime(min(times))
        words = (
            f"{website.name}有{len(times)}个地址应自{day_in_words(since)}起更新（定时公开或已提交的变更），"
        )
        words += f"因到期工作没有运行，{timezone.localtime(now):%m月%d日%H:%M}才通知缓存；其间访问者可能看到更新前的页面。"
        tell_people(
            [
                Tell(
                    subject="缓存更新迟了",
                    body=f"{words}请检查 gongkai run-due 是否按时运行。",
                    link=reverse("wagtailadmin_home"),
                    key=f"purge-late/{website.pk}/{since.isoformat()}",
                    posts=((Role.CHIEF, website.body_id), (Role.ADMINISTRATOR, website.body_id)),
                )
            ]
        )
