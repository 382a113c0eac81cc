"""From a picture with boxes to an analysis: encodes once, runs every variant on the same tokens."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from PIL import Image
from torch import Tensor

from sam3viz.api.analysis import Analysis
from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.bridges.checkpoints import load_bridges, own_bridges, weights_folder
from sam3viz.encoders import DEFAULT_BACKBONE, Backbone, load_backbone
from sam3viz.encoders.device import default_device
from sam3viz.encoders.weight_hash import weight_hash
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import EncodedShot, Probed, found_by, probed_by, run_bridge, tokens_of
from sam3viz.inference.probes import probe_boxes
from sam3viz.projection.layout import SEED
from sam3viz.types import Exemplar, Found, Scene, Shot, Tokens
from sam3viz.utils.command_line import versions
from sam3viz.utils.recent import Recent


@dataclass
class Analyzer:
    """Runs both encoders and the bridges that have weights. Safe to share between threads.

    Example:
        >>> analyzer = Analyzer.from_pretrained()
        >>> analysis = analyzer.analyze(image, [Exemplar((40, 60, 120, 160))])
        >>> analysis.variants["unified"].heatmap.shape == (image.height, image.width)
    """

    backbone: Backbone
    bridges: dict[str, Bridge]
    _encodings: Recent[Tensor] = field(default_factory=Recent, repr=False)
    _probed: Recent[Probed] = field(default_factory=Recent, repr=False)
    _hashes: Recent[str] = field(default_factory=Recent, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def from_pretrained(cls, backbone: str = DEFAULT_BACKBONE, weights: str | Path | None = None) -> Analyzer:
        """The named backbone and every bridge in ``weights`` that was trained on it; by default where
        `sam3viz train` leaves them. `raw` learns nothing but its calibration, so it is there for every backbone; what
        a backbone brings with it (SAM 3 its exemplar encoder) goes before what was trained. On the GPU where there is
        one.

        Raises:
            ValueError: unknown backbone, or ``weights`` that do not fit or are none of this backbone's.
        """
        network = load_backbone(backbone)
        folder = weights_folder(network.identity) if weights is None else Path(weights)
        found = load_bridges(folder, network.identity) if weights is not None or folder.is_dir() else {}
        if weights is not None and not found:
            raise ValueError(
                f"{folder} holds no weights for {network.identity}: name the backbone that they were trained on, or "
                "train it."
            )
        raw = {"raw": VARIANTS["raw"](network.dim).eval().requires_grad_(False)}
        every = {**raw, **found, **own_bridges(network)}
        device = default_device()
        return cls(network.to(device), {name: every[name].to(device) for name in VARIANTS if name in every})

    def with_bridges(self, bridges: Mapping[str, Bridge]) -> Analyzer:
        """This analyzer with other weights for some variants, or for more of them; itself it stays as it was.

        Both share the backbone and the encoded pictures, and so take turns; what was measured through the old bridges
        is not carried over.

        Args:
            bridges: by variant, trained on this backbone; the other variants keep theirs.

        Raises:
            ValueError: a name that is no variant or not its bridge's, or a bridge made for tokens of another width.
        """
        for name, bridge in bridges.items():
            if name not in VARIANTS or bridge.name != name:
                raise ValueError(
                    f"The bridge called {name!r} is of variant {bridge.name!r}; give each under its own name, one of: "
                    f"{', '.join(VARIANTS)}."
                )
            if bridge.dim != self.backbone.dim:
                raise ValueError(
                    f"{name!r} was made for tokens of {bridge.dim} channels, {self.backbone.identity} has "
                    f"{self.backbone.dim}: train it on this backbone."
                )
        every = {**self.bridges, **bridges}
        ordered = {name: every[name] for name in VARIANTS if name in every}
        return Analyzer(self.backbone, ordered, _encodings=self._encodings, _lock=self._lock)

    def apart(self) -> Analyzer:
        """The same networks with last pictures of its own: many pictures do not push out those of this one."""
        return Analyzer(self.backbone, self.bridges, _lock=self._lock)

    def analyze(
        self,
        image: Image.Image | np.ndarray,
        exemplars: Sequence[Exemplar],
        reference: Image.Image | np.ndarray | None = None,
        variants: Sequence[str] | None = None,
        placed: bool | None = None,
    ) -> Analysis:
        """Every variant on one picture.

        Args:
            exemplars: boxes in pixels of ``reference`` where given, else of ``image``; at least one positive.
            reference: another image that the boxes belong to; `sam3viz.search_across` takes several.
            variants: names to run; all that have weights by default.
            placed: whether encoders may use where a box lies; by default not on a ``reference``, whose places mean
                nothing on ``image``.

        Raises:
            ValueError: a box, label, image or variant that cannot be used; the text says which and what to do.
        """
        scene = make_scene(image, exemplars, reference)
        names = self._chosen(variants)
        with self.alone():
            visual = self.encode(scene.image)
            drawn_on = None if scene.reference is None else self.encode(scene.reference)
            use_place = reference is None if placed is None else placed
            tokens, probes = tokens_of(scene, visual, drawn_on, use_place), probe_boxes(*scene.drawn_on.size)
            results = {}
            for name in names:
                probed = self._probes(self.bridges[name], tokens, probes, _key(scene.drawn_on))
                results[name] = run_bridge(self.bridges[name], tokens, scene, probed)
        return Analysis(scene, results, probes, self._settings(names))

    def search(
        self, image: Image.Image, shots: Sequence[Shot], variants: Sequence[str] | None = None, placed: bool = False
    ) -> dict[str, Found]:
        """What every variant finds on one picture from boxes on others, one reference picture or several.

        The exemplars of all references vote together, each in the space of its own reference. No probes and no
        measures: this is the quick path for many pictures.

        Args:
            image: the picture that is searched, RGB.
            shots: from `sam3viz.inference.inputs.make_shots`.
            placed: whether encoders may use where a box lies on its own picture.

        Returns:
            By variant, in screen order.

        Raises:
            ValueError: a variant that cannot be used.
        """
        return self.search_encoded(image, [self.encode_shot(shot) for shot in shots], variants, placed)

    def encode_shot(self, shot: Shot) -> EncodedShot:
        """A shot with its visual tokens: for `search_encoded` on many pictures, however many are kept."""
        with self.alone():
            return EncodedShot(shot, self.encode(shot.image))

    def search_encoded(
        self,
        image: Image.Image,
        shots: Sequence[EncodedShot],
        variants: Sequence[str] | None = None,
        placed: bool = False,
    ) -> dict[str, Found]:
        """As `search`, from what `encode_shot` gave."""
        names = self._chosen(variants)
        with self.alone():
            visual = self.encode(image)
            parts = [tokens_of(Scene(e.shot.image, e.shot.exemplars), visual, e.visual, placed) for e in shots]
            return {name: found_by(self.bridges[name], parts, image) for name in names}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else runs the networks meanwhile, and nothing is kept for gradients."""
        with self._lock, torch.inference_mode():
            yield

    def encode(self, image: Image.Image) -> Float[Tensor, "1 d h w"]:
        """Visual tokens; the last pictures' are kept, so that a box edit does not run the backbone."""
        return self._encodings.get(_key(image), lambda: self.backbone.encode(image), self.backbone.kept)

    def _probes(self, bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"], picture: str) -> Probed:
        """Once a picture, unless the visual side depends on the exemplars."""
        if bridge.prompted:
            return probed_by(bridge, tokens, probes)
        limit = self.backbone.kept * len(VARIANTS)
        key = (picture, bridge.name, tokens.placed)
        return self._probed.get(key, lambda: probed_by(bridge, tokens, probes), limit)

    def _chosen(self, variants: Sequence[str] | None) -> list[str]:
        for name in variants or ():
            if name not in VARIANTS:
                raise ValueError(f"There is no variant {name!r}; choose from: {', '.join(VARIANTS)}.")
            if name not in self.bridges:
                raise ValueError(
                    f"{name!r} has no trained weights for {self.backbone.identity}: run `sam3viz train` first."
                )
        return [name for name in VARIANTS if name in self.bridges and (variants is None or name in variants)]

    def weights(self, variants: Sequence[str] | None = None) -> str:
        """Each variant with a hash of its weights, as the settings of a report tell them; all by default."""
        names = self.bridges if variants is None else variants
        hashes = {
            name: self._hashes.get(name, partial(weight_hash, self.bridges[name]), len(VARIANTS)) for name in names
        }
        return " ".join(f"{name}:{told}" for name, told in hashes.items())

    def _settings(self, names: Sequence[str]) -> dict[str, str]:
        return {
            "backbone": self.backbone.identity,
            "weights": self.weights(names),
            "seed": str(SEED),
            **versions("torch", "torchvision", "timm", "umap-learn"),
        }


def _key(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes() + repr(image.size).encode()).hexdigest()
