"""Letters that could not be signed are tried again; those that failed before, too."""

from django.db import migrations, models


def again(apps, schema_editor):
    """Let the letters that failed once be tried at the next round."""
    apps.get_model("requests", "SignedLetter").objects.filter(digest="").update(again_at=models.F("at"))


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
        migrations.RunPython(again, migrations.RunPython.noop),
    ]
