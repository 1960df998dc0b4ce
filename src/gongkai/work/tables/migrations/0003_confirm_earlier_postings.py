"""Keep postings of earlier versions public."""

from django.db import migrations
from django.utils import timezone


def keep_public(apps, schema_editor):
    """Mark the postings of earlier versions as confirmed."""
    apps.get_model("tables", "Posting").objects.update(confirmed_by="（升级前登记）", confirmed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("tables", "0002_posting_confirmed")]
    operations = [migrations.RunPython(keep_public, migrations.RunPython.noop)]
