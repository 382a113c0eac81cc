"""How the answer holds when the exemplar or the scene is disturbed. `PERTURBATIONS` is where one is registered."""

from __future__ import annotations

from sam3viz.studies.robustness.context import isolation, looseness, relocation
from sam3viz.studies.robustness.geometry import jitter, perspective, rotation, scale
from sam3viz.studies.robustness.perturbation import Perturbation
from sam3viz.studies.robustness.photometry import blur, light, noise, occlusion

PERTURBATIONS: dict[str, Perturbation] = {
    perturbation.name: perturbation
    for perturbation in (
        Perturbation("scale", "scale", "x", (0.25, 0.5, 1.0, 2.0, 4.0), 1.0, scale),
        Perturbation("rotation", "rotation", "°", (0.0, 15.0, 45.0, 90.0, 180.0), 0.0, rotation),
        Perturbation("viewpoint", "viewpoint", "°", (0.0, 15.0, 30.0, 45.0, 60.0), 0.0, perspective),
        Perturbation(
            "occlusion", "occlusion", "of the box", (0.0, 0.2, 0.35, 0.5, 0.7), 0.0, occlusion, per_object=True
        ),
        Perturbation(
            "jitter", "box jitter", "of the side", (0.0, 0.1, 0.2, 0.3, 0.4), 0.0, jitter, applies_to_scene=False
        ),
        Perturbation("blur", "blur", "% of the side", (0.0, 0.3, 0.6, 1.2, 2.4), 0.0, blur),
        Perturbation("noise", "noise", "of the range", (0.0, 0.05, 0.1, 0.2, 0.4), 0.0, noise),
        Perturbation("light", "light", "x", (0.25, 0.5, 1.0, 1.5, 2.5), 1.0, light),
        Perturbation(
            "looseness", "loose box", "x", (0.6, 0.8, 1.0, 1.3, 1.7, 2.2), 1.0, looseness, applies_to_scene=False
        ),
        Perturbation(
            "isolation", "no context", "hidden", (0.0, 0.25, 0.5, 0.75, 1.0), 0.0, isolation, applies_to_scene=False
        ),
        Perturbation(
            "relocation",
            "other context",
            "faded in",
            (0.0, 0.25, 0.5, 0.75, 1.0),
            0.0,
            relocation,
            applies_to_scene=False,
        ),
    )
}

__all__ = ["PERTURBATIONS", "Perturbation"]
