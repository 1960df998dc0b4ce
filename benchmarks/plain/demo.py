"""Settings of the demo page: the defaults of `wagtail start` and of the bakery demo, without any code of Gongkai."""

from benchmarks.plain.settings import *  # noqa: F403
from benchmarks.plain.settings import TEMPLATES

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
TEMPLATES[0]["OPTIONS"]["context_processors"].insert(0, "django.template.context_processors.debug")
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
