"""Clear the day of publication of documents that were withdrawn before their scheduled time."""

from django.db import migrations
from django.db.models import F


def clear(apps, schema_editor):
    Document = apps.get_model("editions", "Document")
    withdrawn = Document.objects.filter(editions__act="withdraw", editions__visible_from__lt=F("published_at"))
    for document in withdrawn.distinct().order_by("pk"):
        editions = document.editions.order_by("-number")
        until = None
        for edition in editions:  # as `windows.spans`
            if until is None or edition.visible_from < until:
                if edition.act == "publish":
                    break
                until = edition.visible_from
        else:
            document.published_at = None
            document.save(update_fields=["published_at"])


class Migration(migrations.Migration):
    dependencies = [("editions", "0004_opened")]
    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
