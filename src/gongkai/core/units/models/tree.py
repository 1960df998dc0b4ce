"""Tree of rows: `path` is the chain of ids from the root (`/3/8/`), so a subtree is one indexed prefix."""

from django.db import models


class InTree(models.Model):
    """Abstract model with `parent`, `children` and `path`; saving updates the paths of the subtree."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save the row, and update `path` here and in all descendants."""
        new = self._state.adding
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        parent = getattr(self, "parent", None)
        path = f"{parent.path if parent else '/'}{self.pk}/"
        if path != getattr(self, "path", ""):
            setattr(self, "path", path)  # noqa: B010 - the field is the subclass's
            type(self)._base_manager.filter(pk=self.pk).update(**{"path": path})
            for child in () if new else self.children.all():  # type: ignore[attr-defined]
                child.save()
