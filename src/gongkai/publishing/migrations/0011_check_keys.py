"""Results of checks are kept by what a thing is read as, too; masked copies remember by which decisions something stayed readable."""

from django.db import migrations, models


def forget(apps, schema_editor):
    """Drop what was found before: results are a cache, and some stood in for others."""
    apps.get_model("publishing", "CheckResult").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0010_search_heads")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="checkresult", name="checked_once"),
        migrations.AddField(
            model_name="maskedcopy",
            name="spared",
            field=models.JSONField(null=True, verbose_name="按保留决定未遮盖的"),
        ),
        migrations.AddConstraint(
            model_name="checkresult",
            constraint=models.UniqueConstraint(fields=("digest", "rules", "suffix"), name="checked_once"),
        ),
    ]
