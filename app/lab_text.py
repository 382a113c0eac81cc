"""Every sentence of the Dataset, Robustness and Cost tabs in both languages, and nothing else."""

from __future__ import annotations

JOB: dict[str, dict[str, str]] = {
    "en": {
        "start": "Start",
        "search": "Search",
        "cancel": "Cancel",
        "waiting": "Waiting in line; jobs that go first: {ahead}.",
        "running": "{what}: {done} of {total}.",
        "beginning": "Beginning.",
        "done": "Done.",
        "cancelled": "Cancelled; nothing new is shown.",
        "left": "About {time} left for this.",
        "busy": "The last one is still running; cancel it first.",
        "files": "Take it with you",
        "compose": "Scenes composed",
        "pictures": "Pictures read",
        "prompts": "Prompts tried",
        "picture": "Targets searched",
        "measures": "Variants measured",
        "maps": "Maps drawn",
        "count": "Variants counted",
        "forward": "Forward passes, all variants in turn",
        "train": "Training steps, all variants in turn",
    },
    "zh-CN": {
        "start": "开始",
        "search": "检索",
        "cancel": "取消",
        "waiting": "排队中；前面还有 {ahead} 个任务。",
        "running": "{what}：{done}，共 {total}。",
        "beginning": "正在开始。",
        "done": "已完成。",
        "cancelled": "已取消；未显示新的结果。",
        "left": "这一步约剩 {time}。",
        "busy": "上一个任务仍在进行，请先取消。",
        "files": "导出",
        "compose": "已合成的场景",
        "pictures": "已读取的图片",
        "prompts": "已尝试的提示",
        "picture": "已检索的目标图片",
        "measures": "已测量的变体",
        "maps": "已绘制的图",
        "count": "已计数的变体",
        "forward": "前向传播（各变体轮流）",
        "train": "训练步（各变体轮流）",
    },
}

SOURCE: dict[str, dict[str, str]] = {
    "en": {
        "source": "Pictures",
        "sample": "Built-in sample: composed scenes with known outlines",
        "upload": "My own: a zip of a folder in COCO format",
        "archive": "Zip with pictures and instances.json, up to 20 MB",
        "missing": "There is no zip yet: upload one, or take the built-in sample.",
        "pictures": "Pictures at most",
    },
    "zh-CN": {
        "source": "图片来源",
        "sample": "内置样本：轮廓已知的合成场景",
        "upload": "自己的数据：COCO 格式文件夹的 zip",
        "archive": "含图片和 instances.json 的 zip，不超过 20 MB",
        "missing": "还没有 zip：请上传，或使用内置样本。",
        "pictures": "图片数上限",
    },
}

DATASET: dict[str, dict[str, str]] = {
    "en": {
        "tab": "Dataset",
        "intro": (
            "**How wide is the gap over many pictures?** Every annotated object goes through both encoders and every "
            "bridge; each number comes with its 95 % interval over pictures."
        ),
        "idle": "Nothing is measured yet. Press Start: the built-in sample takes about two minutes.",
        "story_read": (
            "**Closer, and more useful?** Right: an instance lies nearer to its own region than to strangers'. "
            "Up: its heat finds what was asked. A bridge that only closes the numbers sits right and no higher than "
            "raw."
        ),
        "headline_read": "**In numbers** — brackets are 95 % intervals; *not enough samples* is an answer.",
        "map_read": (
            "**Map of every object (filled) and its region (hollow)** — mixed is closed, two clouds are a gap. The "
            "buttons colour by encoder, category, size or similarity."
        ),
        "worst": "Where {name} answers worst: press one to open it in Explore",
        "best": "Where {name} answers best",
        "cases_none": "No case: a question needs outlines and something that is twice on a picture.",
        "parts_read": (
            "**By size and category** — matched minus mismatched cosine: how much nearer an instance is to its own "
            "region than to the others of its picture."
        ),
        "all_read": "**Every measure**",
        "objects": "objects",
        "apart": (
            "Without a bridge an instance lies at cosine {matched} to its own region and {mismatched} to strangers'; a "
            "linear classifier tells the two encoders apart with AUC {auc}."
        ),
        "nearest": "Nearest in numbers: {name}, matched cosine {matched}, recall at 1 {recall}.",
        "useful": "Most useful: {name}, patch AP {ap}.",
        "seen": "{objects} objects on {pictures} pictures.",
        "opened": "**{category}**, asked of {image}: {name} reached AP {ap}.",
    },
    "zh-CN": {
        "tab": "数据集",
        "intro": (
            "**在许多图片上，间隙有多大？** 每个标注目标都经过两个编码器和所有桥接；"
            "每个数值都附按图片计算的 95 % 区间。"
        ),
        "idle": "尚未测量。点击“开始”：内置样本约需两分钟。",
        "story_read": (
            "**更近，也更有用吗？** 向右：实例比其他区域更接近自己的区域；向上：热图能找到所求目标。"
            "只在数值上弥合间隙的桥接会偏右，却不高于 raw。"
        ),
        "headline_read": "**数值** — 方括号为 95 % 区间；*not enough samples*（样本不足）也是一种回答。",
        "map_read": (
            "**所有目标（实心）及其区域（空心）的图** — 混合即弥合，"
            "两团即有间隙。按钮可按编码器、类别、大小或相似度着色。"
        ),
        "worst": "{name} 回答最差的问题：点击可在“探索”中打开",
        "best": "{name} 回答最好的问题",
        "cases_none": "没有案例：提问需要轮廓，且同一张图片上有两个同类目标。",
        "parts_read": "**按大小与类别** — 匹配余弦减不匹配余弦：实例比同图其他区域更接近自己区域的程度。",
        "all_read": "**全部指标**",
        "objects": "目标数",
        "apart": (
            "没有桥接时，实例与自己区域的余弦为 {matched}，"
            "与其他区域为 {mismatched}；线性分类器区分两个编码器的 AUC 为 {auc}。"
        ),
        "nearest": "数值上最近：{name}，匹配余弦 {matched}，R@1 {recall}。",
        "useful": "最有用：{name}，patch AP {ap}。",
        "seen": "{pictures} 张图片上的 {objects} 个目标。",
        "opened": "**{category}**（{image}）：{name} 的 AP 为 {ap}。",
    },
}

