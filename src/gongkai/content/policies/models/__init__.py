"""Models of the policy library."""

from gongkai.content.policies.models.cleanup import (
    CleanupCase,
    CleanupRound,
    CleanupTask,
    CleanupVerdict,
    RoundState,
    ValidityTask,
)
from gongkai.content.policies.models.records import Decision, PolicyLevel, PolicyRecord, Span
from gongkai.content.policies.models.relations import (
    BACKWARD_LABELS,
    FORWARD_LABELS,
    RELATIONS_FROM_ITEMS,
    Relation,
    RelationKind,
)
from gongkai.content.policies.models.texts import Asked, ComparisonResult, KeptText, Use, WaitingFile
from gongkai.content.policies.models.uploading import (
    SHOWN_STANDING_CHOICES,
    TAKEN_DOWN_STANDING,
    FiledRow,
    Upload,
    UploadBack,
    UploadedScope,
    UploadTask,
    UpperLibrary,
)
