"""Register sites, start inspections, learn list layouts and order findings to be rectified."""

from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body
from gongkai.lib.outbound import NoAnswer, RequestLimits, send_request
from gongkai.lib.outbound.crawling.addresses import get_host, normalise_url
from gongkai.lib.outbound.permitted_hosts import is_internal_host
from gongkai.lib.typed_json import read_text
from gongkai.oversight.inspection.duties import verify_notice
from gongkai.oversight.inspection.internal_hosts import get_inner_hosts
from gongkai.oversight.inspection.models import (
    SITE_FIELDS,
    UNFINISHED_RUN_STATES,
    DutyFinding,
    DutyVerdict,
    FalseAlarm,
    InspectedSite,
    InspectionRun,
    SiteFinding,
)
from gongkai.oversight.inspection.queries import (
    DUTY_SOURCE,
    INSPECTION_SOURCE,
    make_duty_reference,
    make_fault_reference,
)
from gongkai.oversight.inspection.rules import (
    check_duty_confirmer,
    check_duty_orderer,
    check_inspector,
    check_orderer,
    check_verifier,
    format_moment,
)
from gongkai.oversight.inspection.site.scoring import Indicators, read_indicators
from gongkai.oversight.inspection.verdicts import DutyResult
from gongkai.work.notices.models import Notice

#: Kind of background errand that carries out a run.
RUN_JOB_NAME = "inspection.run"
#: Calendar days that a unit has for a rectification by default.
DEFAULT_RECTIFICATION_DAYS = 15


def _check_registrar(by: Actor, body: Body | None) -> list[str]:
    """Return reasons unless the user may inspect sites of the unit (None: sites of no unit of ours)."""
    return check_inspector(by, InspectedSite(body=body))


def _require_new_address(address: str, own: int = 0) -> str:
    """Return an address in normal form that no site has other than `own`, a primary key.

    Raises:
        Refused: another site has it.
    """
    normal = _normalise_address(address)
    if InspectedSite.objects.filter(address=normal).exclude(pk=own).exists():
        raise Refused("这个网址已经登记。")
    return normal


@action("inspection.register_site", label="登记受检网站", rule=_check_registrar)
def register_site(body: Body | None, *, by: Actor, address: str, **facts: object) -> ActionResult:
    """Register a site of a unit for inspection; `facts` are values of `SITE_FIELDS`."""
    site = InspectedSite.objects.create(body=body, address=_require_new_address(address), **facts)
    return ActionResult(words=f"登记受检网站“{site.name}”", stream=f"inspectedsite/{site.pk}", result=site)


@action("inspection.change_site", label="修改", rule=check_inspector)
def change_site(site: InspectedSite, *, by: Actor, **facts: object) -> ActionResult:
    """Change a site's details; earlier runs do not change."""
    if "address" in facts:
        facts["address"] = _require_new_address(read_text(facts, "address"), site.pk)
    if "body" in facts:
        # Require permission for the new unit, too: else a county could assign its site to a city bureau.
        body = facts["body"]
        assert body is None or isinstance(body, Body)
        if reasons := _check_registrar(by, body):
            raise Refused(reasons)
    for name in facts.keys() & set(SITE_FIELDS):
        setattr(site, name, facts[name])
    site.save()
    return ActionResult(words=f"修改受检网站“{site.name}”")


@action("inspection.start_inspection", label="立即检查", rule=check_inspector)
def start_inspection(site: InspectedSite, *, by: Actor) -> ActionResult:
    """Start an inspection in the background (`run_processing.run_inspection_job`) and return its run."""
    reasons = find_request_barriers(site.address)
    if reasons:
        raise Refused(reasons)
    if site.runs.filter(state__in=UNFINISHED_RUN_STATES).exists():
        raise Refused("这个网站正在检查，请等这一次查完；进度在“后台作业”。")
    inspection_run = InspectionRun.objects.create(site=site, asked_by=by.name, today=timezone.localdate())
    queue_inspection_run(inspection_run, by=by)
    return ActionResult(words="发起网站检查", facts={"run": inspection_run.pk}, result=inspection_run)


def make_job_key(run: InspectionRun) -> str:
    """Return the unique key of a run's background job, so that two workers never process the run at once."""
    return f"inspection/{run.pk}"


