"""SAM 3's exemplar encoder taken apart: which part of a token is content, place or label, and where it looks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torchvision.ops import box_convert, roi_align

CONTENT, COORDINATES, POSITION, LABEL = PARTS = ("content", "coordinates", "position", "label")
PLACE = (COORDINATES, POSITION)
"""What says where the box lies and how large it is."""


def to_sam3(boxes: Float[Tensor, "m 4"]) -> Float[Tensor, "m 4"]:
    """Turn normalised xyxy into SAM 3's frame: centre, width and height in 0..1."""
    return box_convert(boxes, "xyxy", "cxcywh")


def from_sam3(boxes: Float[Tensor, "m 4"]) -> Float[Tensor, "m 4"]:
    """Turn SAM 3's frame (centre, width, height in 0..1) into normalised xyxy."""
    return box_convert(boxes, "cxcywh", "xyxy")


def sam3_labels(labels: Int[Tensor, " m"]) -> Int[Tensor, " m"]:
    """Turn labels +1 and -1 into SAM 3's 1 and 0."""
    return (labels > 0).long()


@dataclass(frozen=True)
class EmbeddingParts:
    """The four vectors whose sum is a box's embedding, before the encoder's layers mix it with others."""

    content: Float[Tensor, "m d"]
    """A 7 x 7 convolution over ROIAlign of the normalised level."""
    coordinates: Float[Tensor, "m d"]
    """A linear layer of the four numbers."""
    position: Float[Tensor, "m d"]
    """A linear layer of the centre's sine code, width and height."""
    label: Float[Tensor, "m d"]

    def embedding(self, without: Collection[str] = ()) -> Float[Tensor, "m d"]:
        """Sum the parts to the embedding, or to what is left of it ``without`` some of `PARTS`."""
        # The model's own order of addition, so that nothing but rounding could differ.
        total = torch.zeros_like(self.label) if LABEL in without else self.label
        boxes = [getattr(self, name) for name in (COORDINATES, CONTENT, POSITION) if name not in without]
        return total + sum(boxes[1:], boxes[0]) if boxes else total

    def shares(self) -> Float[Tensor, "m 4"]:
        """Return each of `PARTS`' share in the embedding: its projection on the embedding's direction over the norm.

        The four sum to 1; a part that points away has a negative one. In float32 whatever the model runs in.
        """
        stacked = torch.stack([getattr(self, name).float() for name in PARTS], 1)
        token = stacked.sum(1)  # not `embedding`, which bfloat16 has rounded
        return (stacked @ token[..., None])[..., 0] / token.square().sum(1, keepdim=True).clamp_min(1e-12)


class GeometryEncoder:
    """Runs the layers of transformers' ``Sam3GeometryEncoder`` with its steps laid open.

    Args:
        module: the encoder; its weights are used, not copied.
    """

    def __init__(self, module: Any) -> None:  # noqa: ANN401 transformers is an extra
        self.module = module

    @property
    def attentions(self) -> list[nn.Module]:
        """The cross-attention of each layer, from boxes to the image."""
        return [layer.cross_attn for layer in self.module.layers]

    def parts(self, boxes: Float[Tensor, "m 4"], labels: Int[Tensor, " m"], vision: Any) -> EmbeddingParts:  # noqa: ANN401
        """Embed normalised xyxy ``boxes`` with ``labels`` +1 or -1 on the picture of ``vision``, part by part."""
        module, level = self.module, vision.fpn_hidden_states[-2]
        geometry = to_sam3(boxes.float()).to(level.dtype)
        normed = module.vision_layer_norm(level.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        height, width = level.shape[-2:]
        # ROIAlign has no bfloat16.
        exact = torch.float16 if level.dtype == torch.bfloat16 else level.dtype
        cells = from_sam3(geometry) * geometry.new_tensor([width, height, width, height])
        roi = roi_align(normed.to(exact), [cells.to(exact)], module.roi_size).to(level.dtype)
        centre_x, centre_y, box_width, box_height = geometry.unbind(1)
        code = module._encode_box_coordinates(centre_x, centre_y, box_width, box_height)
        return EmbeddingParts(
            content=module.boxes_pool_project(roi).flatten(1),
            coordinates=module.boxes_direct_project(geometry),
            position=module.boxes_pos_enc_project(code),
            label=module.label_embed(sam3_labels(labels)),
        )

    def tokens(
        self,
        embeddings: Float[Tensor, "m d"],
        group: Int[Tensor, " m"],
        vision: Any,  # noqa: ANN401 transformers is an extra
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "g d"]]:
        """Run the encoder's layers: exemplar tokens, and a CLS token a group.

        Args:
            embeddings: `EmbeddingParts.embedding`.
            group: 0, 1, ...; boxes of one group see one another and their CLS, as those of one prompt do. Many prompts
                in one call project the image once.
        """
        module, level = self.module, vision.fpn_hidden_states[-2]
        groups = int(group.max()) + 1
        cls = module.cls_embed.weight.expand(groups, -1)
        member = torch.cat([group, torch.arange(groups, device=group.device)])
        mask = None
        if groups > 1:
            together = (member[:, None] == member)[None, None]
            mask = torch.zeros(together.shape, dtype=level.dtype, device=level.device).masked_fill(
                ~together, -torch.inf
            )
        hidden = module.prompt_layer_norm(module.final_proj(torch.cat([embeddings, cls])[None]))
        image = level.flatten(2).transpose(1, 2)
        place = vision.fpn_position_encoding[-2].flatten(2).transpose(1, 2)
        for layer in module.layers:
            hidden = layer(prompt_feats=hidden, vision_feats=image, vision_pos_encoding=place, prompt_mask=mask)
        hidden = module.output_layer_norm(hidden)[0]
        return hidden[: len(embeddings)], hidden[len(embeddings) :]


@contextmanager
def record_attention(attentions: Sequence[nn.Module]) -> Iterator[list[Float[Tensor, "b heads q k"]]]:
    """Record the attention weights of each call, in order, of modules that do not give them.

       The weights are softmax(q k / sqrt(d) + mask).
    Computed a second time from what goes in, since the fast kernels never hold them. In float32, on the CPU. Calls from
       other threads are not recorded.
    """
    maps: list[Tensor] = []
    thread = get_ident()

    def record(module: Any, args: tuple[()], inputs: dict[str, Any]) -> None:  # noqa: ANN401
        if get_ident() != thread:
            return
        heads = module.num_attention_heads

        def split(states: Tensor) -> Tensor:
            return states.unflatten(-1, (heads, -1)).transpose(1, 2).float()

        query, key = split(module.q_proj(inputs["query"])), split(module.k_proj(inputs["key"]))
        logits = query @ key.transpose(2, 3) * module.scaling
        mask = inputs.get("attention_mask")
        if mask is not None:
            allowed = mask if mask.dtype == torch.bool else mask == 0
            logits = logits.masked_fill(~allowed, -torch.inf)
        maps.append(logits.softmax(-1).cpu())

    handles = [module.register_forward_pre_hook(record, with_kwargs=True) for module in attentions]
    try:
        yield maps
    finally:
        for handle in handles:
            handle.remove()
