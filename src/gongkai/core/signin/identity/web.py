"""How identities are asked over HTTP: by `requests`, as the clients of their protocols do. Read only where an identity is configured."""

from requests import RequestException, Session

__all__ = ["RequestException", "Session"]
