"""Check for `audit verify`: submissions match their digest and the log."""

from gongkai.core.acts.digest import canonical, digest
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import Verdict
from gongkai.oversight.annual.erasing import digests_left
from gongkai.oversight.annual.kind import KIND
from gongkai.oversight.annual.models import Submission


def submissions_hold() -> Verdict:
    """Recompute the digest of every submission, and compare it with the log."""
    count = 0
    left = digests_left()
    for submission in Submission.objects.select_related("report").iterator(chunk_size=200):
        count += 1
        moved = Movement.objects.filter(stream=f"entry/{submission.report_id}", action=f"{KIND}.hand_in")
        logged = {row.facts.get("digest") for row in moved}
        if (
            digest(canonical(submission.content)) != left.get(submission.pk, submission.digest)
            or submission.digest not in logged
        ):
            return Verdict(count, f"{submission}与报送时不一致")
    return Verdict(count)
