"""Models of sign-in: operations, sessions, former passwords, identities, passkeys."""

from gongkai.core.signin.models.identities import Identity
from gongkai.core.signin.models.operations import Operation, OperationKind
from gongkai.core.signin.models.passkeys import Passkey
from gongkai.core.signin.models.passwords import PastPassword
from gongkai.core.signin.models.sessions import Session

__all__ = ["Identity", "Operation", "OperationKind", "Passkey", "PastPassword", "Session"]
