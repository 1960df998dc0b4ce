"""Generate a file in a worker: call the original view and store its response encrypted."""

import io
import time
from collections.abc import Callable, Mapping
from tempfile import TemporaryFile
from typing import IO

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.background_jobs.as_asked import posts_of, request_of
from gongkai.core.background_jobs.exports import KIND, REMAKE_PARAMETER, LongExport, export_called
from gongkai.core.background_jobs.job_runner import Running
from gongkai.core.background_jobs.kinds import PROMPT, Ended, Kind
from gongkai.core.background_jobs.taking import made, packed
from gongkai.core.files.store import enter_sealed, put
from gongkai.core.vault.blocks import seal_blocks
from gongkai.core.widgets.answers import is_kept, kept_name
from gongkai.core.widgets.once import one_page
from gongkai.core.widgets.steps import told_to
from gongkai.lib.typed_json import text

#: Seconds between two words to whoever waits.
PROGRESS_INTERVAL_SECONDS = 1.0
NOT_VISIBLE_MESSAGE = "您已无权导出这份内容，或者内容已经不在，请回到原页面核对。"


def make_file(running: Running) -> None:
    """Generate a file; repeating it after an interruption yields one file."""
    export = export_called(text(running.facts, "export"))
    if export is None:
        raise Refused("这一版本不再有这种导出，请回到原页面重新导出。")
    by, user = running.by, running.user
    if not by.known:
        raise Refused(NOT_VISIBLE_MESSAGE)
    request, match = request_of(running.facts, user)
    try:
        keys = list(export.rows(request, *match.args, **match.kwargs).values_list("pk", flat=True)[: export.cap])
        running.say(f"共{len(keys)}条，正在读取", 0, len(keys))
        with one_page(), told_to(_make_progress_callback(running, len(keys))):
            answer = match.func(request, *match.args, **match.kwargs)
    except (Http404, PermissionDenied) as error:
        raise Refused(NOT_VISIBLE_MESSAGE) from error
    if not is_kept(answer):
        raise Refused(request.said or NOT_VISIBLE_MESSAGE)  # type: ignore[attr-defined]
    with TemporaryFile() as out:
        _store_file(running, export, by, answer, keys, out)


def _make_progress_callback(running: Running, total: int) -> Callable[[int], None]:
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_INTERVAL_SECONDS:
            last = time.monotonic()
            running.say(f"已写入{done}条，共{total}条", done, total)

    return tell


def _store_file(
    running: Running, export: LongExport, by: Actor, answer: HttpResponseBase, keys: list[int], out: IO[bytes]
) -> None:
    running.say(f"共{len(keys)}条，正在保存文件", len(keys), len(keys))
    key, size = seal_blocks(answer, out)
    mark, sealed = put(out), out.seek(0, io.SEEK_END)
    facts = {
        "name": kept_name(answer)[:200] or export.label,
        "type": answer.headers["Content-Type"],
        "size": size,
        "key": key,
        "shown": packed(keys),
        "posts": posts_of(by),
    }
    with running.finishing() as end:
        facts["stored"] = enter_sealed(mark, sealed, by)
        made(running.errand, by=SYSTEM, asker=by, facts=facts, late=timezone.now() - running.errand.asked_at)
        end(Ended(f"文件已生成：{facts['name']}，{filesizeformat(size)}。"))


def _get_renew_url(_: int, facts: Mapping[str, object]) -> str:
    if facts.get("method") != "GET" or not facts.get("path"):
        return ""
    query = text(facts, "query")
    return f"{text(facts, 'path')}?{query}{'&' if query else ''}{REMAKE_PARAMETER}=1"


EXPORT_JOB_KIND = Kind(
    KIND, "导出文件", make_file, lane=PROMPT, back=("我的导出", "errands:mine"), again=_get_renew_url
)
