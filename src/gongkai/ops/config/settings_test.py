"""Test settings: a temporary data folder, fast password hashing, mail in memory."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="gongkai-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["GONGKAI_DATA"] = _folder
for _name in ("DATABASE_URL", "GONGKAI_REPLICA_URL", "GONGKAI_FILES"):
    os.environ.pop(_name, None)
# Servers that tests start, too: a password signs in. tests/core/signin enables the second factor.
os.environ["GONGKAI_SECOND_FACTOR"] = "off"
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from gongkai.ops.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
GONGKAI_CHECK_BEHIND = False
GONGKAI_API_RATE = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["OPTIONS"] |= {"cached_statements": 5_000}  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "test.sqlite3")}  # noqa: F405
