"""Generated files: repeat a request in a worker, store its response, download, delete when it is old."""

import hashlib
import io
import time
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import ResolverMatch, resolve, reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.background_jobs.exports import EXPORT_JOB_NAME, REMAKE_PARAMETER, LongExport, find_export
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT_QUEUE, JobKind, JobResult
from gongkai.core.background_jobs.models import (
    GENERATED_FILE_RETENTION,
    REPEAT_DOWNLOAD_PERIOD,
    Errand,
    Export,
    WorkerSeen,
)
from gongkai.core.background_jobs.rules import check_is_job, check_is_requester
from gongkai.core.background_jobs.states import FINAL_STATES, JobState
from gongkai.core.files.store import add_encrypted_file, delete_if_unreferenced, delete_stored, write_content
from gongkai.core.spreadsheets.writer import report_progress_to
from gongkai.core.units.actors import get_actor
from gongkai.core.vault.sealing import decrypt_blocks, encrypt_blocks
from gongkai.core.widgets.request_cache import page_cache
from gongkai.core.widgets.responses import block_stream_response, download_file_name, is_download
from gongkai.lib.typed_json import read_text


class _MessageCollector:
    """Collects the messages of a view that runs without a page."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def add(self, _level: int, message: object, _tags: str = "") -> None:
        """Collect a message, like Django's message storage."""
        self.words.append(str(message))


def rebuild_request(facts: Mapping[str, object], user: User) -> tuple[HttpRequest, ResolverMatch]:
    """Return (request of an export, rebuilt from the job's facts as if the user sent it now; its resolved view)."""
    path, query = read_text(facts, "path"), read_text(facts, "query")
    request = HttpRequest()
    request.method = read_text(facts, "method")
    request.path = request.path_info = path
    request.GET = QueryDict(query)
    home = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    request.META = {
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": query,
        "SERVER_NAME": home.hostname or "localhost",
        "SERVER_PORT": str(home.port or 443),
    }
    request.user = user
    request.making = True  # type: ignore[attr-defined]
    request._messages = said = _MessageCollector()  # type: ignore[attr-defined]
    request.said = said.words  # type: ignore[attr-defined]
    request.resolver_match = match = resolve(path)
    return request, match


def compute_posts_digest(by: Actor) -> str:
    """Return a digest of the actor's posts, to detect changes before download."""
    posts = sorted((post.role, post.body_id, post.office_id or 0, post.reach) for post in by.posts)
    return hashlib.sha256(repr(posts).encode()).hexdigest()


#: A requester who waited longer also gets a message.
NOTIFY_REQUESTER_AFTER = timedelta(seconds=30)
#: Maximum number of ids in one query.
MAX_IDS_IN_QUERY = 2000
#: Refusal of a download after the requester's posts or the rows' visibility changed.
VISIBILITY_CHANGED_MESSAGE = "导出以后您的任职或者其中内容的可见范围有变化，这份文件不能再下载，请重新导出。"
#: Refusal of a download after the file was deleted.
EXPORT_DELETED_MESSAGE = "这份文件已经删除，请重新导出。"


def pack_ids(keys: Iterable[int]) -> bytes:
    """Return primary keys as compressed bytes."""
    return zlib.compress(array("q", keys).tobytes(), 1)


def unpack_ids(data: bytes) -> list[int]:
    """Return the primary keys that `pack_ids` compressed."""
    ids = array("q")
    ids.frombytes(zlib.decompress(data) if data else b"")
    return ids.tolist()


@action("errands.made", label="生成导出文件", rule=check_is_job)
def register_export(
    errand: Errand, *, by: Actor, asker: Actor, facts: Mapping[str, object], late: timedelta
) -> ActionResult:
    """Register a generated file for its requester `asker`; notify a requester who waited long (`late`)."""
    export = Export.objects.create(errand=errand, keep_until=timezone.now() + GENERATED_FILE_RETENTION, **facts)
    tell: tuple[Notification, ...] = ()
    if late > NOTIFY_REQUESTER_AFTER and asker.person_id:
        text = f"{errand.label}已生成，请在{timezone.localtime(export.keep_until):%m月%d日%H:%M}前下载，之后自动删除。"
        link = reverse("errands:one", args=[errand.pk])
        tell = (Notification(f"{errand.label}已生成", text, link, f"export/{errand.pk}", persons=(asker.person_id,)),)
    return ActionResult(words=f"生成：{export.name}"[:300], result=export, tell=tell, stream=f"errand/{errand.pk}")


