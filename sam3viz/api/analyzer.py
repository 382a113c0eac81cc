"""From a picture with boxes to an analysis: encodes once, runs every variant on the same tokens."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from cachetools import LRUCache
from jaxtyping import Float, Float32
from PIL import Image
from torch import Tensor

from sam3viz.api.analysis import Analysis
from sam3viz.bridges import VARIANTS, VISUAL_REFERENCE, Bridge, in_screen_order
from sam3viz.bridges.checkpoints import load_bridges, own_bridges, weights_folder
from sam3viz.encoders import DEFAULT_BACKBONE, Backbone, load_backbone
from sam3viz.encoders.device import default_device
from sam3viz.encoders.weight_hash import weight_hash
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import (
    EncodedReference,
    ProbeResult,
    analyze_variant,
    exemplar_tokens,
    predict,
    run_probes,
)
from sam3viz.inference.probes import probe_boxes
from sam3viz.projection.layout import SEED
from sam3viz.types import Exemplar, Prediction, ReferenceImage, Tokens
from sam3viz.utils.command_line import versions
from sam3viz.utils.messages import InputError


@dataclass
class Analyzer:
    """Runs both encoders and the bridges that have weights. Safe to share between threads.

    Example:
        >>> analyzer = Analyzer.from_pretrained()
        >>> from sam3viz.data.examples import load_examples
        >>> image = next(iter(load_examples().values())).image()
        >>> analysis = analyzer.analyze(image, [Exemplar((40, 60, 120, 160))], variants=["raw", "unified"])
        >>> analysis.variants["unified"].heatmap.shape == (image.height, image.width)
        True
    """

    backbone: Backbone
    bridges: dict[str, Bridge]
    _encodings: LRUCache[str, Tensor] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        pictures = self.backbone.cached_pictures
        self._encoding_cache: LRUCache[str, Tensor] = LRUCache(pictures) if self._encodings is None else self._encodings
        self._probe_cache: LRUCache[tuple[str, str, bool], ProbeResult] = LRUCache(pictures * max(len(self.bridges), 1))
        self._weight_hashes: dict[str, str] = {}

    @classmethod
    def from_pretrained(cls, backbone: str = DEFAULT_BACKBONE, weights: str | Path | None = None) -> Analyzer:
        """Load the named backbone and every bridge in ``weights`` that was trained on it; by default where
        `sam3viz train` leaves them. `raw` learns nothing but its calibration, so it is there for every backbone; what
        a backbone brings with it (SAM 3 its exemplar encoder) goes before what was trained. On the GPU where there is
        one.

        Raises:
            ValueError: unknown backbone, or ``weights`` that do not fit or are none of this backbone's.
        """
        network = load_backbone(backbone)
        folder = weights_folder(network.identity) if weights is None else Path(weights)
        trained = load_bridges(folder, network.identity) if weights is not None or folder.is_dir() else {}
        if weights is not None and not trained:
            raise InputError(
                "{folder} holds no weights for {backbone}: name the backbone that they were trained on, or train it.",
                folder=folder,
                backbone=network.identity,
            )
        raw = {VISUAL_REFERENCE: VARIANTS[VISUAL_REFERENCE](network.dim).eval().requires_grad_(False)}
        bridges = {**raw, **trained, **own_bridges(network)}
        device = default_device()
        return cls(network.to(device), {name: bridges[name].to(device) for name in in_screen_order(bridges)})

    def with_bridges(self, bridges: Mapping[str, Bridge]) -> Analyzer:
        """Return an analyzer with other weights for some variants, or for more of them; this one stays as it was.

        Both share the backbone and the encoded pictures, and so take turns; what was measured through the old bridges
        is not carried over.

        Args:
            bridges: by variant, trained on this backbone; the other variants keep theirs.

        Raises:
            ValueError: a name that is no variant or not its bridge's, or a bridge made for tokens of another width.
        """
        for name, bridge in bridges.items():
            if name not in VARIANTS or bridge.name != name:
                raise InputError(
                    "The bridge called {name!r} is of variant {variant!r}; give each under its own name, one of: "
                    "{known}.",
                    name=name,
                    variant=bridge.name,
                    known=", ".join(VARIANTS),
                )
            if bridge.dim != self.backbone.dim:
                raise InputError(
                    "{name!r} was made for tokens of {width} channels, {backbone} has {dim}: train it on this "
                    "backbone.",
                    name=name,
                    width=bridge.dim,
                    backbone=self.backbone.identity,
                    dim=self.backbone.dim,
                )
        joined = {**self.bridges, **bridges}
        ordered = {name: joined[name] for name in in_screen_order(joined)}
        return Analyzer(self.backbone, ordered, _encodings=self._encoding_cache, _lock=self._lock)

    def with_own_cache(self) -> Analyzer:
        """Return an analyzer of the same networks whose cached pictures are its own, so that work on many pictures
        does not push out those of this one."""
        return Analyzer(self.backbone, self.bridges, _lock=self._lock)

    def analyze(
        self,
        image: Image.Image | np.ndarray,
        exemplars: Sequence[Exemplar],
        reference: Image.Image | np.ndarray | None = None,
        variants: Sequence[str] | None = None,
        use_box_position: bool | None = None,
    ) -> Analysis:
        """Run every variant on one picture.

        Args:
            exemplars: boxes in pixels of ``reference`` where given, else of ``image``; at least one positive.
            reference: another image that the boxes belong to; `sam3viz.search_across` takes several.
            variants: names to run; all that have weights by default.
            use_box_position: whether encoders may use where a box lies; by default not on a ``reference``, whose
                places mean nothing on ``image``.

        Raises:
            ValueError: a box, label, image or variant that cannot be used; the text says which and what to do.
        """
        scene = make_scene(image, exemplars, reference)
        names = self._chosen(variants)
        with self.exclusive():
            visual = self.encode(scene.image)
            other = None if scene.reference is None else self.encode(scene.reference)
            use_position = reference is None if use_box_position is None else use_box_position
            tokens = exemplar_tokens(visual, scene.exemplars, scene.drawn_on.size, other, use_position)
            probes, picture = probe_boxes(*scene.drawn_on.size), _image_key(scene.drawn_on)
            results = {}
            for name in names:
                probed = self._run_probes(self.bridges[name], tokens, probes, picture)
                results[name] = analyze_variant(self.bridges[name], tokens, scene, probed)
        return Analysis(scene, results, probes, self._settings(names))

    def encode_reference(self, reference: ReferenceImage) -> EncodedReference:
        """Encode a reference picture once, for `search` on many pictures."""
        with self.exclusive():
            return EncodedReference(reference, self.encode(reference.image))

    def search(
        self,
        image: Image.Image,
        references: Sequence[EncodedReference],
        variants: Sequence[str] | None = None,
        use_box_position: bool = False,
    ) -> dict[str, Prediction]:
        """Search one picture from boxes on others: every variant, without probes and measures.

        The exemplars of all references vote together, each in the space of its own reference.

        Args:
            image: the picture that is searched, RGB.
            references: checked by `sam3viz.inference.inputs.make_references` and encoded by `encode_reference`.
            use_box_position: whether encoders may use where a box lies on its own picture.

        Returns:
            By variant, in screen order.

        Raises:
            ValueError: a variant that cannot be used.
        """
        names = self._chosen(variants)
        with self.exclusive():
            visual = self.encode(image)
            parts = [
                exemplar_tokens(visual, e.reference.exemplars, e.reference.image.size, e.visual, use_box_position)
                for e in references
            ]
            return {name: predict(self.bridges[name], parts, image) for name in names}

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let nobody else run the networks meanwhile, and keep nothing for gradients."""
        with self._lock, torch.inference_mode():
            yield

    def encode(self, image: Image.Image) -> Float[Tensor, "1 d h w"]:
        """Return an image's visual tokens; those of the last pictures are cached, so that a box edit does not run the
        backbone."""
        key = _image_key(image)
        tokens = self._encoding_cache.get(key)
        if tokens is None:
            tokens = self._encoding_cache[key] = self.backbone.encode(image)
        return tokens

    def weights(self, variants: Sequence[str] | None = None) -> str:
        """Name each variant with a hash of its weights, as the settings of a report do; all by default."""
        names = list(self.bridges) if variants is None else variants
        for name in names:
            if name not in self._weight_hashes:
                self._weight_hashes[name] = weight_hash(self.bridges[name])
        return " ".join(f"{name}:{self._weight_hashes[name]}" for name in names)

    def _run_probes(
        self, bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"], picture: str
    ) -> ProbeResult:
        """Run the probes once a picture, unless the visual side depends on the exemplars."""
        if bridge.prompted:
            return run_probes(bridge, tokens, probes)
        key = (picture, bridge.name, tokens.use_box_position)
        result = self._probe_cache.get(key)
        if result is None:
            result = self._probe_cache[key] = run_probes(bridge, tokens, probes)
        return result

    def _chosen(self, variants: Sequence[str] | None) -> list[str]:
        for name in variants or ():
            if name not in VARIANTS:
                raise InputError(
                    "There is no variant {name!r}; choose from: {known}.", name=name, known=", ".join(VARIANTS)
                )
            if name not in self.bridges:
                raise InputError(
                    "{name!r} has no trained weights for {backbone}: run `sam3viz train` first.",
                    name=name,
                    backbone=self.backbone.identity,
                )
        return in_screen_order(self.bridges if variants is None else variants)

    def _settings(self, names: Sequence[str]) -> dict[str, str]:
        return {
            "backbone": self.backbone.identity,
            "weights": self.weights(names),
            "seed": str(SEED),
            **versions("torch", "torchvision", "timm", "umap-learn"),
        }


def _image_key(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes() + repr(image.size).encode()).hexdigest()
