"""Proof of work (ALTCHA) for browsers, and a question for those without scripts.

Both are bound to the form's token and valid for one form. Nothing is fetched or stored.
"""

import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from unicodedata import normalize
from urllib.parse import parse_qs

from altcha import ChallengeOptionsV1, create_challenge_v1, verify_solution_v1
from django.core import signing
from django.utils.crypto import salted_hmac

from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.chinese.numerals import to_int, to_words

# Maximum number to try: under a second on a cheap phone, expensive for floods.
MAX_CHALLENGE_NUMBER = 60_000
#: Validity of a challenge.
CHALLENGE_LIFETIME = timedelta(hours=24)
_QUESTION_SALT = "gongkai.intake.question"


def _get_secret() -> str:
    return salted_hmac("gongkai.intake.proof", "").hexdigest()


def new_challenge(token: str) -> dict[str, object]:
    """Return the ALTCHA challenge of a form."""
    options = ChallengeOptionsV1(
        algorithm="SHA-256",
        max_number=MAX_CHALLENGE_NUMBER,
        hmac_key=_get_secret(),
        expires=datetime.now(UTC) + CHALLENGE_LIFETIME,
        params={"form": _digest_token(token)},
    )
    made = create_challenge_v1(options)
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def is_solved(token: str, solution: str) -> bool:
    """Return true if a solution belongs to the challenge of this form."""
    if not solution or len(solution) > 2000:
        return False
    try:
        given = json.loads(solution)
        ours = parse_qs(str(given["salt"]).partition("?")[2]).get("form") == [_digest_token(token)]
        right, _ = verify_solution_v1(given, _get_secret(), check_expires=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(ours and right)


def _digest_token(token: str) -> str:
    return keyed_digest("proof", token)[:24]


def new_question(token: str) -> tuple[str, str]:
    """Return an accessible question and its signed key."""
    first, second = secrets.randbelow(8) + 1, secrets.randbelow(8) + 1
    key = signing.dumps(
        [_digest_token(token), _digest_answer(token, first + second)], salt=_QUESTION_SALT, compress=True
    )
    return f"{to_words(first)}加{to_words(second)}等于几？", key


def is_answered(token: str, key: str, answer: str) -> bool:
    """Return true if an answer is right: digits in either width or a word (十二)."""
    try:
        form, right = signing.loads(key, salt=_QUESTION_SALT, max_age=CHALLENGE_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    number = to_int(normalize("NFKC", "".join(answer.split())[:8]))
    same = number is not None and hmac.compare_digest(right, _digest_answer(token, number))
    return same and hmac.compare_digest(form, _digest_token(token))


def _digest_answer(token: str, number: int) -> str:
    return keyed_digest("answer", f"{token}/{number}")[:24]
