"""Give documents that end by their own words with an event a state of their own; a job brings their pages in step."""

from django.db import migrations
from django.db.models import Q


def rewrite(apps, schema_editor):
    """As `states.stretches`: no day tells the end, and no extension set one."""
    record, decision = apps.get_model("policies", "PolicyRecord"), apps.get_model("policies", "Decision")
    extended = decision.objects.filter(what="extend", until__isnull=False, effective_at__isnull=False, undone_at=None)
    open_ended = record.objects.filter(~Q(ends_when=""), ends_when__isnull=False, ends_on=None)
    open_ended = open_ended.exclude(pk__in=extended.values("record"))
    spans = apps.get_model("policies", "Span").objects.filter(state="in_force", record__in=open_ended.values("pk"))
    spans.update(state="open_ended")


class Migration(migrations.Migration):
    dependencies = [("policies", "0007_open_ended")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
