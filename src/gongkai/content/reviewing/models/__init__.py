"""Models of reviews, schemes and signatures."""

from gongkai.content.reviewing.models.reviews import Review, ReviewScheme, ReviewState, SecrecySheet
from gongkai.content.reviewing.models.signatures import (
    Coordination,
    Opinion,
    PaperRecord,
    PaperState,
    ReviewTold,
    Shown,
    Signature,
    SignatureNote,
    SignatureVerdict,
)
