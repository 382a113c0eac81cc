"""Every sentence of the page in both languages, and nothing else. Numbers come from the analysis."""

from __future__ import annotations

LANGUAGES = {"en": "English", "zh-CN": "中文"}

PAGE: dict[str, dict[str, str]] = {
    "en": {
        "title": "sam3viz",
        "subtitle": (
            "SAM 3 finds *every thing like this one* from boxes. How far do exemplar features lie from visual "
            "features, and which bridge closes the gap?"
        ),
        "examples": "Examples",
        "export": "Take it with you",
        "export_report": "Report (HTML)",
        "export_table": "Numbers (CSV)",
        "export_json": "Numbers and detections (JSON)",
        "export_points": "Points of the maps (Parquet)",
        "export_data": "All arrays (NPZ)",
        "waiting": "Draw a box round one thing to look for.",
        "numbers": "Numbers",
        "numbers_read": (
            "Over the drawn picture's {probes} probe boxes: does an instance token find its own region? "
            "Never read matched cosine without mismatched; the better value of a column is bold, `raw` apart."
        ),
        "method": (
            "All variants share one frozen backbone and one readout. Weights are trained on composed scenes by "
            "`sam3viz train`; probe boxes give the statistics of a single picture."
        ),
        "kept": "Your picture and boxes before it are kept.",
        "no_export": "There is no result to export yet: draw at least one positive box.",
        "language": "Language",
    },
    "zh-CN": {
        "title": "sam3viz",
        "subtitle": "SAM 3 根据框选的样例寻找*所有同类目标*。样例特征与视觉特征相距多远？哪种桥接能弥合这一间隙？",
        "examples": "示例",
        "export": "导出",
        "export_report": "报告 (HTML)",
        "export_table": "指标 (CSV)",
        "export_json": "指标与检测 (JSON)",
        "export_points": "各图的点 (Parquet)",
        "export_data": "全部数组 (NPZ)",
        "waiting": "请框选一个要寻找的目标。",
        "numbers": "指标",
        "numbers_read": (
            "基于当前图片的 {probes} 个探测框：实例特征能否找回自己的区域？"
            "匹配余弦必须与不匹配余弦对照阅读；每列较优值加粗，`raw` 不参与比较。"
        ),
        "method": (
            "所有变体共用同一个冻结的骨干网络和同一个读出规则。"
            "权重由 `sam3viz train` 在合成场景上训练；探测框为单张图片提供统计量。"
        ),
        "kept": "先前的图片和框已保留。",
        "no_export": "还没有可导出的结果：请至少画一个正框。",
        "language": "语言",
    },
}

PANELS_ZH: dict[str, tuple[str, str]] = {
    "gap_axis": ("间隙轴", "精确的线性视图：蓝色点云越靠右，间隙越大；有效的桥接会让蓝色与灰色重合。"),
    "umap_map": (
        "UMAP 图",
        "灰色为视觉特征，蓝色为探测框的实例特征，大标记为所画样例并连到其视觉对应点；图上距离不代表间隙大小，请看下方可信度。",
    ),
    "weights": ("尺度权重、层级权重与门控", "每个样例如何分配三种卷积核、三个融合层级，以及门控打开的程度。"),
}

VERDICT: dict[str, dict[str, str]] = {
    "en": {
        "chance": "On this picture the exemplar encoder alone is at chance",
        "apart": "On this picture the exemplar encoder alone lies apart from the visual features",
        "close": "On this picture even the exemplar encoder alone lies close to the visual features",
        "numbers": (
            " (matched cosine {matched:.2f} against {mismatched:.2f} mismatched; it ranks its own region "
            "{rank:.0f} of {count})."
        ),
        "diagnostic": (
            " The model itself does not go by this cosine but reads its exemplar tokens through learned projections: "
            "the numbers tell of the two spaces, not of what it finds."
        ),
        "nearest": " {name} comes nearest in numbers: {matched:.2f} against {mismatched:.2f}, rank {rank:.0f}.",
        "found": " Things found: {found}.",
    },
    "zh-CN": {
        "chance": "在这张图片上，单独的样例编码器与随机无异",
        "apart": "在这张图片上，单独的样例编码器与视觉特征相分离",
        "close": "在这张图片上，单独的样例编码器已接近视觉特征",
        "numbers": "（匹配余弦 {matched:.2f}，不匹配 {mismatched:.2f}；自身区域在 {count} 个中排第 {rank:.0f}）。",
        "diagnostic": "模型本身并不使用该余弦，而是通过学习的投影读取样例特征：这些数值描述两个空间，而非检测效果。",
        "nearest": "数值上最接近的是 {name}：{matched:.2f} 对 {mismatched:.2f}，排名 {rank:.0f}。",
        "found": "各变体找到的目标数：{found}。",
    },
}

