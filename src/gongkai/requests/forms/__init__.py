"""The fields of what is done to a request."""

from gongkai.requests.forms.acts import enter
from gongkai.requests.forms.register import RegisterForm

__all__ = ["RegisterForm", "enter"]
