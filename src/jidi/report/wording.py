"""Every sentence of the reports, in both languages, in one place."""

from __future__ import annotations

from jidi.model.text import Language, Text
from jidi.model.verdict import Outcome, RunWord

OUTCOME_WORDS: dict[Outcome, Text] = {
    Outcome.NONE: Text("not exercised", "未测"),
    Outcome.NOT_APPLICABLE: Text("not applicable", "不适用"),
    Outcome.ATTESTED: Text("attested", "书面证明"),
    Outcome.PASS: Text("pass", "通过"),
    Outcome.WARN: Text("warning", "警告"),
    Outcome.WAIVED: Text("waived", "豁免"),
    Outcome.NOT_EXERCISED: Text("not exercised", "未测"),
    Outcome.CONFIG_ERROR: Text("configuration error", "配置错误"),
    Outcome.HARNESS_ERROR: Text("kit error", "套件错误"),
    Outcome.UNSTABLE: Text("unstable", "结果不稳定"),
    Outcome.FAIL: Text("fail", "不通过"),
}

OUTCOME_SYMBOLS: dict[Outcome, str] = {
    Outcome.NONE: "○",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.ATTESTED: "§",
    Outcome.PASS: "✓",
    Outcome.WARN: "!",
    Outcome.WAIVED: "~",
    Outcome.NOT_EXERCISED: "○",
    Outcome.CONFIG_ERROR: "?",
    Outcome.HARNESS_ERROR: "‼",
    Outcome.UNSTABLE: "≠",
    Outcome.FAIL: "✗",
}

# Worst first: the order in which people want to read.
OUTCOMES_TO_SHOW: tuple[Outcome, ...] = (
    Outcome.FAIL,
    Outcome.UNSTABLE,
    Outcome.HARNESS_ERROR,
    Outcome.CONFIG_ERROR,
    Outcome.NOT_EXERCISED,
    Outcome.WAIVED,
    Outcome.WARN,
    Outcome.PASS,
    Outcome.ATTESTED,
    Outcome.NOT_APPLICABLE,
)

RUN_WORDS: dict[RunWord, Text] = {
    "conformant": Text("conformant", "符合"),
    "conformant-with-waivers": Text("conformant with waivers", "附豁免的符合"),
    "not-conformant": Text("not conformant", "不符合"),
    "inconclusive": Text("inconclusive", "无法得出结论"),
    "kit-fault": Text("kit fault", "套件故障"),
    "selection-passed": Text("selection passed", "所选部分通过"),
    "selection-failed": Text("selection failed", "所选部分不通过"),
    "recording-passed": Text("nothing broken in the recording", "录制内容未见不符合"),
    "recording-failed": Text("broken in the recording", "录制内容存在不符合"),
}

RUN_SENTENCES: dict[RunWord, Text] = {
    "conformant": Text(
        "Every requirement of the profile that binds was seen to hold.",
        "该级别的每一项强制要求都经实测成立。",
    ),
    "conformant-with-waivers": Text(
        "Requirements hold, save those that were waived.", "除已豁免的要求外，其余要求均成立。"
    ),
    "not-conformant": Text(
        "At least one binding requirement was seen to be broken.",
        "至少有一项强制要求被实测为不成立。",
    ),
    "inconclusive": Text(
        "Not everything that binds was seen, so nothing is certified.",
        "并非所有强制要求都得到检验，因此不能认定符合。",
    ),
    "kit-fault": Text(
        "The kit itself went wrong; the candidate is not judged.",
        "测试套件自身出错，未对被测方作出判定。",
    ),
    "selection-passed": Text(
        "What was selected holds. A selection is not a certification.",
        "所选部分成立。部分检验不构成符合性认定。",
    ),
    "selection-failed": Text(
        "Something that was selected does not hold.", "所选部分中有不成立的要求。"
    ),
    "recording-passed": Text(
        "What the recording shows breaks no requirement; what it does not show is not exercised. "
        "A recording certifies nothing.",
        "录制内容未见违反任何要求；未涉及的要求计为未测。录制内容不构成符合性认定。",
    ),
    "recording-failed": Text(
        "The recording shows at least one requirement broken.", "录制内容表明至少有一项要求不成立。"
    ),
}

ROLE_WORDS: dict[str, Text] = {
    "courier": Text("courier", "快递企业"),
    "platform": Text("platform", "电子商务平台"),
    "integrator": Text("integrator", "集成服务商"),
}

LEVEL_WORDS: dict[str, Text] = {
    "core": Text("core", "基础级"),
    "privacy": Text("privacy", "隐私级"),
    "full": Text("full", "完整级"),
}

