"""The portal's settings with Wagtail's page serving: the same middleware, database and templates."""

from gongkai.ops.config.settings import *  # noqa: F403
from gongkai.ops.config.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = ["benchmarks.plain", "wagtail.contrib.redirects", *INSTALLED_APPS]
ROOT_URLCONF = "benchmarks.plain.urls"
TEMPLATES[0]["OPTIONS"]["libraries"] = {"plain": "benchmarks.plain.tags"}
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003", "axes.W002", "urls.W002"]
