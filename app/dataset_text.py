"""Every sentence of the Dataset tab in both languages, and nothing else."""

from __future__ import annotations

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
