"""Desk checks: personal data, proofreading, links and media of every text and file, when it is saved and again when it is published.

    saved revision ──▶ run (checks/running): each text and file once, by digest of its content and of the rules
                          └─ heavy files wait for the job; the gate waits for them
    report_of(item, frozen) ──▶ remarks (place, words, reason, suggestion, holds or warns) ──▶ panel, editor, signers
    gate ──▶ publishing waits until each privacy finding is masked, or kept with its ground

What people decide (mend, mask, keep, vouch, take a masked copy) are actions (`actions/checks.py`). See docs/desk.md.
"""
