"""Check texts and files for personal data, wording errors, broken links and broken media.

`report.get_check_report(source, frozen)` checks each text and file once (`check_runs`), by the digest of its
content and of the rules. Large files are left to a job. The result is a list of `ShownFinding`s: place,
words, reason, suggestion, and whether the finding blocks publication. The gate (`report.CHECKS_GATE`) refuses
publication until each privacy finding is masked, or kept on a legal ground. Changing an item for a
finding (correct, mask) belongs to the app publishing. See docs/desk.md.
"""
