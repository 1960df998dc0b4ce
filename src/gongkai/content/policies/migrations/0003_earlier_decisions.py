from django.db import migrations, models


def keep_effective(apps, schema_editor):
    """Set the time of effect of decisions of earlier versions: they took effect when they were recorded."""
    Decision = apps.get_model("policies", "Decision")
    Decision.objects.update(effective_at=models.F("made_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0002_signed_decisions'),
    ]

    operations = [
        migrations.RunPython(keep_effective, migrations.RunPython.noop),
    ]
