"""Claims proven by an identity provider, and the error of a failed sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.core.signin.identity.providers import Provider
from gongkai.core.widgets.query_parameters import is_storable


class SignInFailed(Exception):
    """A refused sign-in: `words` for the user, `logged` for the operation log."""

    def __init__(self, words: str, logged: str = "") -> None:
        super().__init__(words)
        self.words, self.logged = words, logged or words


@dataclass(frozen=True)
class IdentityClaims:
    """The claims that a provider proved: `identifier` and `name` of the person, true if a second factor was passed
    (`factor`), subject and session id (`sid`) at the provider."""

    provider: Provider
    identifier: str
    name: str
    factor: bool
    subject: str
    sid: str = ""
    #: The ID token, used to end the provider's session.
    hint: str = ""

    def kept(self) -> dict[str, object]:
        """Return the values to store in the session, for sign-out at the provider and for the second factor."""
        return {
            "provider": self.provider.name,
            "subject": self.subject,
            "sid": self.sid,
            "hint": self.hint,
            "factor": self.factor,
        }

    def in_words(self) -> str:
        """Return the text for the operation log."""
        return f"{self.provider.label}标识“{self.identifier}”" + ("，已由其第二重验证" if self.factor else "")


def claim_texts(value: object) -> list[str]:
    """Return the texts of a claim with one or several values, without those that no database accepts."""
    values = value if isinstance(value, list | tuple) else [value]
    texts = [str(text).strip() for text in values if isinstance(text, str | int)]
    return [text for text in texts if text and is_storable(text)]


def parse_claims(provider: Provider, attributes: Mapping[str, object], **session: str) -> IdentityClaims:
    """Parse the attributes sent by an identity provider, and add values of its session.

    Raises:
        SignInFailed: the configured identifier is missing or ambiguous.
    """
    identifiers = claim_texts(attributes.get(provider.identifier))
    if len(identifiers) != 1 or len(identifiers[0]) > 200:
        raise SignInFailed(
            f"{provider.label}没有给出您的人员标识（{provider.identifier}），请联系系统管理员。",
            f"{provider.label}：没有唯一的标识 {provider.identifier}",
        )
    proven_pairs = {(claim, text) for claim, _ in provider.factor for text in claim_texts(attributes.get(claim))}
    return IdentityClaims(
        provider,
        identifiers[0],
        next(iter(claim_texts(attributes.get(provider.person_name))), "")[:60],
        bool(proven_pairs & provider.factor),
        session.pop("subject", "") or identifiers[0],
        **session,
    )
