from __future__ import annotations

from pathlib import Path

import pytest

from app.services.pictures import read
from app.services.redaction import redact_folder
from sam3viz.utils.messages import InputError, Message, translate_error

SENTENCE = "There is no picture to export; open one and draw a box."


def test_a_plain_sentence_loses_the_folder():
    error = redact_folder(ValueError("'/secret/place/a.png' is empty"), "/secret/place/a.png")
    assert str(error) == "'a.png' is empty"


PATH = "/secret/a.png"


@pytest.mark.parametrize("value", [Path(PATH), PATH, Message("{path}", path=PATH), ValueError(PATH)])
def test_what_can_be_translated_stays_so_and_loses_the_folder(value):
    error = redact_folder(InputError("{count} of {path}", count=3, path=value), PATH)
    assert str(error) == "3 of a.png"
    assert translate_error(error, "zh-CN") == "3 of a.png"
    assert translate_error(redact_folder(InputError(SENTENCE), PATH), "zh-CN") != SENTENCE


def test_an_upload_that_cannot_be_read_is_named_without_its_folder(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"broken\.png") as caught:
        read(str(broken))
    assert str(tmp_path) not in str(caught.value)
