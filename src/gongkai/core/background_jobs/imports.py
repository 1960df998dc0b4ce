"""Background imports of large spreadsheets."""

from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.asking import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT, JobKind, JobResult
from gongkai.core.spreadsheets import actions
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.spreadsheets.importers import importer_named
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.lib.typed_json import read_number

#: Name of the job kind for imports.
IMPORT_JOB_NAME = "errands.import"


def hand_to_workers(run: ImportRun, by: Actor, losses_seen: bool) -> str:
    """Enqueue an import; return the URL of its progress page. Repeats are ignored."""
    errand = enqueue_job(
        IMPORT_JOB_NAME,
        by=by,
        label=f"导入{importer_named(run.importer).label}：{run.file_name}"[:200],
        key=f"import/{run.pk}",
        facts={"run": run.pk, "losses_seen": losses_seen},
    )
    return reverse("errands:one", args=[errand.pk])


def run_import_job(running: RunningJob) -> JobResult | None:
    """Run an import job: write the rows in short transactions, and finish import and job together."""
    run = ImportRun.objects.filter(pk=read_number(running.facts, "run")).first()
    if run is None:
        raise Refused("这次导入的预览已经不在，请重新上传文件。")
    if reasons := actions.apply.why_not(run, by=running.by):
        raise Refused(reasons)
    running.say("正在读取文件")
    rows = run.made + run.changed
    try:
        written = actions.write_rows(
            run,
            by=running.by,
            losses_seen=bool(running.facts.get("losses_seen")),
            progress=lambda done: running.say(f"正在写入{rows}行", done, rows),
        )
    except UnreadableFile as error:
        raise Refused(f"{error}。") from error
    with running.finishing() as end:
        actions.apply(run, by=running.by, written=written)
        words = f"已导入：新增{run.made}，修改{run.changed}。"
        end(JobResult(words, reverse("spreadsheets:run", args=[run.pk])))
    return None


def _get_preview_url(_: int, facts: object) -> str:
    assert isinstance(facts, dict)
    return reverse("spreadsheets:run", args=[read_number(facts, "run")])


#: The job kind for imports of spreadsheets.
IMPORT_JOB_KIND = JobKind(IMPORT_JOB_NAME, "导入表格", run_import_job, lane=PROMPT, again=_get_preview_url)
