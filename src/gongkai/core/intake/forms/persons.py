"""Whether a person sent a form: the hidden field, the time it was shown, the proof of work or the question in its place.

Forms of the registry have it from `handling`; a small form with a page of its own shows `Guarded` (`intake/person.html`) and asks `judge`.
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
    """Return what speaks against a person: of the form as a whole, and of the question; two empty ones where nothing does."""
    if post.get("website"):
        return TRAP, ""
    if tokens.too_soon(form, token):
        return SOON, ""
    nonce = tokens.nonce_of(form, token)
    if proof.solved(nonce, post.get("proof", "")):
        return "", ""
    return "", _question_fault(nonce, post, address)


def _question_fault(nonce: str, post: QueryDict, address: str) -> str:
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
    """What the page of a small form needs to be protected as the others are. One solution sends it once: `once.claim(form, nonce)`."""

    form: str
    token: str
    fault: str = ""
    question_fault: str = ""

    @property
    def nonce(self) -> str:
        """What is unique in the token; "" for one that is none or too old."""
        return tokens.nonce_of(self.form, self.token)

    @property
    def challenge(self) -> dict[str, object]:
        """What the browser solves."""
        return proof.challenge(self.nonce)

    @property
    def question(self) -> dict[str, str]:
        """What is asked where no script runs."""
        words, key = proof.question(self.nonce)
        return {"words": words, "key": key}

    @property
    def wrong(self) -> bool:
        """Whether it is not to be sent."""
        return bool(self.fault or self.question_fault)

    def anew(self) -> "Guarded":
        """Return the same for the page that is shown again, with a token of its own."""
        return Guarded(self.form, tokens.new_token(self.form), self.fault, self.question_fault)


def guard(form: str) -> Guarded:
    """Return what a form needs that is shown now."""
    return Guarded(form, tokens.new_token(form))


def judge(form: str, post: QueryDict, address: str) -> Guarded:
    """Return what speaks against a form that was sent."""
    token = post.get("form_token", "")
    if not tokens.nonce_of(form, token):
        return Guarded(form, token, STALE)
    return Guarded(form, token, *against(form, token, post, address))
