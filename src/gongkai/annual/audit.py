"""What `audit verify` recomputes of this room: that what was handed in says what its digest and the log say, or nothing where law erased it."""

from gongkai.acts.digest import canonical, digest
from gongkai.acts.models import Movement
from gongkai.acts.seal import Verdict
from gongkai.annual.erasing import digests_left
from gongkai.annual.kind import KIND
from gongkai.annual.models import Submission


def submissions_hold() -> Verdict:
    """Recompute the digest of every submission, and hold it against the movement that handed it in."""
    count = 0
    left = digests_left()
    for one in Submission.objects.select_related("report").iterator(chunk_size=200):
        count += 1
        moved = Movement.objects.filter(stream=f"entry/{one.report_id}", action=f"{KIND}.hand_in")
        logged = {row.facts.get("digest") for row in moved}
        if digest(canonical(one.content)) != left.get(one.pk, one.digest) or one.digest not in logged:
            return Verdict(count, f"{one}与报送时不一致")
    return Verdict(count)
