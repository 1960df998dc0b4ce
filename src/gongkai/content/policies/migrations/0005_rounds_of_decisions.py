"""Until now only the first words of its reason said that a clean-up took a decision."""

from django.db import migrations


def name_rounds(apps, schema_editor):
    """Set the round of decisions whose reason says that a clean-up took them, where the round had a case for the document."""
    Decision = apps.get_model("policies", "Decision")
    Case = apps.get_model("policies", "CleanupCase")
    for decision in Decision.objects.filter(reason__startswith="文件清理：").select_related("announced_in"):
        cases = Case.objects.filter(record=decision.record_id, round__state__in=("signing", "closed"))
        if decision.announced_in_id:
            cases = cases.filter(round__item_number=decision.announced_in.item_number)
        if case := cases.order_by("-round").first():
            Decision.objects.filter(pk=decision.pk).update(round=case.round_id)


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_decision_round"),
    ]

    operations = [
        migrations.RunPython(name_rounds, migrations.RunPython.noop),
    ]
