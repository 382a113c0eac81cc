"""What a visitor may have chosen instead of the shipped weights."""

from __future__ import annotations

from app.services.analyses import TrainedWeights
from tests.helpers.analyzers import untrained


def trained_here(*names: str) -> TrainedWeights:
    """Return weights as if a visitor had trained them on a tiny backbone."""
    return TrainedWeights("of one visitor", untrained(*names), names)
