"""What `publish` gets from the reviews: a text and the review that it was signed in."""

from datetime import datetime

from gongkai.content.editions.actions.publishing import Approval
from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.sources import OutgoingText
from gongkai.content.editions.windows import public_from
from gongkai.content.reviewing.against import USED, speak_against, too_early
from gongkai.content.reviewing.cases import Case, approvals_of, companion_of, logged_of
from gongkai.content.reviewing.owed import postponed
from gongkai.content.reviewing.voices import flag_of
from gongkai.core.acts.action import Conflict
from gongkai.core.acts.together import waiting_on
from gongkai.core.acts.versions import save_if


class Signed(Approval):
    """A text that its review signed. With `companion`, it goes out at the time of that document, which has its own signatures.

    The log is read when the signatures are verified: the last one must stand in it by then, or wait to be written with what it leads to. Where it
    waits, the case was put together in this very act, and so was what it has of the log.
    """

    def __init__(self, text: OutgoingText, case: Case, *, companion: Document | None = None) -> None:
        super().__init__(text)
        self.case = case
        self.companion = companion
        self.start = public_from(companion.editions.all()) if companion else case.review.visible_from
        self.settles = not case.urgent

    def faults(self, visible_from: datetime | None, now: datetime) -> list[str]:
        """Hold text, submission, signatures and sheet against each other and against the log."""
        self._read_log()
        return [
            *speak_against(self.text, self.case),
            *too_early(None if self.case.urgent else self.start, visible_from, now),
            *postponed(self.text.source.stream, visible_from, now),
        ]

    def _read_log(self) -> None:
        review = self.case.review
        if said := waiting_on(review.source):
            for one in said:
                self.case.log.take(review, *one)
        else:
            self.case.log = logged_of(review)

    def rows(self) -> list[dict[str, object]]:
        """Return every signature, the sheet, urgency and opinions."""
        rows = approvals_of(self.case, flag_of(self.text))
        if self.companion and self.start:
            rows.append(companion_of(self.case, self.companion, self.start))
        return rows

    def use(self, edition: Edition) -> None:
        """Write the edition into the review.

        Raises:
            Conflict: the review was used since it was read.
        """
        review, seen = self.case.review, self.case.review.version
        review.edition_id, review.version = edition.pk, seen + 1
        if not save_if(review, version=seen):
            raise Conflict(USED)
