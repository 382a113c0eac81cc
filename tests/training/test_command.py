from __future__ import annotations

import pytest

from sam3viz.training.command import without_folder


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("--coco", "--coco"),
        ("/some/where/photos", "photos"),
        ("photos/2024/", "2024"),
        ("--coco=/some/where/photos", "--coco=photos"),
        ("timm:vit=/some/where/vit.safetensors", "timm:vit=vit.safetensors"),
        ("timm:vit_tiny.in1k", "timm:vit_tiny.in1k"),
        ("sam3:../checkpoints/sam3", "sam3:sam3"),
        (r"D:\some\photos", "D:photos"),
        ("0.3", "0.3"),
    ],
)
def test_a_told_command_names_no_folder_of_the_machine(word, told):
    assert without_folder(word) == told
