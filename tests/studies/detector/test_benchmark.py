from __future__ import annotations

from sam3viz.studies.detector.benchmark import measure_model
from tests.helpers.sam3_checkpoint import tiny_config, tiny_model


def test_sizes_and_times_are_those_of_the_configuration():
    told = measure_model(tiny_config())
    assert told["parameters"] == sum(p.numel() for p in tiny_model().parameters())
    assert told["input_side"] == 112
    assert told["memory_peak_gb"] >= told["memory_loaded_gb"] > 0
    assert told["box_edit_seconds"] > 0
    assert told["image_encoding_seconds"] >= 0
