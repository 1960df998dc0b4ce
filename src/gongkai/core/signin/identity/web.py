"""HTTP client for identity providers (`requests`); imported only if one is configured."""

from requests import RequestException, Session

__all__ = ["RequestException", "Session"]
