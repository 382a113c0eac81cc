"""Every sentence on choosing a backbone in both languages, and nothing else."""

from __future__ import annotations

BACKBONE: dict[str, dict[str, str]] = {
    "en": {
        "title": "Backbone",
        "label": "Vision backbone",
        "info": "Choose one, or type timm:NAME for any model of timm, fetched from the hub.",
        "refused": (
            "There is no such backbone to choose: take one of the list, or type timm:NAME. Files are for whoever "
            "starts the page: sam3viz app --backbone timm:NAME=FILE."
        ),
        "loading": "Loading {name}: {seconds} s. Weights that are not on this machine are fetched first.",
        "failed": "{name} could not be loaded ({kind}).",
        "large": (
            "{name} has {count} million parameters: visitors may load timm models of up to {most} million. A larger "
            "one is for whoever starts the page: sam3viz app --backbone {name}."
        ),
        "many": "{count} other backbones are being loaded; try again in a minute.",
        "dropped": (
            "The weights that you trained here are of {default} and are not in use any more; the Training tab has a "
            "button that brings them back."
        ),
        "returned": "The weights that you trained here are of {default}: {name} is not in use any more.",
        "in_use": "These results use the backbone {name} ({variants}).",
        "back": "Back to {default}",
        "size": "input {size} px (longer side)",
        "square": "input {size} × {size} px (stretched to a square)",
        "token": "token {stride} px",
        "channels": "{dim} channels",
        "device": "on {device}",
        "trained": "Trained bridges here: {names}.",
        "every": "all {count}",
        "none": "none; raw does without",
        "train": "This trains the rest; then start the page again:",
        "local": "Write {file} with its folder.",
        "unjudged": (
            "The exemplar encoder alone (baseline) is not trained for this backbone, so there is no gap to judge yet. "
            "This trains what is missing:"
        ),
    },
    "zh-CN": {
        "title": "骨干网络",
        "label": "视觉骨干网络",
        "info": "从列表中选择，或输入 timm:NAME 使用 timm 的任意模型（从模型中心获取）。",
        "refused": (
            "没有可选的此骨干网络：请从列表中选择，或输入 timm:NAME。"
            "本地文件只能由启动页面的人指定：sam3viz app --backbone timm:NAME=FILE。"
        ),
        "loading": "正在加载 {name}：{seconds} 秒。本机没有的权重会先行获取。",
        "failed": "{name} 无法加载（{kind}）。",
        "large": (
            "{name} 有 {count} 百万个参数：访客最多可加载 {most} 百万个参数的 timm 模型。"
            "更大的模型由启动页面的人指定：sam3viz app --backbone {name}。"
        ),
        "many": "另有 {count} 个骨干网络正在加载，请一分钟后再试。",
        "dropped": "您在此训练的权重属于 {default}，现已不再使用；可在“训练”页重新启用。",
        "returned": "您在此训练的权重属于 {default}，因此不再使用 {name}。",
        "in_use": "当前结果使用骨干网络 {name}（{variants}）。",
        "back": "恢复 {default}",
        "size": "输入长边 {size} 像素",
        "square": "输入 {size} × {size} 像素（拉伸为正方形）",
        "token": "特征步长 {stride} 像素",
        "channels": "{dim} 个通道",
        "device": "运行于 {device}",
        "trained": "此处已训练的桥接：{names}。",
        "every": "全部 {count} 个",
        "none": "无；raw 无需训练",
        "train": "以下命令训练其余变体，之后请重新启动页面：",
        "local": "请为 {file} 补上所在文件夹。",
        "unjudged": "此骨干网络尚未训练单独的样例编码器（baseline），因此还无法判断间隙。以下命令训练所缺变体：",
    },
}