BOX_PROMPTER_ZH: dict[str, str] = {
    "toolbar": "框选工具",
    "positive": "正框",
    "positive_title": "画正框：更多这样的目标 (1)",
    "negative": "负框",
    "negative_title": "画负框：不要这样的目标 (2)",
    "undo_title": "撤销 (Z)",
    "redo_title": "重做 (Shift+Z)",
    "flip_title": "切换所选框的正负 (X)",
    "clear_title": "清除所有框",
    "open": "打开图片",
    "open_title": "从本机打开图片",
    "help_title": "鼠标与按键 (?)",
    "remove_title": "删除此框 (Delete)",
    "stage": "带框的图片。Tab 在框之间切换，方向键移动所选框，? 列出所有按键。",
    "empty": "拖入、粘贴或打开一张图片",
    "hint": "拖动鼠标框选一个要寻找的目标。",
    "counts": "{positive} 个正框，{negative} 个负框。点击框可编辑。",
    "selected": "第 {number} 个框，共 {total} 个，{sign}，{width} × {height} 像素",
    "size": "{width} × {height} 像素",
    "uploading": "正在发送 {name} …",
    "upload_failed": "{name} 发送失败：{reason}。已画内容均保留。",
    "too_large": "{name} 有 {size} MB，上限为 {limit} MB。请压缩后重试。",
    "not_image": "{name} 不是图片。请选择 PNG、JPEG、WebP 或 TIFF 文件。",
    "not_shown": "浏览器无法显示这种图片，但已发送；请等待转换后的副本。",
    "too_many": "已有 {limit} 个框，达到上限。请先删除一个。",
    "too_small": "框太窄，请画大一些。",
    "help": "鼠标与按键",
    "help_draw_key": "拖动",
    "help_draw": "按当前正负画框",
    "help_other_key": "右键拖动、Shift + 拖动",
    "help_other": "画相反正负的框",
    "help_select_key": "点击、Tab",
    "help_select": "选中一个框，然后拖动它或其控制点",
    "help_sign_key": "1、2",
    "help_sign": "选择正、负",
    "help_flip_key": "X",
    "help_flip": "切换所选框的正负",
    "help_nudge_key": "方向键",
    "help_nudge": "移动 1 像素，按 Shift 为 10 像素",
    "help_remove_key": "Delete",
    "help_remove": "删除",
    "help_undo_key": "Z、Shift + Z",
    "help_undo": "撤销、重做",
    "help_escape_key": "Esc",
    "help_escape": "取消拖动、取消选择",
    "help_paste_key": "Ctrl + V",
    "help_paste": "粘贴图片",
}

FOUND = {"en": "{count} found", "zh-CN": "找到 {count} 个"}

PICTURE_GRID_ZH: dict[str, str] = {
    "empty": "请在图片上画框。各变体据此找到的结果会并排显示在这里。",
    "broken": "此结果的图片无法显示，请重新运行；在此之前保留先前的内容。",
    "variants": "显示的变体",
    "toggle_title": "显示或隐藏 {title}",
    "all": "全部显示",
    "controls": "热力图的绘制方式",
    "colours": "配色",
    "inferno": "Inferno",
    "viridis": "Viridis",
    "cividis": "Cividis",
    "grey": "灰度",
    "opacity": "不透明度",
    "percent": "{value} %",
    "threshold": "隐藏低于",
    "threshold_title": "低于此概率的热力不绘制",
    "detections": "检测框",
    "exemplars": "所画的框",
    "colour": "彩色图片",
    "matrix": "图片矩阵：每个变体一列",
    "heat": "热力图",
    "heat_hint": "越亮的地方越可能是所求目标。所有变体共用同一刻度。",
    "probability": "概率",
    "scale": "概率的色标，从 0 到 1",
    "attention": "上下文注意力",
    "attention_hint": "样例框从何处获取上下文。每幅图以自身峰值为 1：请比较位置而非亮度。",
    "no_attention": "此变体没有上下文注意力",
    "chooser": "显示哪个框的注意力",
    "choose_title": "显示框 {tag} 的注意力",
    "cell": "{title}，{view}，{note}。点击放大",
    "value": "p = {value}",
    "value_at": "p = {value}，位于 ({x}, {y})",
    "share": "峰值的 {value}",
    "share_at": "峰值的 {value}，位于 ({x}, {y})",
    "position": "{position} / {total}",
    "previous": "上一个变体 (←)",
    "next": "下一个变体 (→)",
    "close": "关闭 (Esc)",
}
