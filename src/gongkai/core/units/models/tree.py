"""Rows that hang in a tree: `path` is the chain of numbers from the top (`/3/8/`), so that a subtree is one indexed prefix."""

from django.db import models


class InTree(models.Model):
    """What a body and a column share: a model with `parent`, `children` and `path` keeps its path in step when it is saved.

    The subtree moves with its top. The fields stay with each model: what they are called and where they point differs.
    """

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, and bring `path`, and those of everything below, in step with the parent."""
        new = self._state.adding
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        parent = getattr(self, "parent", None)
        path = f"{parent.path if parent else '/'}{self.pk}/"
        if path != getattr(self, "path", ""):
            setattr(self, "path", path)  # noqa: B010 - the field is the subclass's
            type(self)._base_manager.filter(pk=self.pk).update(**{"path": path})
            for child in () if new else self.children.all():  # type: ignore[attr-defined]
                child.save()
