from __future__ import annotations

from dataclasses import replace

from sam3viz.studies.dataset_gap.instances import MAX_OBJECTS_PER_PICTURE, ExcludedCounts
from sam3viz.studies.dataset_gap.sentences import summary_sentences
from sam3viz.studies.dataset_gap.summarize import Ranking
from sam3viz.utils.messages import translate
from tests.helpers.gap_summaries import gap_summary, number


def test_the_nearest_by_contrast_and_the_most_accurate_with_its_equals_are_named(summary):
    unbridged, nearest, accurate = summary_sentences(summary)
    assert unbridged == (
        "Without a bridge (baseline): an instance has cosine 0.00 to its own region and 0.10 to other regions; "
        "a linear classifier separates the two encoders with AUC 0.97."
    )
    assert nearest.startswith("Nearest in numbers: distillation, contrast 0.80")
    assert accurate == (
        "Most accurate: unified, patch AP 0.600 [0.500, 0.700], +0.200 [+0.050, +0.310] over raw; "
        "not significantly different from it: distillation, adaptive."
    )


def test_every_sentence_is_said_in_chinese(summary):
    excluded = ExcludedCounts(flat=1, crowds=2, thin=3, beyond=4)
    unbridged, nearest, accurate, left_out = (
        translate(sentence, "zh-CN") for sentence in summary_sentences(replace(summary, excluded=excluded))
    )
    assert unbridged.startswith("没有桥接（baseline）：实例与自己区域的余弦为 0.00，与其他区域为 0.10；")
    assert nearest == "数值上最近：distillation，对比度 0.80，R@1 0.50。"
    assert accurate == (
        "最准确：unified，patch AP 0.600 [0.500, 0.700]，比 raw 高 +0.200 [+0.050, +0.310]；"
        "与其无显著差异：distillation、adaptive。"
    )
    assert left_out == (
        "未测量的标注：1 个框没有面积、2 个为群体标注、3 个宽或高不足 4 像素、"
        f"4 个超出所在图片最大的 {MAX_OBJECTS_PER_PICTURE} 个。"
    )


def test_a_lead_that_may_be_none_is_no_lead(summary):
    ranking = Ranking("unified", {"raw": number(0.2, -0.05, 0.31), "distillation": number(0.1, 0.05, 0.2)})
    sentence = summary_sentences(replace(summary, ranking=ranking))[-1]
    assert sentence.endswith("0.700], not significantly different from raw (+0.200 [-0.050, +0.310]).")
    assert translate(sentence, "zh-CN").endswith("0.700]，与 raw 无显著差异（+0.200 [-0.050, +0.310]）。")


def test_raw_may_be_the_most_accurate(summary):
    ranking = Ranking("raw", {"unified": number(0.1, 0.05, 0.2)})
    sentence = summary_sentences(replace(summary, ranking=ranking))[-1]
    assert sentence == "Most accurate: raw, patch AP 0.400 [0.300, 0.500]."


def test_what_is_excluded_is_counted_by_its_reason(summary):
    sentence = summary_sentences(replace(summary, excluded=ExcludedCounts(crowds=3, beyond=2)))[-1]
    assert sentence == (
        "Annotations that are not measured: 3 that are crowds, "
        f"2 beyond the {MAX_OBJECTS_PER_PICTURE} largest of their picture."
    )


def test_what_was_not_measured_has_no_sentence_and_what_was_not_asked_has_its_reason(summary):
    variants = {name: replace(gap, scores={}) for name, gap in summary.variants.items() if name != "baseline"}
    unscored = replace(gap_summary(variants), unscored_reason="'set' outlines nothing: outline it.")
    nearest, reason = summary_sentences(unscored)
    assert nearest.startswith("Nearest")
    nothing = "Not scored: nothing could be asked, so there are no scores and no examples."
    assert reason == f"{nothing} 'set' outlines nothing: outline it."
    assert summary_sentences(replace(unscored, unscored_reason=""))[-1] == nothing
    assert (
        translate(reason, "zh-CN")
        == "没有得分：没有可提的问题，因此没有得分和示例。'set' outlines nothing: outline it."
    )


def test_too_few_samples_are_said_in_the_language(summary):
    gap = summary.variants["baseline"]
    few = replace(gap, measures=gap.measures | {"domain_auc": number(None)})
    sentence = summary_sentences(replace(summary, variants=summary.variants | {"baseline": few}))[0]
    assert sentence.endswith("with AUC too few.")
    assert translate(sentence, "zh-CN").endswith("AUC 为 样本不足。")
