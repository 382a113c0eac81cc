"""Small pieces of HTML of the Training tab. Every value is escaped."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from app.tabs.training.strings import TRAINING
from sam3viz.training.plan import Plan
from sam3viz.training.session import Status


def duration(seconds: float, language: str) -> str:
    """In seconds, from a minute and a half on in minutes."""
    words = TRAINING[language]
    if seconds < 90:
        return words["seconds"].format(count=max(math.ceil(seconds / 5) * 5, 5))
    return words["minutes"].format(count=round(seconds / 60))


def status_html(status: Status, plan: Plan, language: str) -> str:
    """A bar with a sentence: what is going on, and how long it will take."""
    words = TRAINING[language]
    if status.state == "failed":
        return f'<div class="notice error" role="alert">{escape(status.error)}</div>'
    sentence = words[status.state].format(
        ahead=status.ahead, scenes=plan.scenes, run=status.run, step=status.step, steps=plan.steps
    )
    if status.alive and status.seconds_left is not None:
        sentence += " " + words["left"].format(time=duration(status.seconds_left, language))
    return bar_html(status.progress, sentence, status.state, words["tab"])


def bar_html(share: float | None, sentence: str, state: str, label: str) -> str:
    """How far something is, 0..1 or None where nobody knows, above a sentence on it."""
    now = width = ""
    if share is not None:
        now, width = f' aria-valuenow="{round(100 * share)}"', f' style="width: {round(100 * share)}%"'
    bar = f'<div class="bar" role="progressbar"{now} aria-label="{escape(label)}"><span{width}></span></div>'
    return f'<div class="job-status" role="status" data-state="{escape(state)}">{bar}<p>{escape(sentence)}</p></div>'


def training_table_html(table: pd.DataFrame, language: str) -> str:
    """`sam3viz.figures.training_curves.training_table` as a table; the best value of a column is bold."""
    words = TRAINING[language]
    forms = {"loss": "{:.3f}", "steps": "{:.0f}", "smoothness": "{:.2f}", "seconds": "{:.0f}"}
    head = "".join(f'<th scope="col">{escape(words[f"head_{name}"])}</th>' for name in forms)
    rivals = len(table) > 1
    best = {
        "loss": table["loss"].min(),
        "steps": table["steps"].min(),
        "smoothness": table["smoothness"].max(),
        "seconds": table["seconds"].min(),
    }

    def cell(name: str, value: float) -> str:
        if pd.isna(value):
            return "<td>–</td>"
        return f"<td{' class=best' if rivals and value == best[name] else ''}>{forms[name].format(value)}</td>"

    body = "".join(
        f'<tr><th scope="row">{escape(str(run))}</th>{"".join(cell(name, row[name]) for name in forms)}</tr>'
        for run, row in table.iterrows()
    )
    return (
        f'<div class="numbers"><table aria-label="{escape(words["tab"])}"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
