from __future__ import annotations

import re

from sam3viz.studies.detector.report import build_sections, write_report
from sam3viz.studies.detector.result import run_study
from tests.helpers.detector_scene import DRAWN, PICTURE


def test_the_report_shows_every_section_and_asks_no_network(analyzer, tmp_path):
    done = run_study(analyzer, PICTURE, DRAWN, lambda what, done, total: None, threshold=0.0)
    shown = build_sections(done)
    assert [section.key for section in shown] == ["detections", "similarity", "attention", "attention", "detector"]
    assert len(shown[0].rows[0]) == 1 + len(done.outcomes)
    write_report(done, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert text.count("<img ") == sum(len(row) for section in shown for row in section.rows)
    for section in shown:
        assert section.title in text
    assert not re.search(r'<(img|script|link)[^>]* (src|href)="(?!data:)', text)


def test_everything_is_said_in_chinese(analyzer):
    study = run_study(analyzer, PICTURE, DRAWN, lambda what, done, total: None, threshold=0.0)
    chinese = build_sections(study, "zh-CN")
    for section, english in zip(chinese, build_sections(study), strict=True):
        assert re.search("[\u3000-\u9fff]", section.title)
        assert re.search("[\u3000-\u9fff]", section.how_to_read)
        for row, english_row in zip(section.rows, english.rows, strict=True):
            for picture, plain in zip(row, english_row, strict=True):
                assert re.search("[\u3000-\u9fff]", picture.title)
                assert bool(re.search("[\u3000-\u9fff]", picture.caption)) == bool(plain.caption)
    assert [section.title for section in chinese if section.key == "attention"] == [
        "+1 的特征关注何处",
        "−2 的特征关注何处",
    ]
