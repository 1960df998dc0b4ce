"""Digests of letters to people outside are keyed: without the key nobody tries out whom they greet."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gongkai.vault.sealing import seal_digests


def seal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Seal what stands there."""
    seal_digests(apps.get_model("outbox", "Letter"), "letter", "digest")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_reported")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
