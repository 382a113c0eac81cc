"""From a picture with boxes to an analysis: encodes once, runs every variant on the same tokens."""

from __future__ import annotations

import hashlib
import platform
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from jaxtyping import Float, Float32
from PIL import Image
from torch import Tensor

from sam3viz.analysis import METRICS
from sam3viz.analysis.probes import probe_boxes
from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.encoders import DEFAULT_BACKBONE, Backbone, load_backbone
from sam3viz.encoders.device import default_device
from sam3viz.encoders.layers import make_tokens
from sam3viz.model import load_bridges, own_bridges, weights_folder
from sam3viz.readout import detect, heat_logits, similarity, voted
from sam3viz.results import Analysis
from sam3viz.scene import make_scene
from sam3viz.types import Bridged, Exemplar, Found, Scene, Shot, Tokens, VariantResult

T = TypeVar("T")


class Recent(Generic[T]):
    """The last values that were asked for, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T], limit: int) -> T:
        """The value of ``key``; made if it is not among the last ``limit``."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > limit:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


@dataclass(frozen=True)
class EncodedShot:
    """A reference picture with its boxes and its visual tokens."""

    shot: Shot
    visual: Float[Tensor, "1 d hr wr"]


@dataclass(frozen=True)
class Probed:
    """Both sides of the probe boxes through one bridge, and the measures over them."""

    exemplar: Float32[np.ndarray, "p e"]
    partner: Float32[np.ndarray, "p e"]
    metrics: dict[str, float]


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
            tokens, probes = _tokens(scene, visual, drawn_on, use_place), probe_boxes(*scene.drawn_on.size)
            results = {}
            for name in names:
                probed = self._probes(self.bridges[name], tokens, probes, _key(scene.drawn_on))
                results[name] = _run(self.bridges[name], tokens, scene, probed)
        return Analysis(scene, results, probes, self._settings())

    def search(
        self, image: Image.Image, shots: Sequence[Shot], variants: Sequence[str] | None = None, placed: bool = False
    ) -> dict[str, Found]:
        """What every variant finds on one picture from boxes on others, one reference picture or several.

        The exemplars of all references vote together, each in the space of its own reference. No probes and no
        measures: this is the quick path for many pictures.

        Args:
            image: the picture that is searched, RGB.
            shots: from `sam3viz.scene.make_shots`.
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
            parts = [_tokens(Scene(e.shot.image, e.shot.exemplars), visual, e.visual, placed) for e in shots]
            return {name: _found(self.bridges[name], parts, image) for name in names}

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
            return _probe(bridge, tokens, probes)
        limit = self.backbone.kept * len(VARIANTS)
        key = (picture, bridge.name, tokens.placed)
        return self._probed.get(key, lambda: _probe(bridge, tokens, probes), limit)

    def _chosen(self, variants: Sequence[str] | None) -> list[str]:
        for name in variants or ():
            if name not in VARIANTS:
                raise ValueError(f"There is no variant {name!r}; choose from: {', '.join(VARIANTS)}.")
            if name not in self.bridges:
                raise ValueError(
                    f"{name!r} has no trained weights for {self.backbone.identity}: run `sam3viz train` first."
                )
        return [name for name in VARIANTS if name in self.bridges and (variants is None or name in variants)]

    def _settings(self) -> dict[str, str]:
        packages = {name: version(name) for name in ("torch", "torchvision", "timm", "umap-learn")}
        return {"backbone": self.backbone.identity, "python": platform.python_version(), **packages}


def _key(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes() + repr(image.size).encode()).hexdigest()


def _tokens(
    scene: Scene, visual: Float[Tensor, "1 d h w"], drawn_on: Float[Tensor, "1 d hr wr"] | None, placed: bool
) -> Tokens:
    """The drawn boxes, all of them prompts."""
    width, height = scene.drawn_on.size
    boxes = torch.tensor([e.box for e in scene.exemplars]) / torch.tensor([width, height] * 2)
    labels = torch.tensor([e.label for e in scene.exemplars], device=visual.device)
    index, prompt = torch.zeros_like(labels), torch.ones_like(labels).bool()
    return make_tokens(visual, boxes.to(visual.device), labels, index, prompt, drawn_on, placed)


def _found(bridge: Bridge, parts: Sequence[Tokens], image: Image.Image) -> Found:
    start = time.perf_counter()
    cosine = torch.cat([similarity(bridge(tokens), tokens) for tokens in parts])
    labels = torch.cat([tokens.labels for tokens in parts])
    logits = voted(bridge.scale * cosine + bridge.bias, labels, torch.zeros_like(labels), images=1)
    heat = logits.sigmoid()[0].float().cpu().numpy()
    seconds = time.perf_counter() - start
    size = image.size[::-1]
    return Found(heat, size, detect(heat, size), seconds)


def _probe(bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"]) -> Probed:
    """Encode the probe boxes as positive instances beside the drawn ones, which alone are prompts."""
    drawn, boxes = len(tokens.boxes), torch.from_numpy(probes).to(tokens.boxes)
    more = tokens.labels.new_ones(len(probes))
    both = make_tokens(
        tokens.visual,
        torch.cat([tokens.boxes, boxes]),
        torch.cat([tokens.labels, more]),
        torch.cat([tokens.image_index, 0 * more]),
        torch.cat([tokens.prompt, ~more.bool()]),
        None if tokens.reference is tokens.visual else tokens.reference,
        tokens.placed,
    )
    bridged = bridge(both)
    exemplar = bridged.exemplar[drawn:].float().cpu().numpy()
    partner = pooled_roi(roi_of(bridged.reference, both))[drawn:].float().cpu().numpy()
    return Probed(exemplar, partner, {name: metric(exemplar, partner) for name, metric in METRICS.items()})


def _run(bridge: Bridge, tokens: Tokens, scene: Scene, probed: Probed) -> VariantResult:
    start = time.perf_counter()
    bridged = bridge(tokens)
    logits = heat_logits(similarity(bridged, tokens), tokens, bridge.scale, bridge.bias)
    heat = logits.sigmoid()[0].float().cpu().numpy()
    seconds = time.perf_counter() - start
    size = scene.image.size[::-1]
    return VariantResult(
        bridge.name,
        heat,
        size,
        scene.drawn_on.size[::-1],
        visual=bridged.visual[0].flatten(1).T.float().cpu().numpy(),
        exemplar=bridged.exemplar.float().cpu().numpy(),
        partner=pooled_roi(roi_of(bridged.reference, tokens)).float().cpu().numpy(),
        probe_exemplar=probed.exemplar,
        probe_partner=probed.partner,
        detections=detect(heat, size),
        **_shown(bridged),
        summary=bridge.summary,
        comparable=bridge.comparable,
        metrics=dict(probed.metrics),
        seconds=seconds,
    )


def _shown(bridged: Bridged) -> dict[str, Any]:
    """Maps and weights, where the bridge has them."""
    names = {"attention_grid": "attention", "scale_weights": "scale_weights", "level_weights": "level_weights"}
    values = {shown: getattr(bridged, name) for shown, name in (names | {"gates": "gates"}).items()}
    return {name: value.float().cpu().numpy() for name, value in values.items() if value is not None}
