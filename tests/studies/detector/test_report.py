from __future__ import annotations

import re

from sam3viz.studies.detector.report import sections, write_report
from sam3viz.studies.detector.study import study
from tests.studies.detector.conftest import DRAWN, PICTURE


def test_the_report_shows_every_section_and_asks_no_network(analyzer, tmp_path):
    done = study(analyzer, PICTURE, DRAWN, lambda what, done, total: None, threshold=0.0)
    shown = sections(done)
    assert [section.key for section in shown] == ["found", "similarity", "attention", "attention", "detector"]
    assert len(shown[0].rows[0]) == 1 + len(done.outcomes)
    write_report(done, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert text.count("<img ") == sum(len(row) for section in shown for row in section.rows)
    for section in shown:
        assert section.title in text
    assert not re.search(r'<(img|script|link)[^>]* (src|href)="(?!data:)', text)
