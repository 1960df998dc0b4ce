"""What the checks enter in the registries when the room starts."""

from django.db.models.signals import post_save


def install() -> None:
    """Gate, panel, listener behind every save, jobs."""
    from wagtail.models import Revision

    from gongkai.ledger.jobs import Job, register_job
    from gongkai.publishing.checks import faults, gate, panel, running, saving
    from gongkai.publishing.gates import register_gate, register_item_panel

    register_gate(gate.GATE)
    register_item_panel(panel.PANEL)
    post_save.connect(saving.revision_saved, sender=Revision, dispatch_uid="gongkai.publishing.checks")
    register_job(Job("checks", "检查附件", running.work_off, 10))
    register_job(Job("links", "检查外部链接", faults.check_links, 210))
    register_job(Job("media", "检查图片和音视频", faults.check_files, 211))
