"""The commands of ``jidi`` in the order in which a newcomer needs them: where each is, and its one
line of help.

A module is imported when its command is called, so that no command pays for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jidi.model.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the module and the name under which it stands there, and what it is for."""

    module: str
    attribute: str
    brief: Text


COMMANDS: Final[Mapping[str, Entry]] = {
    "demo": Entry(
        "jidi.cli.demo",
        "demo",
        Text(
            "Start a reference partner, the courier without --role, and certify it.",
            "启动参考伙伴（缺省为快递企业）并对其认证。",
        ),
    ),
    "init": Entry(
        "jidi.cli.init",
        "init",
        Text(
            "Write a target file from the discovery document of a candidate.",
            "根据受测方的发现文档生成目标文件。",
        ),
    ),
    "doctor": Entry(
        "jidi.cli.doctor", "doctor", Text("Check a target before a run.", "运行前检查目标。")
    ),
    "certify": Entry(
        "jidi.cli.certify", "certify_command", Text("Certify a candidate.", "认证一个受测方。")
    ),
    "judge": Entry(
        "jidi.cli.judge",
        "judge",
        Text("Judge recorded traffic; nothing is sent.", "对录制的流量作出判定；不发送任何请求。"),
    ),
    "report": Entry(
        "jidi.cli.report",
        "report",
        Text("Make reports from a stored run.", "由已保存的运行生成报告。"),
    ),
    "validate": Entry(
        "jidi.cli.validate",
        "validate",
        Text("Check messages against the schemas and named rules.", "按模式与命名规则校验报文。"),
    ),
    "scan": Entry(
        "jidi.cli.scan",
        "scan",
        Text(
            "Find personal data in feeds and logs, offline.", "离线查找数据流与日志中的个人信息。"
        ),
    ),
    "explain": Entry(
        "jidi.cli.explain",
        "explain",
        Text("Explain a requirement or a scenario.", "解释一项要求或一个场景。"),
    ),
    "list": Entry(
        "jidi.cli.listing",
        "list_command",
        Text(
            "List requirements, scenarios, profiles, schemas or operations.",
            "列出要求、场景、认证配置、模式或操作。",
        ),
    ),
    "coverage": Entry(
        "jidi.cli.coverage",
        "coverage",
        Text("Show requirement × check × scenario.", "列出要求 × 检验 × 场景。"),
    ),
    "new": Entry(
        "jidi.cli.new",
        "new",
        Text(
            "Write the skeleton of a scenario, a requirement or a broken partner.",
            "生成场景、要求或故障伙伴的骨架文件。",
        ),
    ),
    "lint": Entry(
        "jidi.cli.lint",
        "lint",
        Text(
            "Check the data of the kit: schemas, ledger, scenarios, profiles.",
            "检查测试工具的数据：模式、台账、场景、认证配置。",
        ),
    ),
    "serve": Entry(
        "jidi.cli.serve",
        "serve",
        Text(
            "Run a reference partner, to try jidi or to develop against.",
            "运行参考伙伴，供试用或联调。",
        ),
    ),
    "demo-network": Entry(
        "jidi.cli.demo_network",
        "demo_network",
        Text(
            "Send a day of made-up parcels through a platform, an integrator and two couriers.",
            "让一个电商平台、一个集成服务商和两家快递企业处理一天的虚构快件。",
        ),
    ),
}
"""By the name that is typed."""
