"""The model card that goes along with shared bridges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from huggingface_hub import ModelCard, ModelCardData

from sam3viz.bridges.checkpoints import SHIPPED, weights_folder
from sam3viz.studies.bench.report import BenchReport
from sam3viz.studies.bench.tables import markdown_table

TAGS = ("segment-anything", "exemplar", "interpretability")
ORIGIN_KEYS = ("data", "preset", "commit", "seed", "command")
"""What the card repeats of a bridge's metadata."""

_TEMPLATE = Path(__file__).parent / "card.md.j2"
_Metadata = Mapping[str, Mapping[str, str]]


def model_card(repo: str, backbone: str, bridges: _Metadata, bench: BenchReport | None = None) -> ModelCard:
    """Write what the bridges are, which backbone they fit, what made them, how well they do and how to get them.

    Args:
        repo: where they will lie, ``NAMESPACE/NAME``.
        backbone: its identity.
        bridges: the metadata of their files, by variant.
        bench: a report of `sam3viz bench` on them.

    Raises:
        ValueError: the report is of another backbone or of other weights.
    """
    if bench is not None:
        _check_bench(bench, backbone, bridges)
    return ModelCard.from_template(
        ModelCardData(library_name="sam3viz", license="apache-2.0", tags=list(TAGS)),
        template_path=str(_TEMPLATE),
        repo=repo,
        backbone=backbone,
        shipped=weights_folder(backbone) == SHIPPED,
        training=_by_origin(bridges),
        scores=None if bench is None else markdown_table(bench),
        averaged=0 if bench is None else len(bench.settings.weights),
    )


def _by_origin(bridges: _Metadata) -> list[tuple[list[tuple[str, str]], list[str]]]:
    """Pair what variants of the same origin have in common with their names."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, metadata in bridges.items():
        facts = [(key, " ".join(metadata[key].split())) for key in ORIGIN_KEYS if key in metadata]
        origin = tuple((key, f"`{value}`" if key == "command" else value) for key, value in facts)
        groups.setdefault(origin, []).append(name)
    return [(list(origin), names) for origin, names in groups.items()]


def _check_bench(bench: BenchReport, backbone: str, bridges: _Metadata) -> None:
    settings = bench.settings
    if settings.backbone != backbone:
        raise ValueError(
            f"The bench report is of {settings.backbone!r}, the bridges are for {backbone!r}: run `sam3viz bench` "
            "with their backbone."
        )
    if not any(_agree(scored, bridges) for scored in settings.weights.values()):
        raise ValueError(
            "The bench report is of other weights (their seed, preset, commit or data differ): run `sam3viz bench "
            "--weights` on the folder that is pushed."
        )


def _agree(scored: _Metadata, bridges: _Metadata) -> bool:
    """Tell whether all that a report repeats of a set of weights is what these say."""
    shared = [name for name in bridges if name in scored]
    return bool(shared) and all(scored[name].items() <= bridges[name].items() for name in shared)
