"""A CAS test server (django-mama-cas), run by the Python of `make identity`: cas_server.py PORT SERVICE-PATTERN."""

import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

port, service = sys.argv[1:]
folder = Path(tempfile.mkdtemp())


def attributes(user, service):
    return {"employeeNumber": "yl-0001", "name": user.first_name, "credentialType": "otp"}


if __name__ == "__main__":
    sys.modules["cas_server"] = sys.modules["__main__"]
    settings.configure(
        SECRET_KEY="test",
        DEBUG=True,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="mama_cas.urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "mama_cas",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "cas.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        STATIC_URL="/static/",
        MAMA_CAS_SERVICES=[
            {"SERVICE": service, "CALLBACKS": ["cas_server.attributes"], "LOGOUT_ALLOW": True, "PROXY_ALLOW": False}
        ],
        MAMA_CAS_ENABLE_SINGLE_SIGN_OUT=True,
        MAMA_CAS_FOLLOW_LOGOUT_URL=True,
        MAMA_CAS_ATTRIBUTE_CALLBACKS=[],
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from django.contrib.auth import get_user_model

    get_user_model().objects.create_user("zhoumin", password="own-secret-1", first_name="Zhou Min")
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, verbosity=0)
