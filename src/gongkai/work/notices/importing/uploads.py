"""Uploads of notices: store the file and read it in a background job."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePath

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused, get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT_QUEUE, JobKind, JobResult
from gongkai.core.background_jobs.models import Errand
from gongkai.core.files.losses import record_losses
from gongkai.core.files.store import sha256_of, store_parsed_content
from gongkai.core.units.models import Body
from gongkai.core.units.queries import resolve
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import read_number, read_text
from gongkai.work.notices.actions.imports import find_notices_of_file, import_file, start_file_import
from gongkai.work.notices.importing.source import MAX_BYTES, apply_learnt_heads, find_losses, read_source
from gongkai.work.notices.models import Notice

#: Name of the background job that reads an uploaded notice.
READ_NOTICE_JOB_NAME = "notices.read"
# File name of pasted text.
PASTED_FILE_NAME = "粘贴的文字.txt"


def start_reading(data: bytes, name: str, *, by: Actor, government: Body, issuer: Body | None) -> Errand | Notice:
    """Store a file and start reading it; return the notice if the file was imported before.

    Raises Refused when it is empty or too large.
    """
    shown = PurePath(name).name[-80:] or "通知"
    if len(data) > MAX_BYTES:
        raise Refused(f"“{shown}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    if not data:
        raise Refused(f"“{shown}”是空文件，请检查后重新上传。")
    digest = sha256_of(data)
    imported_notice = find_notices_of_file(government, digest).first()
    if imported_notice is not None:
        return imported_notice
    facts = {"name": shown, "government": government.pk, "issuer": issuer.pk if issuer else None}
    return enqueue_job(
        READ_NOTICE_JOB_NAME,
        by=by,
        label="读取粘贴的文字" if shown == PASTED_FILE_NAME else f"读取“{shown}”",
        key=f"notice/{government.pk}/{digest}",
        facts=facts,
        file=store_parsed_content(data, by),
    )


def read_upload(job: RunningJob) -> None:
    """Read the file of a job into a draft, once (Refused: government or issuer is gone)."""
    facts, file = job.facts, job.errand.file
    assert file is not None
    try:
        government = Body.objects.get(pk=read_number(facts, "government"))
        issuer = Body.objects.get(pk=read_number(facts, "issuer")) if facts["issuer"] else None
    except ObjectDoesNotExist as error:
        raise Refused("所选的政府或印发单位已不在名录中，请重新导入。") from error
    source = read_source(file.read(), read_text(facts, "name"))
    source = apply_learnt_heads(source, government)
    job.say("正在对照单位名录，存为草稿", 4, 5)
    issuer = issuer or find_issuer(str(source.parsed.get("issuer") or ""), government)
    losses = find_losses(source)
    started = start_file_import(source, by=job.by, government=government, issuer=issuer)
    with job.finishing() as end:
        made = import_file(source, by=job.by, government=government, issuer=issuer, started=started)
        if not made.already:
            record_losses(get_log_stream(made.notice), source.name, losses)
        end(JobResult(describe_result(made.notice, made.already), reverse("notices_review", args=[made.notice.pk])))


def describe_result(notice: Notice, already: bool) -> str:
    """Return the message for the user who uploaded the file; `already`: it was imported before."""
    if already:
        return f"这个文件已于{timezone.localtime(notice.imported_at):%Y-%m-%d}导入，没有重复导入。"
    return f"已读取{notice.measures.count()}条举措，请核对。"


def find_issuer(printed_name: str, government: Body) -> Body | None:
    """Return the body named by a signature, or None."""

    for name in dict.fromkeys([printed_name, _OWN_OFFICE_RE.sub("", printed_name)]):
        found = resolve(name, government) if name else None
        if found and found.sure and len(found.bodies) == 1:
            return found.bodies[0]
    return None


# A bureau's own office.
_OWN_OFFICE_RE = re.compile(r"(?<=[局委厅行社院校会])(?:办公室|综合科|综合处|秘书科)$")


def load_refused_upload(account: int | None, number: int) -> dict[str, object]:
    """Return the form of a refused upload for its sender: government, issuer and pasted text; {} for other users."""
    errand = (
        Errand.objects.filter(pk=number, kind=READ_NOTICE_JOB_NAME, account=account or -1)
        .select_related("file")
        .first()
    )
    if errand is None:
        return {}
    kept = {"government": errand.facts["government"], "issuer": errand.facts["issuer"]}
    if errand.file is None or errand.facts["name"] != PASTED_FILE_NAME:
        return kept
    return {**kept, "text": errand.file.read().decode(errors="replace")}


def _get_retry_url(number: int, _: Mapping[str, object]) -> str:
    return f"{reverse('notices_upload')}?again={number}"


# Retry soon, because a user is waiting.
RETRY_DELAYS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
READ_NOTICE_JOB = JobKind(
    READ_NOTICE_JOB_NAME,
    "读取通知",
    read_upload,
    lane=PROMPT_QUEUE,
    pauses=RETRY_DELAYS,
    back=("任务分工", "notices_list"),
    again=_get_retry_url,
)
