"""Recovery codes that stand in the clear become keyed digests; their owners go on using them."""

from typing import Any

from django.db import migrations

#: How long a code is in the clear; a digest is longer.
CLEAR = 10


def hide(apps: Any, _: Any) -> None:
    from gongkai.signin.factors import digest_of

    for one in apps.get_model("otp_static", "StaticToken").objects.all():
        if len(one.token) == CLEAR:
            one.token = digest_of(one.token)
            one.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_initial"), ("otp_static", "0003_add_timestamps")]
    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