def _find_download_errors(export: Export) -> list[str]:
    if not export.ready(timezone.now()):
        return [EXPORT_DELETED_MESSAGE]
    return [] if _is_still_visible(export) else [VISIBILITY_CHANGED_MESSAGE]


def _is_still_visible(export: Export) -> bool:
    """Return true if the requester's posts are unchanged and all exported rows are still visible."""
    errand = export.errand
    long_export = find_export(read_text(errand.facts, "export"))
    user = get_user_model().objects.filter(pk=errand.account or -1, is_active=True).first()
    if long_export is None or user is None or compute_posts_digest(get_actor(user)) != export.posts:
        return False
    try:
        request, match = rebuild_request(errand.facts, user)
        visible_rows = long_export.seen(request, *match.args, **match.kwargs)
        keys = unpack_ids(bytes(export.shown))
        return all(
            visible_rows.filter(pk__in=portion).count() == len(portion)
            for portion in (keys[n : n + MAX_IDS_IN_QUERY] for n in range(0, len(keys), MAX_IDS_IN_QUERY))
        )
    except (Http404, PermissionDenied):
        return False


@action("errands.take", label="下载导出文件", rule=check_is_requester, ready=_find_download_errors)
def record_download(export: Export, *, by: Actor) -> ActionResult:
    """Record a download; it may be repeated for some minutes before the file is deleted."""
    if export.taken_at is None:
        Export.objects.filter(pk=export.pk).update(taken_at=timezone.now())
    return ActionResult(words=f"下载：{export.name}"[:300], stream=f"errand/{export.errand_id}")


def make_export_response(export: Export) -> HttpResponseBase:
    """Return the file after its download was recorded.

    Raises:
        Refused: it was just deleted or is missing.
    """
    assert export.stored is not None
    try:
        encrypted_file = export.stored.open()
    except FileNotFoundError as error:
        raise Refused(EXPORT_DELETED_MESSAGE) from error
    content: Iterator[bytes] = decrypt_blocks(encrypted_file, export.key.reveal())
    return block_stream_response(content, export.name, export.type, export.size)


def erase_exports(now: datetime) -> int:
    """Delete downloaded or expired files, and the stored queries of these and of old exports without a file; return the
    number of deleted files."""
    is_expired = Q(keep_until__lt=now) | Q(taken_at__lt=now - REPEAT_DOWNLOAD_PERIOD)
    count = 0
    for export in Export.objects.exclude(stored=None).filter(is_expired).select_related("errand"):
        digest = export.stored_id
        Export.objects.filter(pk=export.pk).update(stored=None, key="", shown=b"", posts="")
        _erase_query(export.errand)
        count += bool(digest and delete_stored(digest))
    for errand in _list_failed_exports(now):
        _erase_query(errand)
    return count


def _list_failed_exports(now: datetime) -> QuerySet[Errand]:
    """Return the ended export jobs without a file that are past their retention and still hold the requested path."""
    ended_jobs = Errand.objects.filter(
        kind=EXPORT_JOB_NAME, state__in=FINAL_STATES, ended_at__lt=now - GENERATED_FILE_RETENTION, export=None
    )
    return ended_jobs.filter(facts__has_key="path")


def _erase_query(errand: Errand) -> None:
    """Blank the query of an export in its job."""
    Errand.objects.filter(pk=errand.pk).update(facts={"export": errand.facts.get("export", "")})


#: Seconds between two progress reports to the waiting user.
PROGRESS_INTERVAL_SECONDS = 1.0
#: Refusal of an export whose rows its requester may not see any more.
NOT_VISIBLE_MESSAGE = "您已无权导出这份内容，或者内容已经不在，请回到原页面核对。"


