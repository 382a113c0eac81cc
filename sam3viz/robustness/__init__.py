"""How the answer holds when the exemplar or the scene is disturbed. `PERTURBATIONS` is where one is registered."""

from __future__ import annotations

from sam3viz.robustness.geometry import jitter, perspective, rotation, scale
from sam3viz.robustness.perturbation import Perturbation
from sam3viz.robustness.photometry import blur, light, noise, occlusion

PERTURBATIONS: dict[str, Perturbation] = {
    perturbation.name: perturbation
    for perturbation in (
        Perturbation("scale", "scale", "x", (0.25, 0.5, 1.0, 2.0, 4.0), 1.0, scale),
        Perturbation("rotation", "rotation", "°", (0.0, 15.0, 45.0, 90.0, 180.0), 0.0, rotation),
        Perturbation("viewpoint", "viewpoint", "°", (0.0, 15.0, 30.0, 45.0, 60.0), 0.0, perspective),
        Perturbation("occlusion", "occlusion", "of the box", (0.0, 0.2, 0.35, 0.5, 0.7), 0.0, occlusion, of_each=True),
        Perturbation("jitter", "box jitter", "of the side", (0.0, 0.1, 0.2, 0.3, 0.4), 0.0, jitter, of_scene=False),
        Perturbation("blur", "blur", "% of the side", (0.0, 0.3, 0.6, 1.2, 2.4), 0.0, blur),
        Perturbation("noise", "noise", "of the range", (0.0, 0.05, 0.1, 0.2, 0.4), 0.0, noise),
        Perturbation("light", "light", "x", (0.25, 0.5, 1.0, 1.5, 2.5), 1.0, light),
    )
}

__all__ = ["PERTURBATIONS", "Perturbation"]
