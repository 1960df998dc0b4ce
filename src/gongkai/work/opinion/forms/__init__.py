"""Forms of actions on cases and promises, and of registration."""

from gongkai.work.opinion.forms import cases, registering
from gongkai.work.opinion.forms.registering import PLATFORMS, PromiseForm, RegisterCaseForm
