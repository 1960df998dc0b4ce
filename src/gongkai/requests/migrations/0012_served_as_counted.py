from django.db import migrations
from django.db.models import F


def count_as_before(apps, schema_editor):
    """Take notices that were sent before as received on their day: their days were counted from it, and the applicants were told so."""
    letters = apps.get_model("requests", "Letter").objects
    letters.filter(kind__in=["correction", "fee"], served_on=None).update(served_on=F("made_on"))


class Migration(migrations.Migration):
    dependencies = [("requests", "0011_served_and_disputed")]

    operations = [migrations.RunPython(count_as_before, migrations.RunPython.noop)]
