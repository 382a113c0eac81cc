"""Every sentence of the Cost tab in both languages, and nothing else."""

from __future__ import annotations

COST: dict[str, dict[str, str]] = {
    "en": {
        "tab": "Cost",
        "intro": (
            "**What does each variant cost on this machine, and is it what the design claims?** Every figure is "
            "measured now: all variants take turns, so that a slow moment slows all of them."
        ),
        "side": "Longer side in pixels, as seen",
        "repetitions": "Repetitions",
        "idle": "Nothing is measured yet. Press Start: it takes less than a minute.",
        "pareto_read": (
            "**Cost against use** — left is cheaper, up is better; the line joins the variants that no other beats in "
            "both. AP: {source}."
        ),
        "claims_read": (
            "**Claimed and measured** — what a variant adds to the whole model, backbone included. *ratio*: measured "
            "over the middle of the claim. Alignment is told over the same bridge trained without it; distillation is "
            "nothing but alignment and is told over baseline. Memory is told of a backbone as it would be if it were "
            "trained; timings of a few repetitions are noisy, below zero is the clock's noise."
        ),
        "costs_read": (
            "**Figures** — of one picture and one training step of {batch} scenes; times are medians, *kept* is what "
            "the backward pass needs."
        ),
        "within": "within",
        "below": "below: cheaper",
        "above": "above: dearer",
        "measured": "measured",
        "ratio": "ratio",
        "verdict": "verdict",
        "other": "This is what {default} costs, whichever backbone is chosen. For {name} run `{command}`.",
        "source": "{dataset}, mean of {seeds} training seeds, written by `sam3viz bench`",
    },
    "zh-CN": {
        "tab": "成本",
        "intro": (
            "**各变体在本机上的成本是多少，与设计声明一致吗？** 所有数值均为当场测量："
            "各变体轮流运行，慢的时刻对所有变体一视同仁。"
        ),
        "side": "输入长边（像素）",
        "repetitions": "重复次数",
        "idle": "尚未测量。点击“开始”，不到一分钟。",
        "pareto_read": (
            "**成本与用处** — 越左越省，越上越好；连线为没有被其他变体在两方面同时超过的变体。AP：{source}。"
        ),
        "claims_read": (
            "**声明与实测** — 变体给整个模型（含骨干网络）增加的部分。*比值*：实测值除以声明区间的中点。"
            "对齐相对于不带对齐训练的同一桥接；distillation 只有对齐项，故相对于 baseline。"
            "内存按骨干网络也参与训练时计；重复次数少时计时有噪声，负值即为噪声。"
        ),
        "costs_read": "**数值** — 一张图片和 {batch} 个场景的一个训练步；时间为中位数，*kept* 为反向传播所需。",
        "within": "符合",
        "below": "低于：更省",
        "above": "高于：更贵",
        "measured": "实测",
        "ratio": "比值",
        "verdict": "判断",
        "other": "这是 {default} 的成本，与所选的骨干网络无关。{name} 的成本请运行 `{command}`。",
        "source": "{dataset}，{seeds} 个训练种子的均值，由 `sam3viz bench` 写出",
    },
}

CLAIMS_ZH: dict[str, str] = {
    "alignment": "特征对齐损失，训练时间",
    "unified": "统一架构，前向计算",
    "adaptive": "动态实例编码，推理时间",
    "features": "存储中间特征，内存",
    "gradients": "梯度，内存",
}
