"""Every sentence of the SAM 3 tab, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings
from sam3viz.studies.detector.words import BARE, DRAWN, ENGLISH, PART, TEXT, TOKENS, TURNED, WITHOUT, Words

STRINGS = Strings(
    {
        "intro": (
            "What the real SAM 3 makes of the picture and boxes in Explore: what its exemplar tokens are made of, "
            "where they look, and what it finds with each box, without it, and with other tokens in its place. Where "
            "another picture is given, that one is searched for what the boxes show."
        ),
        "threshold": "Score from which a detection counts",
        "other": "Another picture to search (optional)",
        "idle": (
            "Choose a SAM 3 under Backbone in Explore, draw boxes there, then start. Its weights are gated: see the "
            "README, or start the page with `sam3viz app --backbone sam3:DIR`."
        ),
        "numbers": "Numbers",
        "numbers_read": (
            "A low IoU with the prompt as drawn means that what was changed mattered. Other encoders' tokens are to be "
            "compared with SAM 3's own tokens without CLS, which are given in the same way."
        ),
        "prompt": "prompt",
        "found": "found",
        "presence": "presence",
        "best score": "best score",
        "IoU with as drawn": "IoU with as drawn",
        "IoU with own tokens without CLS": "IoU with own tokens without CLS",
    }
)

CHINESE = Words(
    prompts={
        DRAWN: ("原样", "所有框按所画使用。"),
        TEXT: ("仅文本", "没有框：文本是占位词“visual”，不指任何东西。"),
        WITHOUT: ("去掉 {subject}", "去掉一个框：它有影响吗？"),
        TURNED: ("翻转 {subject}", "翻转一个标签：+ 变 −，或 − 变 +。"),
        PART: ("去除{subject}", "从每个特征中去除这一部分。"),
        BARE: ("无 CLS 的自身特征", "仅给出 SAM 3 自身的正框特征，不含 CLS：其他编码器特征的对照。"),
        TOKENS: ("{subject} 的特征", "该变体的正框特征，不含 CLS：请与“无 CLS 的自身特征”比较。"),
    },
    parts={"content": "内容", "coordinates": "坐标", "position": "位置", "label": "标签"},
    found="找到 {count} 个{best}；存在概率 {presence:.2f}；与原样的 IoU {agreement:.2f}。",
    best="，最高分 {score:.2f}",
    control="与无 CLS 的自身特征的 IoU {agreement:.2f}。",
    varied="共 {count} 个框，仅对前 {most} 个逐一去掉和翻转。",
    similarity="余弦 {low:.2f} 至 {high:.2f}",
    head="第 {layer} 层，第 {head} 头",
    layer="第 {layer} 层，{reader}",
    share="占注意力的 {share:.0%}",
    text="文本",
    boxes=("所画的框", "绿色为要找的，红色虚线为不要的。"),
    axis="在特征嵌入中所占份额",
    sections={
        "parts": (
            "特征由什么组成",
            "每个框的嵌入是精确的和：内容（该层的 ROIAlign）、坐标、位置与标签。"
            "各部分合计 100 %；零点左侧的部分与总和方向相反。",
        ),
        "found": (
            "这些框有影响吗？",
            "检测器在以下情形找到什么：原样、没有框、逐个去掉框或翻转其标签、去除特征的某一部分、换用其他编码器的特征。"
            "与原样的 IoU 低，说明有影响。其他编码器的特征不含 CLS（汇集所有框的特征），"
            "也不含负框（其特征未必表示标签），其参照是以同样方式给出的 SAM 3 自身特征。"
            "模型中没有减去负样例的步骤，只有标签部分标记它们。",
        ),
        "similarity": (
            "特征像什么",
            "正框特征与其来源层的平均余弦，所有图共用一个刻度。"
            "这只是诊断：模型通过学习的投影比较两者，而不是用此余弦。",
        ),
        "attention": (
            "{subject} 的特征关注何处",
            "样例编码器在框所在图片上的交叉注意力：每行一层，每列一个头，各图以自身峰值为 1。",
        ),
        "detector": (
            "检测器在何处使用文本和框",
            "图片各处对提示特征的注意力（各头平均）：每行为检测器编码器的一层。份额为全图平均，各图以自身峰值为 1。",
        ),
    },
)

WORDS = {"en": ENGLISH, "zh-CN": CHINESE}
