"""Bot protection: honeypot field, minimum time, proof of work or question.

Forms of the registry get it from `handling`; small forms use `Guarded` (`intake/person.html`) and
`judge`.
"""

from dataclasses import dataclass

from django.http import QueryDict

from gongkai.core.intake import proof, throttle
from gongkai.core.intake.forms import tokens

TRAP = "没有收到：请不要填写标明“请不要填写”的那一栏，过几秒再提交一次。"
SOON = "提交得太快了，请核对内容后再提交一次。"
PROVE = "请回答这道题，证明不是机器自动提交。"
AGAIN = "答案不对，请再答一次新的题目。"
STALE = "这个页面打开得太久了，请核对后再提交一次。"


def against(form: str, token: str, post: QueryDict, address: str) -> tuple[str, str]:
    """Return the faults that indicate a bot: for the form and for the question."""
    if post.get("website"):
        return TRAP, ""
    if tokens.too_soon(form, token):
        return SOON, ""
    nonce = tokens.nonce_of(form, token)
    if proof.solved(nonce, post.get("proof", "")):
        return "", ""
    return "", _find_question_fault(nonce, post, address)


def _find_question_fault(nonce: str, post: QueryDict, address: str) -> str:
    answer = post.get("answer", "").strip()
    if not answer:
        return PROVE
    if throttle.WRONG_ANSWERS.full(address):
        return "答错的次数太多，请十分钟后再试。"
    if proof.answered(nonce, post.get("question", ""), answer):
        return ""
    throttle.WRONG_ANSWERS.hit(address)
    return AGAIN


@dataclass
class Guarded:
    """Bot protection of a form page; `once.claim(form, nonce)` makes a solution valid once."""

    form: str
    token: str
    fault: str = ""
    question_fault: str = ""

    @property
    def nonce(self) -> str:
        """The unique part of the token; "" if the token is invalid or expired."""
        return tokens.nonce_of(self.form, self.token)

    @property
    def challenge(self) -> dict[str, object]:
        """The proof-of-work challenge for the browser."""
        return proof.challenge(self.nonce)

    @property
    def question(self) -> dict[str, str]:
        """The question for browsers without scripts."""
        words, key = proof.question(self.nonce)
        return {"words": words, "key": key}

    @property
    def wrong(self) -> bool:
        """Return whether the form must not be sent."""
        return bool(self.fault or self.question_fault)

    def anew(self) -> "Guarded":
        """Return the protection for a redisplayed page, with a new token."""
        return Guarded(self.form, tokens.new_token(self.form), self.fault, self.question_fault)


def guard(form: str) -> Guarded:
    """Return the protection of a new form page."""
    return Guarded(form, tokens.new_token(form))


def judge(form: str, post: QueryDict, address: str) -> Guarded:
    """Return the protection of a submitted form with its faults."""
    token = post.get("form_token", "")
    if not tokens.nonce_of(form, token):
        return Guarded(form, token, STALE)
    return Guarded(form, token, *against(form, token, post, address))
