"""Every sentence of the Robustness tab in both languages, and nothing else."""

from __future__ import annotations

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
