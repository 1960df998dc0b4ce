from django.db import migrations, models

from gongkai.intake.particulars import find_by


def find_by_name(apps, schema_editor):
    """Write the digests of the names that are there."""
    rows = apps.get_model("intake", "Party").objects
    for pk, name in rows.filter(erased_at=None).values_list("pk", "name").iterator(1000):
        rows.filter(pk=pk).update(name_digest=find_by("name", name.reveal()))


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_fax")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="name_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="姓名或者名称摘要值"),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("name_digest", ""), _negated=True), fields=["name_digest"], name="party_name"
            ),
        ),
        migrations.RunPython(find_by_name, migrations.RunPython.noop),
    ]
