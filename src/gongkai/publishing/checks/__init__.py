"""Desk checks: personal data, proofreading, links and media of every text and file, when it is saved and again when it is published.

    saved revision ──▶ run (checks/running): each text and file once, by digest of its content and of the rules
                          └─ heavy files wait for the job; the gate waits for them
    report_of(item, frozen) ──▶ remarks (place, words, reason, suggestion, holds or warns) ──▶ panel, editor, signers
    gate ──▶ publishing waits until each privacy finding is masked, or kept with its ground

What people decide (mend, mask, keep, vouch, take a masked copy) are actions (`actions/checks.py`). See docs/desk.md.
"""


def install() -> None:
    """Enter gate, panel, listener behind every save and jobs in the registries; once, when the room starts."""
    from django.db.models.signals import post_save
    from wagtail.models import Revision

    from gongkai.editions.gates import register_gate, register_item_panel
    from gongkai.ledger.jobs import Job, register_job
    from gongkai.publishing.checks import faults, gate, panel, running, saving

    register_gate(gate.GATE)
    register_item_panel(panel.PANEL)
    post_save.connect(saving.revision_saved, sender=Revision, dispatch_uid="gongkai.publishing.checks")
    register_job(Job("checks", "检查附件", running.work_off, 10))
    register_job(Job("links", "检查外部链接", faults.check_links, 210))
    register_job(Job("media", "检查图片和音视频", faults.check_files, 211))
