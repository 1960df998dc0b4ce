from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_newest_of_number'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchrow',
            name='facets',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
    ]
