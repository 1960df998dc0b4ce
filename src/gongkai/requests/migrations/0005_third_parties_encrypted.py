from django.db import migrations

import gongkai.vault.fields
from gongkai.vault.sealing import Secret


def encrypt(apps, schema_editor):
    """Encrypt the names and reasons that stood in the clear: read as they are, they are no secrets yet."""
    rows = apps.get_model("requests", "Consultation").objects
    for pk, who, reason in rows.values_list("pk", "who", "reason").iterator(1000):
        rows.filter(pk=pk).update(who=Secret.of(who.token), reason=Secret.of(reason.token))


class Migration(migrations.Migration):
    dependencies = [("requests", "0004_revoked")]

    operations = [
        migrations.AlterField(
            model_name="consultation",
            name="reason",
            field=gongkai.vault.fields.EncryptedTextField(blank=True, verbose_name="理由"),
        ),
        migrations.AlterField(
            model_name="consultation",
            name="who",
            field=gongkai.vault.fields.EncryptedTextField(verbose_name="征求意见对象"),
        ),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
    ]
