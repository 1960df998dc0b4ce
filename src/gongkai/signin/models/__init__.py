"""State of the room: operations, sessions with their owner, passwords used before, identities, passkeys."""

from gongkai.signin.models.identities import Identity
from gongkai.signin.models.operations import Operation, OperationKind
from gongkai.signin.models.passkeys import Passkey
from gongkai.signin.models.passwords import PastPassword
from gongkai.signin.models.sessions import Session

__all__ = ["Identity", "Operation", "OperationKind", "Passkey", "PastPassword", "Session"]
