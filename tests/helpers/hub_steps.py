"""What tests of both ways do."""

from __future__ import annotations

import pytest

from sam3viz.utils.messages import InputError
from tests.helpers.hub_stand_in import Repo

REPO = "me/bridges"


def filled(hub, **files: bytes) -> Repo:
    """A repo with these files, of the suffix that bridges have."""
    repo = hub.repos[REPO] = Repo()
    repo.commit({f"{name}.safetensors": content for name, content in files.items()})
    return repo


def refused(function, *words, **options) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        function(*words, **options)
    assert type(caught.value) in (ValueError, InputError), "bad input, and nothing that broke"
    assert "\n" not in str(caught.value)
    return str(caught.value)
