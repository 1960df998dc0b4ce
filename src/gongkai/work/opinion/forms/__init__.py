"""Forms of actions on cases and promises, and of registration."""

from gongkai.work.opinion.forms import cases, registration
from gongkai.work.opinion.forms.registration import PLATFORMS, PromiseForm, RegisterCaseForm
