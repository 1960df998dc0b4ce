"""De-identification of comments, and of texts that are published about them."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet

from gongkai.core.intake.deidentification import DeidentifiedText, Identities, deidentify, find_mentions
from gongkai.core.intake.held import Particulars
from gongkai.core.intake.models import Party
from gongkai.lib.privacy import find, mask
from gongkai.work.participation.models import Comment

#: Replaces the name of a commenter in masked texts.
COMMENTER_WORD = "某某"
#: Commenters of whom all forms of their names are searched for; of further ones only full names and
#: numbers.
MAX_SEARCHED_COMMENTERS = 1000
_PARTIES_PER_QUERY = 500
# Maximum number of words that a refusal lists.
_MAX_WORDS_LISTED = 3


def mask_comment(words: str, said: Particulars | None = None) -> str:
    """Return a comment as staff read it in lists (slow: about a millisecond).

    Args:
        words: the comment.
        said: name and contact of the commenter, if given.
    """
    if said is None:
        return mask(words.strip())[0]
    found = Identities()
    found.add_particulars(said, COMMENTER_WORD)
    return deidentify(words.strip(), found).text


def get_commenter_identities(comments: QuerySet[Comment]) -> Identities:
    """Return the words that identify the commenters of some comments."""
    found, parties = Identities(), _parties_of(comments)
    for party in islice(parties, MAX_SEARCHED_COMMENTERS):
        found.add_party(party, COMMENTER_WORD)
    for party in parties:
        values = (party.name.reveal(), party.phone.reveal(), party.email.reveal())
        found.words |= {value: COMMENTER_WORD for value in values if len(value) > 1}
    return found


def _parties_of(comments: QuerySet[Comment]) -> Iterator[Party]:
    matters = [f"comment/{number}" for number in comments.order_by("number").values_list("pk", flat=True)]
    for start in range(0, len(matters), _PARTIES_PER_QUERY):
        yield from Party.objects.filter(matter__in=matters[start : start + _PARTIES_PER_QUERY], erased_at=None)


def hide_commenters(text: str, comments: QuerySet[Comment]) -> DeidentifiedText:
    """Return a text without the commenters and other personal data."""
    return deidentify(text, get_commenter_identities(comments))


def find_personal_words(text: str, identities: Identities) -> list[str]:
    """Return the words of a text that name a commenter or are other personal data."""
    words = [*find_mentions(text, identities), *(one.text for one in find(text))]
    return list(dict.fromkeys(words))[:_MAX_WORDS_LISTED]
