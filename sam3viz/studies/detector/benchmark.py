"""`python -m sam3viz.studies.detector.benchmark`: memory and time of SAM 3 at full size, with random weights.

Random weights say nothing of what the model sees; its sizes, and so its time and memory, are those of the real one.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.encoders.device import default_device
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.studies.detector.detector import Detector
from sam3viz.types import Exemplar, ReferenceImage

BOXES = tuple(Exemplar((60.0 + 90 * k, 40, 130 + 90 * k, 120), 1 if k < 2 else -1) for k in range(3))
REPETITIONS = 5


def main() -> None:
    """Build the model, measure, and print one JSON object."""
    argparse.ArgumentParser(prog="python -m sam3viz.studies.detector.benchmark", description=__doc__).parse_args()
    from transformers import Sam3Config

    print(json.dumps(measure_model(Sam3Config()), indent=1))


def measure_model(config: Any) -> dict[str, float]:  # noqa: ANN401 transformers is an extra
    """Time an image encoding, a box edit (exemplar tokens and heat) and a detection, in seconds; and memory in GB.

    Args:
        config: a `Sam3Config` of transformers.
    """
    from transformers import Sam3Model

    with default_device():
        model = Sam3Model(config).eval()
    backbone = Sam3Backbone(model)
    analyzer = Analyzer(backbone, own_bridges(backbone))
    loaded = _peak_memory()
    image = Image.effect_noise((640, 480), 80).convert("RGB")
    encoding = _median_seconds(lambda: analyzer.encode(image), 1)
    references = [analyzer.encode_reference(ReferenceImage(image, BOXES))]
    edit = _median_seconds(lambda: analyzer.search(image, references, use_box_position=True), REPETITIONS)
    with analyzer.exclusive():
        detector = Detector(backbone)
        vision = backbone.vision_output(analyzer.encode(image))
        detection = _median_seconds(lambda: detector(vision, torch.randn(4, backbone.dim), (480, 640)), 1)
    return {
        "parameters": float(sum(p.numel() for p in model.parameters())),
        "input_side": backbone.size,
        "image_encoding_seconds": round(encoding, 2),
        "box_edit_seconds": round(edit, 3),
        "box_edit_share_of_encoding": round(edit / encoding, 4),
        "detection_seconds": round(detection, 2),
        "memory_loaded_gb": loaded,
        "memory_peak_gb": _peak_memory(),
        "threads": torch.get_num_threads(),
    }


def _median_seconds(work: Callable[[], object], repetitions: int) -> float:
    """Return the median wall time of some work."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def _peak_memory() -> float:
    """Return the largest resident memory of this process so far, in GB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


if __name__ == "__main__":
    main()
