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
        "unpack": "Files unpacked",
        "annotations": "Annotations read",
        "pictures": "Pictures read",
        "things": "Things taken by other paths",
        "prompts": "Prompts tried",
        "references": "References encoded",
        "picture": "Targets searched",
        "cases": "Worst and best cases drawn",
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
        "unpack": "已解压的文件",
        "annotations": "已读取的标注",
        "pictures": "已读取的图片",
        "things": "已经其他路径比较的目标",
        "prompts": "已尝试的提示",
        "references": "已编码的参考图片",
        "picture": "已检索的目标图片",
        "cases": "已绘制的最差和最佳示例",
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
            "raw, whose AP is the dotted line."
        ),
        "headline_read": (
            "**In numbers** — brackets are 95 % intervals; *not enough samples* is an answer. Bold: the best of each "
            "score, for patch AP with those not told apart from it, and the bridge with the highest contrast, which is "
            "matched minus mismatched cosine. raw has no gap by construction."
        ),
        "map_read": (
            "**Map of every object (filled) and its region (hollow)** — mixed is closed, two clouds are a gap. The "
            "buttons colour by encoder, variant, category, size or similarity. Trust is the share of a map's "
            "neighbours that are true ones, 1 at best."
        ),
        "worst": "Where {name} answers worst: press one to open it in Explore",
        "best": "Where {name} answers best",
        "cases_none": "Nothing was asked, so there are no scores and no cases.",
        "parts_read": (
            "**By size and category** — matched minus mismatched cosine: how much nearer an instance is to its own "
            "region than to the others of its picture."
        ),
        "all_read": "**Every measure**",
        "objects": "objects",
        "apart": (
            "Apart: baseline. Without a bridge an instance lies at cosine {matched} to its own region and "
            "{mismatched} to others'; a linear classifier tells the two encoders apart with AUC {auc}."
        ),
        "nearest": "Nearest in numbers: {name}, contrast {contrast}, recall@1 {recall}.",
        "useful": "Most useful: {name}, patch AP {ap}",
        "over_raw": ", {lead} over raw",
        "raw_equal": ", not told apart from raw ({lead})",
        "equals": "; not told apart from it: {names}",
        "comma": ", ",
        "stop": ".",
        "left_out": "Annotations that are not measured: {parts}.",
        "flat": "{count} whose box has no area",
        "crowds": "{count} that are crowds",
        "thin": "{count} under {thinnest} pixels wide or high",
        "beyond": "{count} beyond the {most} largest of their picture",
        "few": "not enough samples",
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
            "只在数值上弥合间隙的桥接会偏右，却不高于 raw（其 AP 为虚线）。"
        ),
        "headline_read": (
            "**数值** — 方括号为 95 % 区间；*样本不足*也是一种回答。"
            "粗体：各项得分的最优变体（patch AP 含与其无法区分者），"
            "以及对比度最高的桥接（对比度 contrast = 匹配余弦减不匹配余弦）。raw 按构造没有间隙。"
        ),
        "map_read": (
            "**所有目标（实心）及其区域（空心）的图** — 混合即弥合，"
            "两团即有间隙。按钮可按编码器、变体、类别、大小或相似度着色。trust 为图上近邻中真实近邻的比例，最高为 1。"
        ),
        "worst": "{name} 回答最差的问题：点击可在“探索”中打开",
        "best": "{name} 回答最好的问题",
        "cases_none": "没有可提的问题，因此没有得分和案例。",
        "parts_read": "**按大小与类别** — 匹配余弦减不匹配余弦：实例比同图其他区域更接近自己区域的程度。",
        "all_read": "**全部指标**",
        "objects": "目标数",
        "apart": (
            "分离：baseline。没有桥接时，实例与自己区域的余弦为 {matched}，"
            "与其他区域为 {mismatched}；线性分类器区分两个编码器的 AUC 为 {auc}。"
        ),
        "nearest": "数值上最近：{name}，对比度 {contrast}，R@1 {recall}。",
        "useful": "最有用：{name}，patch AP {ap}",
        "over_raw": "，比 raw 高 {lead}",
        "raw_equal": "，与 raw 无法区分（{lead}）",
        "equals": "；与其无法区分：{names}",
        "comma": "、",
        "stop": "。",
        "left_out": "未测量的标注：{parts}。",
        "flat": "{count} 个框没有面积",
        "crowds": "{count} 个为群体标注",
        "thin": "{count} 个宽或高不足 {thinnest} 像素",
        "beyond": "{count} 个超出所在图片最大的 {most} 个",
        "few": "样本不足",
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
        "idle": "Nothing is measured yet. Press Start: curves appear here, after one or two minutes.",
        "disturbed": "Disturbed",
        "exemplar": "the exemplar's picture",
        "scene": "the searched scene",
        "metric": "Measured",
        "patch_ap": "patch AP: does the heat still find the others?",
        "similarity": "similarity: is the token still near its own thing?",
        "curves_read": (
            "**Against severity** — higher is better, flat is robust; the small pictures below each plot show what was "
            "done. Dotted: the AP of chance, which moves as things leave the picture or fill it. Each curve is of the "
            "pictures that have an answer at every level; bands are 95 % intervals over them, from three pictures on."
        ),
        "areas_read": (
            "**Area under each curve** — its mean height; 1 is a perfect answer at every level. \\* the paired "
            "difference to raw has an interval without 0. Each is judged by itself: where none differed, one of twenty "
            "would still be starred. Bold: the highest of its row, and starred; no bold, no clear winner over raw."
        ),
        "consistency_read": (
            "**Consistency: the same thing by another path** — against its tight box on its own picture. *same*: "
            "cosine of the two tokens; *strangers*: with the other things by that path, and where it is as high, "
            "nothing is told apart; *contrast*: the first minus the second; *recall at 1*: how often the thing itself "
            "is the nearest. Stars and bold as above, of contrast alone."
        ),
        "crop": "the crop alone",
        "loose": "a box 1.7 x loose",
        "elsewhere": "in another picture",
        "same": "same",
        "strangers": "strangers",
        "contrast": "contrast",
        "recall": "recall at 1",
        "few": "not enough samples",
        "counted": "{name}, {pictures} pictures",
        "by_path": "{path}: {measure}",
        "absent": "No curve for {names}: no picture has an answer at every level.",
        "outlines": (
            "The pictures of “{dataset}” have boxes without outlines, so nothing says which places are right. Give "
            "every object a “segmentation” (a polygon or a mask) in instances.json, or take the built-in sample."
        ),
        "seen": "{pictures} pictures, one question each.",
        "none": "None of the chosen perturbations is one of the scene: choose another, or look at the exemplar's.",
        "nothing": "No perturbation is chosen; choose at least one.",
    },
    "zh-CN": {
        "tab": "鲁棒性",
        "intro": "**各变体能承受什么？** 逐级扰动样例或被搜索的场景，每次让所有变体回答同一个问题。",
        "perturbations": "扰动",
        "side": "输入长边（像素）",
        "idle": "尚未测量。点击“开始”，一两分钟后曲线会显示在这里。",
        "disturbed": "扰动对象",
        "exemplar": "样例所在图片",
        "scene": "被搜索的场景",
        "metric": "测量",
        "patch_ap": "patch AP：热图还能找到其余目标吗？",
        "similarity": "相似度：特征仍接近自己的目标吗？",
        "curves_read": (
            "**随强度变化** — 越高越好，越平越稳健；每幅图下方的小图展示所做的扰动。"
            "虚线为随机水平的 AP，会随目标移出或占满画面而变化。每条曲线只含在所有级别都有答案的图片；"
            "色带为按这些图片计算的 95 % 区间（至少三张图片）。"
        ),
        "areas_read": (
            "**曲线下面积** — 即平均高度，1 表示各级均完美。\\* 与 raw 的配对差的区间不含 0；各自单独判断："
            "即使毫无差别，每二十个也会有一个带星号。加粗：该行最高且带星号；没有加粗即没有明显优于 raw 的变体。"
        ),
        "consistency_read": (
            "**一致性：经不同路径看同一目标** — 与其在原图上的紧框比较。*同一*：两个特征的余弦；"
            "*他物*：与经该路径的其他目标的余弦，若同样高则什么也分不开；*对比*：前者减后者；"
            "*R@1*：最近的正是该目标自身的比例。星号与加粗同上，仅用于对比。"
        ),
        "crop": "仅裁剪块",
        "loose": "1.7 倍松框",
        "elsewhere": "放入另一张图片",
        "same": "同一",
        "strangers": "他物",
        "contrast": "对比",
        "recall": "召回率 R@1",
        "few": "样本不足",
        "counted": "{name}，{pictures} 张图片",
        "by_path": "途径 {path}：{measure}",
        "absent": "没有 {names} 的曲线：没有图片在所有级别都有答案。",
        "outlines": (
            "“{dataset}”的图片只有框而没有轮廓，无法判断哪些位置是正确的。"
            "请在 instances.json 中为每个目标添加“segmentation”（多边形或掩码），或使用内置样本。"
        ),
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
