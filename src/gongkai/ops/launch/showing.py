"""Preview of the opening: public content and the jobs that start. Shown before confirmation."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gongkai.content.editions.models import Column, Shelf, Website
from gongkai.core.ledger.jobs.registry import all_jobs
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.ops.launch.actions import due_before
from gongkai.ops.launch.suspended_jobs import SUSPENDED_JOBS
from gongkai.ui.office.app_switches import is_job_off
from gongkai.work.notices.states import OPEN_STATES, TASK_KINDS


def describe_public_content() -> list[str]:
    """Describe the public content, a sentence each."""
    public_content = []
    for website in Website.objects.order_by("pk"):
        columns = Column.objects.filter(website=website, opened_at__isnull=False, archived_at=None)
        filled = columns.filter(Exists(Shelf.objects.filter(column=OuterRef("pk")))).count()
        texts = Shelf.objects.filter(website=website, column=None).count()
        public_content.append(
            f"网站“{website.name}”（{website.host}）：主办单位{website.sponsor or website.body.name}，"
            f"联系方式{website.contact or '没有填写'}；栏目{columns.count()}个，其中{columns.count() - filled}个还没有内容；"
            f"信息{texts}条。"
        )
    tasks = Entry.objects.filter(kind__in=TASK_KINDS, state__in=OPEN_STATES)
    if count := tasks.count():
        late = due_before(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)).count()
        public_content.append(f"年度任务：办理中{count}项，其中{late}项今天以前已经到期。")
    bodies = Body.objects.filter(active_to=None, merged_into=None)
    bare = bodies.filter(Q(phone="") | Q(address="") | Q(hours="")).count()
    lacking = f"，其中{bare}个还没有写全电话、地址和办公时间" if bare else "，写着各单位的电话、地址和办公时间"
    public_content.append(f"公开单位{bodies.count()}个{lacking}。")
    public_content.append("信息公开申请、咨询、找错等表单，公众提交以后按法定期限计时。")
    return public_content


def list_starting_jobs() -> list[str]:
    """Return the labels of the jobs that start with the opening; those of apps that are off do not."""
    return [job.label for job in all_jobs().values() if job.name in SUSPENDED_JOBS and not is_job_off(job)]
