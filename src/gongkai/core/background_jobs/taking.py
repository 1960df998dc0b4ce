"""Generated files: register, download, delete."""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.as_asked import posts_of, request_of
from gongkai.core.background_jobs.exports import KIND, export_called
from gongkai.core.background_jobs.models import KEPT, REPEATED, Errand, Export
from gongkai.core.background_jobs.rules import jobs, takes
from gongkai.core.background_jobs.states import FINAL_STATES
from gongkai.core.files.store import forget
from gongkai.core.units.actors import actor_of
from gongkai.core.vault.blocks import open_blocks
from gongkai.core.widgets.answers import blocks
from gongkai.lib.typed_json import text

#: A requester who waited longer also gets a message.
MESSAGE_AFTER = timedelta(seconds=30)
#: Maximum number of ids in one query.
BATCH_SIZE = 2000
VISIBILITY_CHANGED_MESSAGE = "导出以后您的任职或者其中内容的可见范围有变化，这份文件不能再下载，请重新导出。"
ERASED = "这份文件已经删除，请重新导出。"


def packed(keys: Iterable[int]) -> bytes:
    """Return row ids as compressed bytes."""
    return zlib.compress(array("q", keys).tobytes(), 1)


def unpack_ids(data: bytes) -> list[int]:
    """Return the row ids of compressed bytes."""
    found = array("q")
    found.frombytes(zlib.decompress(data) if data else b"")
    return found.tolist()


@action("errands.made", label="生成导出文件", rule=jobs)
def made(errand: Errand, *, by: Actor, asker: Actor, facts: Mapping[str, object], late: timedelta) -> ActionResult:
    """Register a generated file, and notify a requester who waited long."""
    export = Export.objects.create(errand=errand, keep_until=timezone.now() + KEPT, **facts)
    tell: tuple[Notification, ...] = ()
    if late > MESSAGE_AFTER and asker.person_id:
        words = f"{errand.label}已生成，请在{timezone.localtime(export.keep_until):%m月%d日%H:%M}前下载，之后自动删除。"
        link = reverse("errands:one", args=[errand.pk])
        tell = (Notification(f"{errand.label}已生成", words, link, f"export/{errand.pk}", persons=(asker.person_id,)),)
    return ActionResult(words=f"生成：{export.name}"[:300], result=export, tell=tell, stream=f"errand/{errand.pk}")


def _check_downloadable(export: Export) -> list[str]:
    if not export.ready(timezone.now()):
        return [ERASED]
    return [] if _is_still_visible(export) else [VISIBILITY_CHANGED_MESSAGE]


def _is_still_visible(export: Export) -> bool:
    errand = export.errand
    made = export_called(text(errand.facts, "export"))
    user = get_user_model().objects.filter(pk=errand.account or -1, is_active=True).first()
    if made is None or user is None or posts_of(actor_of(user)) != export.posts:
        return False
    try:
        request, match = request_of(errand.facts, user)
        seen = made.seen(request, *match.args, **match.kwargs)
        keys = unpack_ids(bytes(export.shown))
        return all(
            seen.filter(pk__in=part).count() == len(part)
            for part in (keys[n : n + BATCH_SIZE] for n in range(0, len(keys), BATCH_SIZE))
        )
    except (Http404, PermissionDenied):
        return False


@action("errands.take", label="下载导出文件", rule=takes, ready=_check_downloadable)
def take(export: Export, *, by: Actor) -> ActionResult:
    """Record a download; it may be repeated for some minutes before the file is deleted."""
    if export.taken_at is None:
        Export.objects.filter(pk=export.pk).update(taken_at=timezone.now())
    return ActionResult(words=f"下载：{export.name}"[:300], stream=f"errand/{export.errand_id}")


def answer_of(export: Export) -> HttpResponseBase:
    """Return the file after its download was recorded.

    Raises:
        Refused: it was just deleted or is missing.
    """
    assert export.stored is not None
    try:
        sealed = export.stored.open()
    except FileNotFoundError as error:
        raise Refused(ERASED) from error
    content: Iterator[bytes] = open_blocks(sealed, export.key.reveal())
    return blocks(content, export.name, export.type, export.size)


def erase(now: datetime) -> int:
    """Delete downloaded or expired files with their queries; return the number of files."""
    over = Q(keep_until__lt=now) | Q(taken_at__lt=now - REPEATED)
    count = 0
    for export in Export.objects.exclude(stored=None).filter(over).select_related("errand"):
        digest = export.stored_id
        Export.objects.filter(pk=export.pk).update(stored=None, key="", shown=b"", posts="")
        _erase_query(export.errand)
        count += bool(digest and forget(digest))
    for errand in _list_failed_exports(now):
        _erase_query(errand)
    return count


def _list_failed_exports(now: datetime) -> QuerySet[Errand]:
    ended = Errand.objects.filter(kind=KIND, state__in=FINAL_STATES, ended_at__lt=now - KEPT, export=None)
    return ended.filter(facts__has_key="path")


def _erase_query(errand: Errand) -> None:
    Errand.objects.filter(pk=errand.pk).update(facts={"export": errand.facts.get("export", "")})
