"""Letters that could not be signed before tries were counted are tried at the next round."""

from django.db import migrations, models


def again(apps, schema_editor):
    """Say when: now."""
    apps.get_model("requests", "SignedLetter").objects.filter(digest="").update(again_at=models.F("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0006_letters_tried_again"),
    ]

    operations = [
        migrations.RunPython(again, migrations.RunPython.noop),
    ]
