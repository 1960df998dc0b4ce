"""Letters that could not be signed are tried again: how often it was tried, and when next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0005_signed_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="signedletter",
            name="again_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="再试时间"),
        ),
        migrations.AddField(
            model_name="signedletter",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="已试次数"),
        ),
    ]
