"""Digests of orders and mails are keyed: without the key nobody tries out whose words they are."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gongkai.vault.sealing import seal_digests


def seal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Seal what stands there."""
    seal_digests(apps.get_model("consultation", "ExchangeOrder"), "order", "digest")
    seal_digests(apps.get_model("consultation", "IncomingMail"), "message", "message_key", "content_key")


class Migration(migrations.Migration):
    dependencies = [("consultation", "0004_kept_because")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