MODALITY_WORDS: dict[str, Text] = {
    "MUST": Text("must", "强制"),
    "SHOULD": Text("should", "推荐"),
    "NONE": Text("no duty", "无义务"),
}

WORDING: dict[str, Text] = {
    "title": Text("Conformance report", "符合性测试报告"),
    "subtitle": Text("Express and e-commerce data sharing", "快递与电子商务数据共享"),
    "verdict": Text("Verdict", "结论"),
    "level": Text("level {level}", "级别：{level}"),
    "candidate": Text("Candidate", "被测方"),
    "address": Text("Address", "地址"),
    "role": Text("Role", "角色"),
    "profile": Text("Profile", "配置"),
    "started": Text("Started", "开始时间"),
    "finished": Text("Finished", "结束时间"),
    "duration": Text("Duration", "用时"),
    "kit": Text("Kit", "套件版本"),
    "seed": Text("Seed", "随机种子"),
    "exchanges": Text("Exchanges", "交互次数"),
    "generated": Text("Generated cases", "生成用例数"),
    "run-id": Text("Run", "运行编号"),
    "python": Text("Python", "Python 版本"),
    "standard": Text("Standard", "标准版本"),
    "ledger-digest": Text("Ledger digest", "要求台账摘要值"),
    "schema-digest": Text("Schema digest", "模式摘要值"),
    "driver": Text("Driver", "驱动方式"),
    "observations": Text(
        "Observations ({count}): seen, but without weight in the verdict",
        "观察记录（{count} 项）：仅供参考，不影响结论",
    ),
    "profile-digest": Text("Profile digest", "配置摘要值"),
    "never-finished": Text("did not finish", "未结束"),
    "article": Text("Article", "条款"),
    "requirement": Text("Requirement", "要求"),
    "requirements": Text("Requirements", "要求"),
    "outcome": Text("Outcome", "结果"),
    "check": Text("Check", "检查项"),
    "checks": Text("Checks", "检查项"),
    "one-check": Text("1 check", "1 项检查"),
    "checks-count": Text("{count} checks", "{count} 项检查"),
    "clause": Text("Clause", "条款"),
    "reason": Text("Reason", "原因"),
    "expected": Text("Expected", "预期"),
    "actual": Text("Actual", "实际"),
    "exchange": Text("Exchange", "交互"),
    "reproduce": Text("Reproduce", "复现"),
    "repeat-push": Text("Repeat this push", "重发此推送"),
    "not-met": Text("What does not hold", "不成立的要求"),
    "warnings": Text("Warnings", "警告"),
    "errors": Text("What could not be judged", "无法判定的要求"),
    "waivers": Text(
        "Waived ({count}): not held to in this run", "已豁免（{count} 项）：本次运行不作要求"
    ),
    "not-exercised": Text(
        "Not exercised ({count}): never counted as passed", "未测（{count} 项）：绝不计为通过"
    ),
    "no-reason": Text("no reason was recorded", "未记录原因"),
    "no-checks": Text("no check bore on it in this run", "本次运行没有检查项涉及此要求"),
    "and-more": Text("and {count} more", "另有 {count} 项"),
    "more-checks": Text(
        "{count} further checks with this outcome; see report.html",
        "另有 {count} 项检查结果相同，详见 report.html",
    ),
    "report-at": Text("Report", "报告"),
    "of": Text("{part} of {whole} requirements passed", "{whole} 项要求中 {part} 项通过"),
    "incomplete": Text("Incomplete run", "运行不完整"),
    "incomplete-sentence": Text(
        "The run did not reach its end: it was interrupted, broken off, or its time was over. "
        "What was not seen is shown as not exercised, and nothing is certified.",
        "运行未到达终点：被中断、意外终止或时间用尽。未检验的要求显示为“未测”，"
        "不作任何符合性认定。",
    ),
    "no-response": Text("no response", "无响应"),
    "sent": Text("kit to candidate", "套件 → 被测方"),
    "received": Text("candidate to kit", "被测方 → 套件"),
    "curl-long": Text(
        "too long to show here; see exchange {id} in report.html",
        "过长，未在此显示；见 report.html 中的交互 {id}",
    ),
    "cut": Text("shortened; the whole is in report.html", "内容有删减，完整内容见 report.html"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The sentence ``key`` in ``language`` with its places filled from ``values``."""
    return WORDING[key].for_language(language).format(**values)


def both(key: str, **values: object) -> Text:
    """The sentence ``key`` in both languages with its places filled from ``values``."""
    text = WORDING[key]
    return Text(text.en.format(**values), text.zh.format(**values))
