"""Store the content of a request as the letters to third parties and other agencies quote it."""

import gongkai.core.vault.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests", "0007_letters_that_failed")]
    operations = [
        migrations.AddField(
            model_name="consultation",
            name="wording",
            field=gongkai.core.vault.fields.EncryptedTextField(
                blank=True, db_default="", default="", verbose_name="告知对方的申请内容"
            ),
        ),
    ]
