"""Reviews that were waiting when stages came get the default's three: nothing goes out on one signature any more.

The plan is written out here as it was on this day; what was published before keeps its one approval, as history.
"""

from django.db import migrations

PLAN = {
    "stages": [
        {"name": "初审", "roles": ["reviewer", "signer", "lead", "chief"], "checklist": [], "days": 1},
        {"name": "复审", "roles": ["signer", "chief"], "checklist": [], "days": 1},
        {"name": "终审", "roles": ["lead", "chief"], "checklist": [], "days": 1},
    ],
    "drafter_first": False,
    "bulk_rows": 50,
    "after_days": 2,
}


def give_plans(apps, schema_editor):
    Review = apps.get_model("publishing", "Review")
    Placement = apps.get_model("publishing", "Placement")
    Person = apps.get_model("units", "Person")
    for review in Review.objects.filter(state="waiting", plan={}):
        rows = Placement.objects.filter(document__source=f"item/{review.item_id}")
        people = set(Person.objects.filter(user_id__in=review.authors).values_list("pk", flat=True))
        people |= {review.submitted_person} if review.submitted_person else set()
        review.plan = PLAN
        review.columns = sorted(
            {intended or column for intended, column in rows.values_list("intended_id", "column_id")}
        )
        review.author_people = sorted(people)
        review.held_since = review.submitted_at
        review.holders = "|reviewer|signer|lead|chief|"
        marks = [f"p{n}" for n in sorted(people)] + [f"u{n}" for n in sorted(review.authors)]
        review.barred = "|" + "".join(f"{mark}|" for mark in marks)
        review.save()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0008_site_leader"), ("units", "0002_reviewer_role")]

    operations = [migrations.RunPython(give_plans, migrations.RunPython.noop)]
