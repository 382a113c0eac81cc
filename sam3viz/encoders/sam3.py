"""The real SAM 3 through transformers: its vision encoder as a backbone, its other parts kept at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.device import default_device
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.sam3_geometry import GeometryEncoder
from sam3viz.encoders.weight_hash import weight_hash

SAM3 = "sam3"
PREFIX = "sam3:"
HUB = "facebook/sam3"
ACCESS = (
    f"SAM 3's weights are gated: ask for access on the page of {HUB} on the Hugging Face hub, then run `hf auth login` "
    f"or set HF_TOKEN; or give a folder that holds them: {PREFIX}DIR."
)
MODELS = {
    "sam3": "Sam3Model",
    "sam3_video": "Sam3Model",  # the hub's own folder; the tracker's weights in it are left over
    "sam3_lite_text": "Sam3LiteTextModel",
}
"""A checkpoint's ``model_type`` -> the class in transformers that reads it."""
VISUAL = (49406, 7195, 49407)
"""The word "visual" to CLIP's tokenizer: what SAM 3 is told where there are boxes and no text."""
PAD, LENGTH = 49407, 32


class Sam3Backbone(Backbone):
    """The level that SAM 3's exemplar encoder sees: 72 x 72 tokens of 256 channels at full size.

    The picture is stretched to a square whose side the checkpoint fixes (1008 pixels at full size), so `size` in other
    calls is not heard. Visual tokens are that level, centred and normalised like every backbone's; what they were made
    from stays at hand under `seen`, for the parts of SAM 3 that take the level as it is.

    Args:
        model: a `Sam3Model` of transformers, or one of its kind.
        name: as the user wrote it, without a folder's path.
    """

    cached_pictures = 4
    """Pictures: the levels of one take 120 MB at full size."""
    model: Any

    def __init__(self, model: Any, name: str = SAM3) -> None:  # noqa: ANN401 transformers is an extra
        super().__init__()
        self.model = model
        vision = model.config.vision_config
        self.size = int(vision.backbone_config.image_size)
        self.multiple = self.size
        self.stride = int(vision.backbone_config.patch_size)
        self.dim = int(vision.fpn_hidden_size)
        self.requires_grad_(False).eval()
        self.weight_hash = weight_hash(model.vision_encoder, torch.bfloat16)
        self.name = name
        self.layers = f"level {self.size // self.stride} of the neck"
        self.geometry = GeometryEncoder(model.geometry_encoder)
        self._seen = WeakTensorKeyDictionary()

    @property
    def identity(self) -> str:
        return f"{self.name}/level{self.size // self.stride}/{self.size}/{self.weight_hash}"

    def train(self, mode: bool = True) -> Sam3Backbone:
        """Stays in eval mode: it is frozen."""
        return super().train(False)

    def input_size(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """The square of the checkpoint, whatever the picture and ``size``."""
        return self.size, self.size

    def normalise(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b 3 H W"]:
        return pixels / 127.5 - 1

    def forward(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b d h w"]:
        return self._tokens(self._vision(pixels))

    @torch.no_grad()
    def encode(self, image: Image.Image, size: float | None = None) -> Float[Tensor, "1 d h w"]:
        """Visual tokens of one RGB image; ``size`` is fixed by the checkpoint."""
        from transformers import Sam3ImageProcessor

        side = {"height": self.size, "width": self.size}
        pixels = Sam3ImageProcessor(size=side)(images=image, return_tensors="pt").pixel_values
        vision = self._vision(pixels.to(self.model.device))
        tokens = self._tokens(vision)
        self._seen[tokens] = vision
        return tokens

    def seen(self, tokens: Float[Tensor, "1 d h w"]) -> Any:  # noqa: ANN401 transformers is an extra
        """The vision encoder's whole output that `encode` made these very ``tokens`` from.

        Raises:
            ValueError: the tensor is not one that `encode` returned.
        """
        if tokens not in self._seen:
            raise ValueError("SAM 3's own parts need the tokens that encode() returned, not a copy of them.")
        return self._seen[tokens]

    @cached_property
    def placeholder(self) -> tuple[Float[Tensor, "1 32 d"], Bool[Tensor, "1 32"]]:
        """The text tokens of `VISUAL`, computed once, and which of them are no padding."""
        device = self.model.device
        ids = torch.tensor([*VISUAL, *[PAD] * (LENGTH - len(VISUAL))], device=device)[None]
        mask = (torch.arange(LENGTH, device=device) < len(VISUAL))[None]
        with torch.no_grad():
            return self.model.get_text_features(input_ids=ids, attention_mask=mask.long()).pooler_output, mask

    def _vision(self, pixels: Float[Tensor, "b 3 H W"]) -> Any:  # noqa: ANN401 transformers is an extra
        return self.model.get_vision_features(pixel_values=pixels.to(self.model.dtype))

    @staticmethod
    def _tokens(vision: Any) -> Float[Tensor, "b d h w"]:  # noqa: ANN401 transformers is an extra
        return centre_and_normalise(level_of(vision).float())


def level_of(vision: Any) -> Float[Tensor, "b d h w"]:  # noqa: ANN401 transformers is an extra
    """The level that the exemplar encoder sees: the neck's coarsest is not used."""
    return vision.fpn_hidden_states[-2]


def load_sam3(source: str = HUB) -> Sam3Backbone:
    """SAM 3 from the hub, or from a folder with ``config.json`` and safetensors; in bfloat16 where there is a GPU.

    Raises:
        ValueError: transformers is not installed, the weights cannot be had, or some of them are missing.
    """
    try:
        import transformers
    except ImportError as error:
        raise ValueError("SAM 3 runs through transformers: pip install 'sam3viz[sam3]'.") from error
    local = source != HUB
    kind = _local_kind(source) if local else _hub_kind(source)
    architecture = getattr(transformers, MODELS.get(kind, ""), None)
    if architecture is None:
        raise ValueError(
            f"The checkpoint is of the kind {kind!r}, which is no SAM 3 for pictures that transformers "
            f"{transformers.__version__} has; known are {', '.join(MODELS)}."
        )
    try:
        model, told = architecture.from_pretrained(
            source,
            local_files_only=local,
            use_safetensors=True,
            dtype=torch.bfloat16 if default_device().type == "cuda" else torch.float32,
            output_loading_info=True,
        )
    except SafetensorError as error:
        raise ValueError(f"SAM 3's weights are damaged{_damaged(source)} ({error}): fetch them again.") from error
    except OSError as error:
        raise _unreachable(error) from error
    except Exception as error:  # a value of config.json, or the index of the weights: each fails in a way of its own
        first_line = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"SAM 3 cannot be built from this checkpoint ({type(error).__name__}: {first_line}): its config.json or "
            "model.safetensors.index.json is damaged; fetch it again."
        ) from error
    lacking = [*told["missing_keys"], *(key for key, *_ in told["mismatched_keys"])]
    if lacking:
        raise ValueError(
            f"The checkpoint lacks {len(lacking)} of SAM 3's weights ({', '.join(sorted(lacking)[:3])}...): a model "
            "with random parts shows nothing; fetch it again."
        )
    return Sam3Backbone(model, SAM3 if kind != "sam3_lite_text" else "sam3-lite-text")


def _local_kind(folder: str) -> str:
    """``model_type`` of a checkpoint in a folder."""
    path = Path(folder) / "config.json"
    if not path.is_file():
        raise ValueError(f"{PREFIX}{folder} is no folder with a checkpoint: it holds no config.json. {ACCESS}")
    try:
        told = json.loads(path.read_bytes())
    except ValueError as error:  # of its bytes or of its syntax
        raise ValueError(f"{path.resolve().parent.name}/config.json is damaged ({error}): fetch it again.") from error
    kind = told.get("model_type") if isinstance(told, Mapping) else None
    if not isinstance(kind, str):
        raise ValueError(f"{path.resolve().parent.name}/config.json names no model_type: fetch it again.")
    return kind


def _hub_kind(repository: str) -> str:
    from transformers import AutoConfig

    try:
        return str(AutoConfig.from_pretrained(repository).model_type)
    except OSError as error:
        raise _unreachable(error) from error


def _unreachable(error: OSError) -> ValueError:
    return ValueError(f"SAM 3's weights could not be loaded ({type(error).__name__}). {ACCESS}")


def _damaged(source: str) -> str:
    """Which files of a local folder cannot be read, as words that follow "damaged"."""
    damaged = []
    for path in sorted(Path(source).glob("*.safetensors")):
        try:
            with safe_open(path, "pt"):
                pass
        except SafetensorError:
            damaged.append(path.name)
    return f": {', '.join(damaged)}" if damaged else ""
