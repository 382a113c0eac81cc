"""Every sentence of the Training tab in both languages, and nothing else."""

from __future__ import annotations

TRAINING: dict[str, dict[str, str]] = {
    "en": {
        "tab": "Training",
        "intro": (
            "**Train bridges here and watch them learn.** Every chosen variant starts from nothing and sees the same "
            "composed scenes; the vision backbone stays frozen. The training runs in the background: go on exploring "
            "meanwhile."
        ),
        "variants": "Variants",
        "schedules": "Schedules to compare",
        "alignment": "Alignment loss",
        "alignment_info": "Contrastive and distillation consist of alignment and keep it when it is off.",
        "on": "on (weight {weight:g})",
        "off": "off",
        "more": "Longer or shorter",
        "steps": "Steps a run",
        "scenes": "Scenes",
        "start": "Start training",
        "cancel": "Cancel",
        "use": "Use these weights in Explore",
        "expected": "{runs} × {steps} steps: about {time} on two free cores.",
        "run": "1 run",
        "runs": "{count} runs",
        "idle": "Nothing is trained yet. Press *Start training*: curves appear here, step by step.",
        "waiting": "Waiting in line; trainings that go first: {ahead}.",
        "composing": "Composing {scenes} scenes.",
        "encoding": "The backbone reads the scenes, once for all runs.",
        "training": "Training {run}: step {step} of {steps}.",
        "done": "Done.",
        "cancelled": "Cancelled. Finished runs keep their curves and weights.",
        "left": "About {time} left.",
        "seconds": "{count} s",
        "minutes": "{count} min",
        "busy": "Your last training is still running; cancel it first.",
        "none": "There are no trained weights yet; let at least one run finish.",
        "curves_read": (
            "**Loss curves** — a plot a term, a line a run: colour is the variant, the dash tells schedule and "
            "alignment apart. Lower is better; the faint line is the raw loss, the strong one its moving average."
        ),
        "table_read": (
            "**In numbers** — on the detection loss (patch + ranking), which all runs share. *Steps to target*: until "
            "it stays as low as the worst run ends (of the same variant, where it has several). *Smoothness*: 1 is all "
            "trend, 0 white noise, −1 a zigzag."
        ),
        "same": "No difference: {runs}. What sets these runs apart does not reach this variant.",
        "head_loss": "final loss ↓",
        "head_steps": "steps to target ↓",
        "head_smoothness": "smoothness ↑",
        "head_seconds": "time s",
        "in_use": "These results use weights that you trained here ({variants}). Nobody else sees them.",
        "back": "Back to the shipped weights",
    },
    "zh-CN": {
        "tab": "训练",
        "intro": (
            "**在此训练桥接模块，观察其学习过程。** 所选变体均从零开始，使用相同的合成场景；视觉骨干网络保持冻结。"
            "训练在后台进行，期间可继续探索。"
        ),
        "variants": "变体",
        "schedules": "要比较的调度",
        "alignment": "对齐损失",
        "alignment_info": "对比与蒸馏变体本身就是对齐，关闭时仍保留。",
        "on": "开（权重 {weight:g}）",
        "off": "关",
        "more": "训练长短",
        "steps": "每次训练的步数",
        "scenes": "场景数",
        "start": "开始训练",
        "cancel": "取消",
        "use": "在“探索”中使用这些权重",
        "expected": "{runs} × {steps} 步：在两个空闲核上约需 {time}。",
        "run": "1 次训练",
        "runs": "{count} 次训练",
        "idle": "尚未训练。点击*开始训练*后，曲线会逐步显示在这里。",
        "waiting": "排队中；前面还有 {ahead} 个训练。",
        "composing": "正在合成 {scenes} 个场景。",
        "encoding": "骨干网络正在读取场景，所有训练共用一次。",
        "training": "正在训练 {run}：第 {step} 步，共 {steps} 步。",
        "done": "已完成。",
        "cancelled": "已取消。已完成的训练保留其曲线和权重。",
        "left": "约剩 {time}。",
        "seconds": "{count} 秒",
        "minutes": "{count} 分钟",
        "busy": "上一次训练仍在进行，请先取消。",
        "none": "还没有训练好的权重；请至少完成一次训练。",
        "curves_read": (
            "**损失曲线** — 每个损失项一幅图，每次训练一条线：颜色表示变体，线型区分调度与对齐。"
            "越低越好；浅线为原始损失，深线为其滑动平均。"
        ),
        "table_read": (
            "**数值** — 基于所有训练共有的检测损失（patch + ranking）。"
            "*到达目标的步数*：损失降到最差一次训练（同一变体有多次时只看该变体）的终值并保持所需的步数。"
            "*平滑度*：1 为纯趋势，0 为白噪声，−1 为锯齿。"
        ),
        "same": "没有差别：{runs}。区分这些训练的设置对该变体不起作用。",
        "head_loss": "最终损失 ↓",
        "head_steps": "到达目标的步数 ↓",
        "head_smoothness": "平滑度 ↑",
        "head_seconds": "时间（秒）",
        "in_use": "当前结果使用您在此训练的权重（{variants}），只有您能看到。",
        "back": "恢复自带的权重",
    },
}

EXPLORE = {"en": "Explore", "zh-CN": "探索"}

SCHEDULES_ZH: dict[str, str] = {
    "one-cycle": "单周期",
    "constant": "恒定",
    "progressive": "渐进",
    "progressive-decay": "渐进衰减",
}