def queue_inspection_run(run: InspectionRun, *, by: Actor) -> None:
    """Queue a run for the background workers."""
    enqueue_job(RUN_JOB_NAME, by=by, label=f"检查“{run.site.name}”", key=make_job_key(run), facts={"run": run.pk})


@action("inspection.learn_layout", label="学习列表版式", rule=check_inspector)
def learn_layout(site: InspectedSite, *, by: Actor, address: str, title: str = "") -> ActionResult:
    """Learn and store how a site marks up its lists; return the entries read."""
    from gongkai.oversight.inspection.site.lists import learn_list_layout  # imports the reader of pages
    from gongkai.oversight.inspection.site.page import parse_page

    reasons = find_request_barriers(address) or find_request_barriers(site.address)
    if reasons or get_host(_normalise_address(address)) != get_host(site.address):
        raise Refused(reasons or "示例页应是这个网站的网页。")
    reach = RequestLimits(seconds=15, whole=30, most=5_000_000, inside=get_inner_hosts(), agent="Gongkai-inspect")
    try:
        with send_request(_normalise_address(address), reach) as answer:
            data = answer.read()
    except NoAnswer as error:
        raise Refused(f"示例页打不开：{error}") from error
    page = parse_page(data, _normalise_address(address), 0, normalise_url)
    layout = learn_list_layout(page, [title] if title else [], today=timezone.localdate()) if page else None
    if layout is None:
        raise Refused("这个网页上没有找到列表，请换一个网页，或者填写列表中的一个标题。")
    site.layouts = [*[one for one in site.layouts if one != list(layout.ways)], list(layout.ways)]
    site.save(update_fields=["layouts"])
    entries = layout.entries(page, timezone.localdate()) if page else []
    return ActionResult(words=f"从 {address} 学到列表版式，读出{len(entries)}条", result=entries)


@action("inspection.forget_layouts", label="清除学到的版式", rule=check_inspector)
def forget_layouts(site: InspectedSite, *, by: Actor) -> ActionResult:
    """Delete the list layouts that were learnt for a site."""
    site.layouts = []
    site.save(update_fields=["layouts"])
    return ActionResult(words="清除学到的列表版式")


@action("inspection.order_finding", label="下达整改要求", rule=check_orderer)
def order_finding(
    finding: SiteFinding, *, by: Actor, body: Body, until: date | None = None, demand: str = ""
) -> ActionResult:
    """Order a unit to rectify a finding, and return the new ledger entry."""
    site = finding.run.site
    if reasons := _check_registrar(by, body):
        raise Refused(reasons)
    if FalseAlarm.objects.filter(site=site, mark=finding.mark, withdrawn_at=None, waiting=False).exists():
        raise Refused("这个问题已经标为误报。")
    table = get_indicator_table(finding.run)
    fault = FoundFault(
        source=INSPECTION_SOURCE,
        ref=make_fault_reference(finding),
        title=f"{site.name}：{finding.name}",
        what=finding.what,
        demand=demand,
        basis=table.rows[finding.indicator].source if table and finding.indicator in table.rows else "",
        address=finding.url,
        facts={
            "检查": f"{site.name}，{finding.run.today.isoformat()}",
            "取证时间": format_moment(finding.evidence.get("at", "")),
            "网页摘要值": str(finding.evidence.get("sha256", "")),
            **({"所在网页": str(finding.evidence["found_on"])} if finding.evidence.get("found_on") else {}),
            **({"页面内容": str(finding.evidence["shown"])} if finding.evidence.get("shown") else {}),
        },
    )
    day = until or timezone.localdate() + timedelta(days=DEFAULT_RECTIFICATION_DAYS)
    entry = order_rectification(body, by=by, found=fault, until=day)
    return ActionResult(
        words=f"对“{finding.what[:100]}”下达整改要求（{entry.number}）", facts={"entry": entry.pk}, result=entry
    )


@action("inspection.verify_duties", label="立即核验", rule=check_verifier)
def verify_notice_now(notice: Notice, *, by: Actor) -> ActionResult:
    """Check all publication duties of a notice immediately, and return their number."""

    done = verify_notice(notice, timezone.localdate())
    return ActionResult(words=f"核验公开要求{done}项", result=done)


