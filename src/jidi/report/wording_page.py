"""The sentences that only the HTML page needs, in both languages."""

from __future__ import annotations

from jidi.model.text import Text

PAGE_WORDING: dict[str, Text] = {
    "skip": Text("Skip to the requirements", "跳到要求列表"),
    "language": Text("Language", "语言"),
    "run-facts": Text("About this run", "本次运行"),
    "declared": Text("Declared by the candidate (discovery document)", "被测方声明（发现文档）"),
    "matrix": Text("Articles and outcomes", "条款与结果"),
    "matrix-hint": Text(
        "Choose a figure to see only those requirements.", "点击数字即可筛选相应的要求。"
    ),
    "all": Text("All", "全部"),
    "total": Text("Total", "合计"),
    "filter-outcome": Text("Filter by outcome", "按结果筛选"),
    "filter-text": Text("Search id, sentence, check or reason", "搜索编号、文字、检查项或原因"),
    "search": Text("Search", "搜索"),
    "clear": Text("Clear filters", "清除筛选"),
    "shown": Text("{part} of {whole} shown", "显示 {part} / {whole}"),
    "nothing": Text("Nothing matches these filters.", "没有符合筛选条件的内容。"),
    "open-all": Text("Open all", "全部展开"),
    "close-all": Text("Close all", "全部收起"),
    "observable": Text("What is looked at", "检验内容"),
    "why": Text("Why", "原因"),
    "evidence": Text("Evidence", "证据"),
    "no-exchange": Text("This check rests on no exchange.", "此检查项不涉及任何交互。"),
    "missing-exchange": Text("not in the journal", "日志中没有"),
    "all-exchanges": Text("All exchanges", "全部交互"),
    "exchange-search": Text("Search id, address, scenario, status", "搜索编号、地址、场景、状态"),
    "more": Text("Show {count} more", "再显示 {count} 项"),
    "more-passed": Text("Show {count} more checks", "再显示 {count} 项检查"),
    "request": Text("Request", "请求"),
    "response": Text("Response", "响应"),
    "headers": Text("Headers", "标头"),
    "body": Text("Body", "正文"),
    "empty-body": Text("empty", "空"),
    "raw": Text("Raw", "原文"),
    "pretty": Text("Pretty", "排版"),
    "copy": Text("Copy", "复制"),
    "copied": Text("Copied", "已复制"),
    "link": Text("Link to this", "链接"),
    "bytes": Text("{count} bytes", "{count} 字节"),
    "body-cut": Text("shortened", "已截断"),
    "binary": Text("binary, shown as base64", "二进制内容，以 base64 显示"),
    "withheld": Text("Withheld values", "未公开的值"),
    "scenario": Text("Scenario", "场景"),
    "step": Text("Step", "步骤"),
    "party": Text("Party", "身份"),
    "operation": Text("Operation", "操作"),
    "time": Text("Time", "时间"),
    "direction": Text("Direction", "方向"),
    "attempt": Text("Attempt", "尝试"),
    "index": Text("Twin", "并发序号"),
    "page": Text("Page", "页"),
    "failed-no-response": Text("No complete response came", "未收到完整响应"),
    "no-curl": Text(
        "The command is too long to show; the body is in har.json.",
        "命令过长，未显示；正文见 har.json。",
    ),
    "no-script": Text(
        "Scripts are off: verdict and outcomes are shown, evidence is not. It stands in run.json "
        "and har.json too.",
        "脚本已禁用：仅显示结论与结果，不显示证据。证据另见 run.json 与 har.json。",
    ),
    "footer": Text(
        "Rendered from the run's journal. The page fetches nothing and sends nothing.",
        "根据运行日志生成。本页面不获取也不发送任何数据。",
    ),
    "selection-note": Text(
        "A selection was run, not the whole profile: this is no certification.",
        "仅运行了选定部分而非完整配置，不构成符合性认定。",
    ),
}
