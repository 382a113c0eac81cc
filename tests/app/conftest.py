"""A backbone in a local file, as whoever starts the page may offer one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import backbones
from app.services.analyses import analysis_of
from app.services.backbones import AnalyzerPool, BackboneCatalog, BackboneChoice
from sam3viz import Analyzer
from sam3viz.encoders import BACKBONES
from tests.helpers.timm_checkpoints import VIT, save_checkpoint


@pytest.fixture
def trained_folder(monkeypatch, tmp_path) -> Path:
    """Where bridges of other backbones are; nothing is there yet."""
    monkeypatch.setattr("sam3viz.bridges.checkpoints.TRAINED", tmp_path / "trained")
    return tmp_path / "trained"


@pytest.fixture
def local(tmp_path, trained_folder) -> str:
    """Its name in the library; no visitor may hear of the folder."""
    (tmp_path / "secret place").mkdir()
    return save_checkpoint(VIT, tmp_path / "secret place")


@pytest.fixture
def pool(monkeypatch) -> Iterator[AnalyzerPool]:
    """The page's pool, empty."""
    analysis_of.cache_clear()
    fresh = AnalyzerPool(Analyzer.from_pretrained)
    monkeypatch.setattr(backbones, "POOL", fresh)
    yield fresh
    analysis_of.cache_clear()


@pytest.fixture
def local_choice(local, pool) -> BackboneChoice:
    """What a visitor gets who chooses it."""
    catalog = BackboneCatalog([local])
    choice = catalog.resolve(catalog.labels[len(BACKBONES)])
    assert choice is not None
    return choice
