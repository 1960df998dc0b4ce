"""Check texts and files for personal data, wording errors, links and media, on saving and before publication.

    report_of(source, frozen) ──▶ each text and file is checked once, by digest of its content and of the rules (`running`)
                          │          └─ heavy files wait for the job; the gate waits for them
                          └──▶ remarks (place, words, reason, suggestion, holds or warns), with what people decided on them
    gate ──▶ publishing waits until each privacy finding is masked, or kept with its ground

Whatever is a `Source` is checked; what is changed in an item for a finding (mend, mask, a masked copy) is publishing's. See docs/desk.md.
"""
