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
from sam3viz.encoders.family import BackboneFamily
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.sam3_geometry import GeometryEncoder
from sam3viz.encoders.weight_hash import weight_hash
from sam3viz.utils.messages import InputError, Message

SAM3 = "sam3"
HUB = "facebook/sam3"
ACCESS = Message(
    "SAM 3's weights are gated: ask for access on the page of {hub} on the Hugging Face hub, then run `hf auth login` "
    "or set HF_TOKEN; or give a folder that holds them: {example}.",
    hub=HUB,
    example=f"{SAM3}:DIR",
)
MODELS = {
    "sam3": "Sam3Model",
    "sam3_video": "Sam3Model",  # the hub's own folder; the tracker's weights in it are left over
    "sam3_lite_text": "Sam3LiteTextModel",
}
"""A checkpoint's ``model_type`` -> the class in transformers that reads it."""
VISUAL = (49406, 7195, 49407)
"""The word "visual" to CLIP's tokenizer: what SAM 3 takes for a text where there are boxes alone."""
PAD, LENGTH = 49407, 32


class Sam3Backbone(Backbone):
    """The level that SAM 3's exemplar encoder sees: 72 x 72 tokens of 256 channels at full size.

    The picture is stretched to a square whose side the checkpoint fixes (1008 pixels at full size), so `size` in other
    calls is not heard. Visual tokens are that level, centred and normalised like every backbone's; what they were made
    from stays at hand under `vision_output`, for the parts of SAM 3 that take the level as it is.

    Args:
        model: a `Sam3Model` of transformers, or one of its kind.
        name: as the user wrote it, without a folder's path.
    """

    exemplar_encoder = SAM3
    has_detector = True
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
        self._vision_outputs = WeakTensorKeyDictionary()

    @property
    def identity(self) -> str:
        return f"{self.name}/level{self.size // self.stride}/{self.size}/{self.weight_hash}"

    def train(self, mode: bool = True) -> Sam3Backbone:
        """Stay in eval mode: it is frozen."""
        return super().train(False)

    def input_size(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """Return the square of the checkpoint, whatever the picture and ``size``."""
        return self.size, self.size

    def normalise(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b 3 H W"]:
        return pixels / 127.5 - 1

    def forward(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b d h w"]:
        return self._tokens(self._vision(pixels))

    @torch.no_grad()
    def encode(self, image: Image.Image, size: float | None = None) -> Float[Tensor, "1 d h w"]:
        """Encode one RGB image as visual tokens; ``size`` is fixed by the checkpoint."""
        from transformers import Sam3ImageProcessor

        side = {"height": self.size, "width": self.size}
        pixels = Sam3ImageProcessor(size=side)(images=image, return_tensors="pt").pixel_values
        vision = self._vision(pixels.to(self.model.device))
        tokens = self._tokens(vision)
        self._vision_outputs[tokens] = vision
        return tokens

    def vision_output(self, tokens: Float[Tensor, "1 d h w"]) -> Any:  # noqa: ANN401 transformers is an extra
        """Return the vision encoder's whole output that `encode` made these very ``tokens`` from.

        Raises:
            ValueError: the tensor is not one that `encode` returned.
        """
        if tokens not in self._vision_outputs:
            raise ValueError("SAM 3's own parts need the tokens that encode() returned, not a copy of them.")
        return self._vision_outputs[tokens]

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
    """Return the level that the exemplar encoder sees: the neck's coarsest is not used."""
    return vision.fpn_hidden_states[-2]


def load_sam3(source: str = HUB) -> Sam3Backbone:
    """Load SAM 3 from the hub, or from a folder with ``config.json`` and safetensors; in bfloat16 on a GPU.

    Raises:
        InputError: transformers is not installed, the weights cannot be had, or some of them are missing.
    """
    try:
        import transformers
    except ImportError as error:
        raise InputError("SAM 3 runs through transformers: pip install 'sam3viz[sam3]'.") from error
    model_type = _hub_model_type(source) if source == HUB else _local_model_type(source)
    architecture = getattr(transformers, MODELS.get(model_type, ""), None)
    if architecture is None:
        raise InputError(
            "The checkpoint is of the kind {kind!r}, which is no SAM 3 for pictures that transformers {version} has; "
            "known are {known}.",
            kind=model_type,
            version=transformers.__version__,
            known=", ".join(MODELS),
        )
    model = _load_weights(architecture, source)
    return Sam3Backbone(model, SAM3 if model_type != "sam3_lite_text" else "sam3-lite-text")


FAMILY = BackboneFamily(SAM3, lambda model, path: load_sam3(path or HUB), path="DIR")


def _load_weights(architecture: Any, source: str) -> Any:  # noqa: ANN401 transformers is an extra
    """Build the model with every one of its weights from the checkpoint."""
    try:
        model, info = architecture.from_pretrained(
            source,
            local_files_only=source != HUB,
            use_safetensors=True,
            dtype=torch.bfloat16 if default_device().type == "cuda" else torch.float32,
            output_loading_info=True,
        )
    except SafetensorError as error:
        raise InputError(
            "SAM 3's weights are damaged{files} ({error}): fetch them again.", files=_damaged_files(source), error=error
        ) from error
    except OSError as error:
        raise _unreachable(error) from error
    except Exception as error:  # a value of config.json, or the index of the weights: each fails in a way of its own
        raise InputError(
            "SAM 3 cannot be built from this checkpoint ({kind}: {reason}): its config.json or "
            "model.safetensors.index.json is damaged; fetch it again.",
            kind=type(error).__name__,
            reason=str(error).strip().partition("\n")[0],
        ) from error
    missing = [*info["missing_keys"], *(key for key, *_ in info["mismatched_keys"])]
    if missing:
        raise InputError(
            "The checkpoint lacks {count} of SAM 3's weights ({names}...): a model with random parts shows nothing; "
            "fetch it again.",
            count=len(missing),
            names=", ".join(sorted(missing)[:3]),
        )
    return model


def _local_model_type(folder: str) -> str:
    """Read ``model_type`` of a checkpoint in a folder."""
    path = Path(folder) / "config.json"
    if not path.is_file():
        raise InputError(
            "{name} is no folder with a checkpoint: it holds no config.json. {access}",
            name=f"{SAM3}:{folder}",
            access=ACCESS,
        )
    file = f"{path.resolve().parent.name}/config.json"
    try:
        config = json.loads(path.read_bytes())
    except ValueError as error:  # of its bytes or of its syntax
        raise InputError("{file} is damaged ({error}): fetch it again.", file=file, error=error) from error
    model_type = config.get("model_type") if isinstance(config, Mapping) else None
    if not isinstance(model_type, str):
        raise InputError("{file} names no model_type: fetch it again.", file=file)
    return model_type


def _hub_model_type(repository: str) -> str:
    from transformers import AutoConfig

    try:
        return str(AutoConfig.from_pretrained(repository).model_type)
    except OSError as error:
        raise _unreachable(error) from error


def _unreachable(error: OSError) -> InputError:
    return InputError(
        "SAM 3's weights could not be loaded ({kind}). {access}", kind=type(error).__name__, access=ACCESS
    )


def _damaged_files(source: str) -> str:
    """List the files of a local folder that cannot be read, as words that follow "damaged"."""
    damaged = []
    for path in sorted(Path(source).glob("*.safetensors")):
        try:
            with safe_open(path, "pt"):
                pass
        except SafetensorError:
            damaged.append(path.name)
    return f": {', '.join(damaged)}" if damaged else ""