def run_export_job(job: RunningJob) -> None:
    """Generate an exported file; repeating the job after an interruption yields one file.

    Raises:
    Refused: the requester may not see the rows any more.
    """
    export = find_export(read_text(job.facts, "export"))
    if export is None:
        raise Refused("这一版本不再有这种导出，请回到原页面重新导出。")
    by, user = job.by, job.user
    if not by.known:
        raise Refused(NOT_VISIBLE_MESSAGE)
    request, match = rebuild_request(job.facts, user)
    try:
        keys = list(export.rows(request, *match.args, **match.kwargs).values_list("pk", flat=True)[: export.cap])
        job.say(f"共{len(keys)}条，正在读取", 0, len(keys))
        with page_cache(), report_progress_to(_make_progress_callback(job, len(keys))):
            response = match.func(request, *match.args, **match.kwargs)
    except (Http404, PermissionDenied) as error:
        raise Refused(NOT_VISIBLE_MESSAGE) from error
    if not is_download(response):
        raise Refused(request.said or NOT_VISIBLE_MESSAGE)  # type: ignore[attr-defined]
    with TemporaryFile() as file:
        _store_file(job, export, by, response, keys, file)


def _make_progress_callback(job: RunningJob, total: int) -> Callable[[int], None]:
    """Return a callback that reports the number of written rows, once per interval."""
    last = time.monotonic()

    def tell(done: int) -> None:
        """Store the progress at intervals."""
        nonlocal last
        if time.monotonic() - last >= PROGRESS_INTERVAL_SECONDS:
            last = time.monotonic()
            job.say(f"已写入{done}条，共{total}条", done, total)

    return tell


def _store_file(
    job: RunningJob, export: LongExport, by: Actor, response: HttpResponseBase, keys: list[int], stream: IO[bytes]
) -> None:
    """Encrypt the export, then store it with the ids of its rows and end the job in one transaction."""
    job.say(f"共{len(keys)}条，正在保存文件", len(keys), len(keys))
    key, size = encrypt_blocks(response, stream)
    file_digest, sealed_size = write_content(stream), stream.seek(0, io.SEEK_END)
    facts = {
        "name": download_file_name(response)[:200] or export.label,
        "type": response.headers["Content-Type"],
        "size": size,
        "key": key,
        "shown": pack_ids(keys),
        "posts": compute_posts_digest(by),
    }
    with job.finishing() as end:
        facts["stored"] = add_encrypted_file(file_digest, sealed_size, by)
        register_export(job.errand, by=SYSTEM, asker=by, facts=facts, late=timezone.now() - job.errand.asked_at)
        end(JobResult(f"文件已生成：{facts['name']}，{filesizeformat(size)}。"))


def _get_renew_url(_: int, facts: Mapping[str, object]) -> str:
    """Return the URL that generates the same file again; empty if it was not requested by GET."""
    if facts.get("method") != "GET" or not facts.get("path"):
        return ""
    query = read_text(facts, "query")
    return f"{read_text(facts, 'path')}?{query}{'&' if query else ''}{REMAKE_PARAMETER}=1"


#: The job kind for exports.
EXPORT_JOB_KIND = JobKind(
    EXPORT_JOB_NAME,
    "导出文件",
    run_export_job,
    lane=PROMPT_QUEUE,
    back=("我的导出", "errands:mine"),
    again=_get_renew_url,
)


#: Retention of queue rows, of uploaded files of refused jobs, and of finished jobs.
QUEUE_RETENTION, FILE_RETENTION, JOB_RETENTION = timedelta(days=1), timedelta(days=7), timedelta(days=180)


def delete_expired_jobs(now: datetime | None = None) -> dict[str, int]:
    """Job: delete finished jobs, uploaded and generated files, queue rows and workers past their retention; return
    counts by name. Failed jobs stay for an administrator."""
    moment = now or timezone.now()
    old_results = DBTaskResult.objects.filter(finished_at__lt=moment - QUEUE_RETENTION)
    old_results.delete()
    DBTaskResult.objects.running().filter(backend_name="errands", started_at__lt=moment - FILE_RETENTION).delete()
    deleted_uploads = 0
    ended_jobs = Errand.objects.filter(state__in=FINAL_STATES).exclude(file=None)
    for errand in ended_jobs.exclude(state=JobState.REFUSED) | ended_jobs.filter(ended_at__lt=moment - FILE_RETENTION):
        digest = errand.file_id
        Errand.objects.filter(pk=errand.pk).update(file=None)
        deleted_uploads += bool(digest and delete_if_unreferenced(digest))
    deleted_exports = erase_exports(moment)
    dropped, _ = Errand.objects.filter(state__in=FINAL_STATES, ended_at__lt=moment - JOB_RETENTION).delete()
    WorkerSeen.objects.filter(seen_at__lt=moment - QUEUE_RETENTION).delete()
    return {"dropped": dropped, "released": deleted_uploads, "erased": deleted_exports}
