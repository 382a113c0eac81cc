"""A training run watched on one picture: what its bridges made of it at several moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import Bridge
from sam3viz.bridges.checkpoints import bridge_metadata, load_bridge
from sam3viz.encoders import Backbone
from sam3viz.inference.replay import Moment, Replay, replay_run
from sam3viz.training.snapshots import find_snapshots
from sam3viz.types import Exemplar

ORIGIN_KEYS = ("command", "commit", "data", "seed", "schedule", "alignment_weight")
"""What a replay repeats of the metadata of weights, joined where the runs differ."""


def replay_bridges(
    analyzer: Analyzer, bridges: Mapping[int, Bridge], image: Image.Image, exemplars: Sequence[Exemplar]
) -> tuple[Moment, ...]:
    """Analyse one picture with one variant's weights of several steps.

    Args:
        analyzer: whose backbone and cached encodings are used.
        bridges: by step, in rising order, all of one variant.

    Raises:
        ValueError: as `Analyzer.analyze`.
    """
    analyses = {}
    for step, bridge in bridges.items():
        analysis = analyzer.with_bridges({bridge.name: bridge}).analyze(image, exemplars, variants=[bridge.name])
        analyses[step] = analysis
    scene = next(iter(analyses.values())).scene
    return replay_run({step: next(iter(a.variants.values())) for step, a in analyses.items()}, scene)


def replay_folder(
    run: Path,
    backbone: Backbone,
    image: Image.Image,
    exemplars: Sequence[Exemplar],
    seed: int = 0,
    progress: Callable[[str], None] = print,
) -> Replay:
    """Replay every variant of a run of `sam3viz train`.

    Raises:
        ValueError: the folder holds no such run, or weights of another backbone.
    """
    analyzer, runs, metadata = Analyzer(backbone, {}), {}, []
    device = next(backbone.parameters()).device
    for name, paths in find_snapshots(run, seed).items():
        progress(f"{name:13s} after {', '.join(map(str, paths))} steps")
        bridges = {step: load_bridge(path, backbone.identity).to(device) for step, path in paths.items()}
        runs[name] = replay_bridges(analyzer, bridges, image, exemplars)
        metadata.append(bridge_metadata(paths[max(paths)]))
    described = {key: "; ".join(dict.fromkeys(found[key] for found in metadata if key in found)) for key in ORIGIN_KEYS}
    return Replay(image, tuple(exemplars), runs, {key: text for key, text in described.items() if text})
