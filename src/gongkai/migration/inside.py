"""What stands in an old file beside its words, as the desk counts it; here every such file waits for a person."""

from gongkai.checks.inside import unread_in

__all__ = ["unread_in"]