ROBUSTNESS: dict[str, dict[str, str]] = {
    "en": {
        "tab": "Robustness",
        "intro": (
            "**What does each variant withstand?** The exemplar, or the scene that is searched, is disturbed step by "
            "step; every variant answers the same question each time."
        ),
        "perturbations": "Perturbations",
        "side": "Longer side in pixels, as seen",
        "idle": "Nothing is measured yet. Press Start: curves appear here, after about a minute.",
        "disturbed": "Disturbed",
        "exemplar": "the exemplar's picture",
        "scene": "the searched scene",
        "metric": "Measured",
        "patch_ap": "patch AP: does the heat still find the others?",
        "similarity": "similarity: is the token still near its own thing?",
        "curves_read": (
            "**Against severity** — higher is better, flat is robust; the small pictures below each plot show what was "
            "done. Bands are 95 % intervals over pictures, from three pictures on."
        ),
        "areas_read": "**Area under each curve** — 1 is a perfect answer at every level; the best of a row is bold.",
        "seen": "{pictures} pictures, one question each.",
        "none": "None of the chosen perturbations is one of the scene: choose another, or look at the exemplar's.",
        "nothing": "No perturbation is chosen; choose at least one.",
    },
    "zh-CN": {
        "tab": "鲁棒性",
        "intro": "**各变体能承受什么？** 逐级扰动样例或被搜索的场景，每次让所有变体回答同一个问题。",
        "perturbations": "扰动",
        "side": "输入长边（像素）",
        "idle": "尚未测量。点击“开始”，约一分钟后曲线会显示在这里。",
        "disturbed": "扰动对象",
        "exemplar": "样例所在图片",
        "scene": "被搜索的场景",
        "metric": "测量",
        "patch_ap": "patch AP：热图还能找到其余目标吗？",
        "similarity": "相似度：特征仍接近自己的目标吗？",
        "curves_read": (
            "**随强度变化** — 越高越好，越平越稳健；每幅图下方的小图展示所做的扰动。"
            "色带为按图片计算的 95 % 区间（至少三张图片）。"
        ),
        "areas_read": "**曲线下面积** — 1 表示各级均完美；每行最优值加粗。",
        "seen": "{pictures} 张图片，每张一个问题。",
        "none": "所选扰动均不作用于场景：请选择其他扰动，或查看样例。",
        "nothing": "未选择扰动，请至少选择一个。",
    },
}

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
            "over the middle of the claim."
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
        "claims_read": "**声明与实测** — 变体给整个模型（含骨干网络）增加的部分。*比值*：实测值除以声明区间的中点。",
        "costs_read": "**数值** — 一张图片和 {batch} 个场景的一个训练步；时间为中位数，*kept* 为反向传播所需。",
        "within": "符合",
        "below": "低于：更省",
        "above": "高于：更贵",
        "measured": "实测",
        "ratio": "比值",
        "verdict": "判断",
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

PERTURBATIONS_ZH: dict[str, str] = {
    "scale": "缩放",
    "rotation": "旋转",
    "viewpoint": "视角",
    "occlusion": "遮挡",
    "jitter": "框抖动",
    "blur": "模糊",
    "noise": "噪声",
    "light": "光照",
    "looseness": "松框",
    "isolation": "无上下文",
    "relocation": "其他上下文",
}
