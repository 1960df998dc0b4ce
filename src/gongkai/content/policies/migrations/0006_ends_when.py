from django.db import migrations, models

_FIELD = {"blank": True, "editable": False, "max_length": 200, "null": True, "verbose_name": "失效的条件"}


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0005_rounds_of_decisions"),
    ]

    #: The job `policy_titles` fills in existing records.
    operations = [
        migrations.AddField(model_name="policyrecord", name="ends_when", field=models.CharField(**_FIELD)),
        migrations.AlterField(model_name="policyrecord", name="ends_when", field=models.CharField(**_FIELD, default="")),
    ]