@action("inspection.confirm_duty", label="核对公开要求", rule=check_duty_confirmer)
def confirm_duty(verdict: DutyVerdict, *, by: Actor, finding: str, seen: str) -> ActionResult:
    """Record a person's decision on the listed texts and update the verdict on the duty.

    `seen` is the time of the verdict that the user saw; the decision is refused if there is a newer one.
    """
    if verdict.result != DutyResult.UNSURE and not verdict.found:
        raise Refused("这一项不需要核对。")
    if seen != verdict.checked_at.isoformat():
        raise Refused("系统刚刚又核验过，没有保存：请再看一次栏目中的信息后确认。")
    task = verdict.assignment
    clears = finding == DutyFinding.MET and not task.notice.own
    if clears and (why := check_clears_other_unit(by, task.entry.body, "认定本单位已经按要求公开")):
        raise Refused(*why)
    verdict.found, verdict.found_by, verdict.found_at = finding, by.name, verdict.checked_at
    verdict.save(update_fields=["found", "found_by", "found_at"])
    verify_notice(task.notice, timezone.localdate())
    return ActionResult(
        words=f"核对“{verdict.duty.text[:60]}”：{DutyFinding(finding).label}",
        stream=task.entry.stream,
        facts={"duty": verdict.duty_id, "cycle": verdict.cycle, "evidence": verdict.evidence},
    )


@action("inspection.order_duty", label="对未公开下达整改要求", rule=check_duty_orderer)
def order_duty(verdict: DutyVerdict, *, by: Actor, until: date | None = None) -> ActionResult:
    """Order a unit to rectify an unmet duty, and return the new entry; the task stays open."""
    if not verdict.fault:
        raise Refused("核验没有发现问题，不需要整改。")
    task = verdict.assignment
    fault = FoundFault(
        source=DUTY_SOURCE,
        ref=make_duty_reference(verdict),
        title=f"{verdict.label}：{verdict.duty.text}"[:300],
        what=verdict.why,
        demand=verdict.duty.text[:1000],
        basis=f"{task.notice.title}{task.notice.doc_number}"[:200],
        address=str(verdict.evidence[-1]["path"]) if verdict.evidence else "",
        facts={"任务": task.entry.number, "核验时间": f"{timezone.localtime(verdict.checked_at):%Y-%m-%d %H:%M}"},
    )
    day = until or timezone.localdate() + timedelta(days=DEFAULT_RECTIFICATION_DAYS)
    entry = order_rectification(task.entry.body, by=by, found=fault, until=day)
    return ActionResult(
        words=f"下达整改要求（{entry.number}）：{verdict.why}",
        stream=task.entry.stream,
        facts={"entry": entry.pk},
        result=entry,
    )


def get_indicator_table(run: InspectionRun) -> Indicators | None:
    """Return the indicator table that a run was judged by, or None."""
    if run.table is None:
        return None
    return read_indicators(data=run.table.text.encode())


def find_request_barriers(address: str) -> list[str]:
    """Return the reasons why this installation may not request an address.

    `GONGKAI_INSPECT_HOSTS` lists the allowed hosts (`all`: any). An internal IP address must also be a confirmed
    `InnerHost`; internal hosts given by name are refused only when they are requested.
    """
    host = get_host(_normalise_address(address))
    named = settings.GONGKAI_INSPECT_HOSTS
    if "all" not in named and host not in named:
        return [f"本安装没有开放检查“{host}”：请系统管理员在允许检查的网站中添加它。"]
    return _check_inner_host(host) if _is_ip_address(host) else []


def _check_inner_host(host: str) -> list[str]:
    """Return the reason why an internal host may not be inspected; [] for permitted and for public hosts."""
    name, _, port = host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "80")
    if host in get_inner_hosts() or not is_internal_host(name.strip("[]"), int(port)):
        return []
    from gongkai.oversight.inspection.site.run import make_inner_host_message  # imports all checks, which is slow

    return [make_inner_host_message(host)]


def _is_ip_address(host: str) -> bool:
    """Return True if a host (with or without port) is an IP address instead of a name."""
    return host[:1] == "[" or host.partition(":")[0].rpartition(".")[2].isdigit()


def _normalise_address(address: str) -> str:
    """Return the normalised site address.

    Raises:
        Refused: it is no http or https address.
    """
    stripped = address.strip()
    normalised = normalise_url(stripped if "//" in stripped else f"http://{stripped}")
    if not normalised or not urlsplit(normalised).hostname:
        raise Refused("网址写法有误，应为 http:// 或 https:// 开头的网址。")
    return normalised
