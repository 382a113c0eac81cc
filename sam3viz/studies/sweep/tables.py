"""A sweep as text: a row a setting, the conflicts module by module, and what the numbers say."""

from __future__ import annotations

import pandas as pd

from sam3viz.evaluation.estimate import format_number
from sam3viz.evaluation.intervals import LEVEL
from sam3viz.evaluation.tables import NO_VALUE, to_markdown
from sam3viz.studies.bench.result import SeedEstimate
from sam3viz.studies.sweep.conflict import WHOLE
from sam3viz.studies.sweep.result import CLOSENESS, SeedValues, SettingResult, SweepStudy, Verdict
from sam3viz.training.plan import TrainingRun
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

TITLES = {
    "patch_ap": "patch AP",
    "ap_vs_objects": "AP vs. objects",
    "contrast": "contrast",
    "recall_at_1": "R@1",
    "centroid_distance": "centroid distance",
}
"""Of the measures, in the order of the table."""
_VERDICTS: dict[Verdict, str] = {
    "lower": "lower for every seed",
    "higher": "higher for every seed",
    "none": "no measurable difference",
    "one seed": "one seed alone, which tells nothing",
}


def setting_table(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> pd.DataFrame:
    """Write a row a setting: what it is, its measures, its conflicts, and in which measure it is Pareto-optimal."""
    fronts = {measure: study.front(measure) for measure in CLOSENESS}
    rows = []
    for result in study.results:
        cells = _setting_cells(result.setting, language)
        for name, title in TITLES.items():
            score = result.scores.get(name)
            cells[translate(title, language)] = NO_VALUE if score is None else format_score(score)
        best = [translate(TITLES[measure], language) for measure in CLOSENESS if result.setting in fronts[measure]]
        cells |= _conflict_cells(result, language)
        cells[translate("Pareto-optimal by patch AP and", language)] = ", ".join(best) or NO_VALUE
        rows.append(cells)
    return pd.DataFrame(rows)


def module_table(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> pd.DataFrame:
    """Write a row a setting and a column a module: the share of conflicts; no rows where nothing was looked at."""
    rows = [
        _setting_cells(result.setting, language)
        | {name: _format_share(conflict.share) for name, conflict in result.conflicts.items() if name != WHOLE}
        for result in study.results
        if result.conflicts
    ]
    return pd.DataFrame(rows).fillna(NO_VALUE)


def front_sentences(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """Say which settings are Pareto-optimal, where there are several settings."""
    if len(study.results) < 2:
        return []
    return [
        translate(
            "Pareto-optimal by {measure} and patch AP, by their means alone: {settings}.",
            language,
            measure=translate(TITLES[measure], language),
            settings="; ".join(_place(study, setting, measure, language) for setting in study.front(measure)),
        )
        for measure in CLOSENESS
    ]


def conflict_sentences(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """Say what each schedule does to the share of conflicts, in points of percent, and what its verdict is worth."""
    names = study.names
    said = [
        translate(
            "{setting}: share of conflicts against {reference} {mean} points; by seed {seeds}: {verdict}.",
            language,
            setting=names[difference.setting],
            reference=translate(difference.reference, language),
            mean=format_number(100 * difference.share.mean, "+.1f"),
            seeds=", ".join(format_number(100 * value, "+.1f") for value in difference.share.by_seed),
            verdict=translate(_VERDICTS[difference.verdict], language),
        )
        for difference in study.schedule_differences()
    ]
    count = len(study.seeds)
    if not said or count < 2:
        return said
    chance = translate(
        "A verdict is the sign alone: without any effect {count} seeds agree in {share} of cases.",
        language, count=count, share=f"{2 ** (1 - count):.0%}",
    )  # fmt: skip
    return [*said, chance]


def note(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> str:
    """Say what the numbers of the table are."""
    return translate(
        "Mean with {level} interval (bootstrap over {pictures} pictures, {episodes} episodes, one positive box); ± is "
        "the standard deviation over training seeds ({seeds}). Contrast: matched minus mismatched cosine, R@1: how "
        "often an instance's own region is the nearest, both over probe boxes. Conflict: share of the steps looked at "
        "on which the gradients of detection and alignment have a cosine below 0.",
        language,
        level=f"{LEVEL:.0%}",
        pictures=study.pictures,
        episodes=study.episodes,
        seeds=", ".join(map(str, study.seeds)),
    )


def text_table(study: SweepStudy) -> str:
    """Write tables, sentences and note as plain text."""
    tables = [table.to_string(index=False) for table in (setting_table(study), module_table(study)) if len(table)]
    return "\n\n".join([*tables, "\n".join([*front_sentences(study), *conflict_sentences(study), note(study)])])


def markdown_table(study: SweepStudy) -> str:
    """Write the settings for a README, with what the numbers say."""
    said = "\n".join(f"- {sentence}" for sentence in (*front_sentences(study), *conflict_sentences(study)))
    blocks = [f"**{study.dataset}**", to_markdown(setting_table(study)), said]
    return "\n\n".join([*filter(None, blocks), note(study)])


def format_score(score: SeedEstimate) -> str:
    """Write a mean with its interval and, from two seeds on, the standard deviation over them."""
    spread = "" if score.seed_sd is None else f" ± {score.seed_sd:.3f}"
    return f"{score:.3f}{spread}"


def _setting_cells(setting: TrainingRun, language: str) -> dict[str, str]:
    return {
        translate("variant", language): setting.variant,
        translate("schedule", language): translate(setting.schedule, language),
        translate("alignment weight", language): f"{setting.alignment_weight:g}",
    }


def _conflict_cells(result: SettingResult, language: str) -> dict[str, str]:
    conflict = result.conflicts.get(WHOLE)
    share, cosine = translate("conflict", language), translate("gradient cosine", language)
    if conflict is None:
        return {share: NO_VALUE, cosine: NO_VALUE}
    spread = "" if conflict.cosine.sd is None else f" ± {conflict.cosine.sd:.2f}"
    return {share: _format_share(conflict.share), cosine: format_number(conflict.cosine.mean, "+.2f") + spread}


def _format_share(share: SeedValues) -> str:
    return f"{share.mean:.0%}" + ("" if share.sd is None else f" ± {share.sd:.0%}")


def _place(study: SweepStudy, setting: TrainingRun, measure: str, language: str) -> str:
    scores = next(result.scores for result in study.results if result.setting == setting)
    closeness = translate(TITLES[measure], language)
    return (
        f"{study.names[setting]} ({closeness} {format_number(scores[measure].mean, '.3f')}, "
        f"patch AP {format_number(scores['patch_ap'].mean, '.3f')})"
    )
