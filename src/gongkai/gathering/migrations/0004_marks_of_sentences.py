"""Marks by which texts are found that share sentences."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gathering", "0003_whole_texts_again")]

    operations = [
        migrations.AddField("gathered", f"band{at}", models.IntegerField(db_index=True, null=True))
        for at in range(4, 8)
    ]
