"""One analysis with the shipped weights for all tests of this folder."""

from __future__ import annotations

import pytest

from sam3viz import Analysis, Analyzer
from sam3viz.data.examples import load_examples


@pytest.fixture(scope="session")
def example_analysis() -> Analysis:
    example = next(iter(load_examples().values()))
    return Analyzer.from_pretrained().analyze(example.image(), example.exemplars)
