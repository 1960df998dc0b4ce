"""Installations that show a site already were opened with their first publication, at the latest now."""

from django.db import migrations, models
from django.utils import timezone


def open_existing(apps, schema_editor):
    """An installation that shows a site is open; a new one has none yet and is prepared by `gongkai init`."""
    if not apps.get_model("editions", "Website").objects.exists():
        return
    first = apps.get_model("editions", "Document").objects.aggregate(at=models.Min("published_at"))["at"]
    at = min(first or timezone.now(), timezone.now())
    apps.get_model("editions", "Launch").objects.create(pk=1, started_at=at, opened_at=at)


class Migration(migrations.Migration):

    dependencies = [
        ('editions', '0003_launch'),
    ]

    operations = [
        migrations.RunPython(open_existing, migrations.RunPython.noop),
    ]
