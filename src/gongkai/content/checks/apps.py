"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the checks app."""

    name = "gongkai.content.checks"
    label = "checks"
    verbose_name = "内容检查"

    def ready(self) -> None:
        """Register the gate, the erasure handler and the jobs."""
        from gongkai.content.checks import actions, check_runs, erasure, faults, report  # noqa: F401 - actions enter themselves
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.gates import register_gate
        from gongkai.core.ledger.jobs import PeriodicJob, register_job

        register_gate(report.CHECKS_GATE)
        ERASURE_HANDLERS.append(erasure.FAULT_ERASURE_HANDLER)
        register_job(PeriodicJob("checks", "检查附件", check_runs.run_pending_checks, 10))
        register_job(PeriodicJob("links", "检查外部链接", faults.check_links, 210))
        register_job(PeriodicJob("media", "检查图片和音视频", faults.check_files, 211))
