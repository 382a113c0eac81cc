"""A SAM 3 of 2.75 million random weights, in a folder made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import Sam3Config, Sam3Model


def _parts() -> dict[str, Any]:
    """Every part but the text encoder."""
    width = {"hidden_size": 64, "num_attention_heads": 4}
    inner = {**width, "intermediate_size": 128}
    vit = {
        **inner, "model_type": "sam3_vit_model", "num_hidden_layers": 4, "image_size": 112, "patch_size": 14,
        "window_size": 4, "global_attn_indexes": [1, 3], "pretrain_image_size": 56,
    }  # fmt: skip
    sizes = [[32, 32], [16, 16], [8, 8]]
    return {
        "vision_config": {"backbone_config": vit, "fpn_hidden_size": 64, "backbone_feature_sizes": sizes},
        "geometry_encoder_config": {**inner, "num_layers": 3},
        "detr_encoder_config": {**inner, "num_layers": 2},
        "detr_decoder_config": {**inner, "num_layers": 2, "num_queries": 20},
        "mask_decoder_config": width,
    }


def tiny_config() -> Sam3Config:
    text = {
        "model_type": "clip_text_model", "vocab_size": 49408, "hidden_size": 32, "intermediate_size": 64,
        "projection_dim": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 32,
        "hidden_act": "gelu",
    }  # fmt: skip
    return Sam3Config(text_config=text, **_parts())


def tiny_model(seed: int = 0) -> Sam3Model:
    """Every bias and scale is drawn, too: at their usual 0 and 1 a forgotten one would not show."""
    torch.manual_seed(seed)
    model = Sam3Model(tiny_config()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.05 * torch.randn_like(parameter)
    return model


def save_sam3(folder: Path, seed: int = 0) -> str:
    """Returns the backbone's name for `load_backbone`."""
    tiny_model(seed).save_pretrained(folder)
    return f"sam3:{folder}"


def save_lite_text(folder: Path) -> str:
    """One with the small text encoder, where transformers has it; returns its name for `load_backbone`."""
    import transformers

    text = {"hidden_size": 32, "intermediate_size": 64, "projection_dim": 32, "num_hidden_layers": 2}
    config = transformers.Sam3LiteTextConfig(text_config={**text, "num_attention_heads": 4}, **_parts())
    torch.manual_seed(0)
    transformers.Sam3LiteTextModel(config).save_pretrained(folder)
    return f"sam3:{folder}"
