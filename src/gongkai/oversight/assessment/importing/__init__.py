"""Import and export of indicators, evaluation sheets, training, staff and funds."""

from gongkai.oversight.assessment.importing.evaluation import EVALUATION, EvaluationImporter, evaluation_rows
from gongkai.oversight.assessment.importing.indicators import INDICATORS, IndicatorsImporter, indicator_rows
from gongkai.oversight.assessment.importing.registers import (
    PROVISION,
    TRAINING,
    ProvisionImporter,
    TrainingImporter,
)

ALL = (IndicatorsImporter(), EvaluationImporter(), TrainingImporter(), ProvisionImporter())

__all__ = ["ALL", "EVALUATION", "INDICATORS", "PROVISION", "TRAINING", "evaluation_rows", "indicator_rows"]
