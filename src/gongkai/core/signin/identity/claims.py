"""What a provider proved of somebody, and what is said where it proved nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.core.signin.identity.providers import Provider


class SignInFailed(Exception):
    """A sign-in that was not let in. `words` are for the person, `logged` for the operation log (the same where nothing is said)."""

    def __init__(self, words: str, logged: str = "") -> None:
        super().__init__(words)
        self.words, self.logged = words, logged or words


@dataclass(frozen=True)
class Claims:
    """An identifier that a provider proved, the name it knows, whether it asked for a second factor, and its session there."""

    provider: Provider
    identifier: str
    name: str
    factor: bool
    subject: str
    sid: str = ""
    #: The ID token, by which the provider's own session is ended.
    hint: str = ""

    def kept(self) -> dict[str, object]:
        """Return what the session keeps of it."""
        return {
            "provider": self.provider.name,
            "subject": self.subject,
            "sid": self.sid,
            "hint": self.hint,
            "factor": self.factor,
        }

    def in_words(self) -> str:
        """Return what the operation log says beside a sign-in."""
        return f"{self.provider.label}标识“{self.identifier}”" + ("，已由其第二重验证" if self.factor else "")


def texts_of(value: object) -> list[str]:
    """Return the texts of a claim or an attribute, which may have one value or several."""
    values = value if isinstance(value, list | tuple) else [value]
    return [str(part).strip() for part in values if isinstance(part, str | int) and str(part).strip()]


def claims_of(provider: Provider, said: Mapping[str, object], **session: str) -> Claims:
    """Read what a provider said.

    Raises:
        SignInFailed: the configured identifier is not among it, or is not one.
    """
    found = texts_of(said.get(provider.identifier))
    if len(found) != 1 or len(found[0]) > 200:
        raise SignInFailed(
            f"{provider.label}没有给出您的人员标识（{provider.identifier}），请联系系统管理员。",
            f"{provider.label}：没有唯一的标识 {provider.identifier}",
        )
    passed = {(claim, text) for claim, _ in provider.factor for text in texts_of(said.get(claim))}
    return Claims(
        provider,
        found[0],
        next(iter(texts_of(said.get(provider.person_name))), "")[:60],
        bool(passed & provider.factor),
        session.pop("subject", "") or found[0],
        **session,
    )
