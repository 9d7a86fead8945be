"""The reference of the scenario language for its authors, made from the table of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from jidi.language.words.forms import Argument, Schema, Table, Word
from jidi.wording import sentence

_HEAD: Final = """\
# The scenario language · 场景语言

<!-- Written from the table of words (src/jidi/language/words) by
     `python -m jidi.catalogue.writing`; change the table, not this page. -->

A scenario is one YAML file under `conformance/scenarios/<area>/`. Its words are closed: what does
not stand on this page is refused by `jidi lint`. There are no conditions, loops or templates; a
scenario that needs one lacks a word.

场景是 `conformance/scenarios/<领域>/` 下的一个 YAML 文件。词汇封闭：本页未列者一律被 `jidi lint`
拒绝。没有条件、循环与模板；若确有需要，说明语言缺少一个词。

```yaml
kit-scenario: 1
id: consignment-digest
title: {en: "A receipt says what was received", zh: "回执载明所收内容"}
area: consignment
roles: [courier]
generate: {key: idempotency-key, number: order-no, parcel: {kind: consignment, order_no: $number}}
steps:
  - id: place
    call: {op: createConsignment, as: platform-a, headers: {Idempotency-Key: $key}, body: $parcel}
    expect: {status: [200, 201]}
    check:
      - {id: whole, req: DS-01.2, value: "$place.body#/order_no", equals: $number}
```

## Expressions · 表达式

`$name.member#/json/pointer ~ RFC 9535 query`: every text that begins with `$` is an expression, and
one that does not parse is refused. `name` is an earlier step (or, in its own checks, the step
itself), a generated value, a receiver, a courier, or `case`, `discovery`, `target`; a step alone
means its body. A number may be scaled, as in
`{of: $discovery#/limits/push_timeout_s, times: 2, plus: 1}`. A source that never came about leaves
a check not exercised; a value that is missing from an answer that did come is absent.

以 `$` 开头的文本均为表达式，无法解析者被拒绝。`name` 为之前的步骤（在其检验中亦可为其自身）、
生成的值、接收端、快递企业，或 `case`、`discovery`、`target`。仅写步骤名表示其正文。
数值可按倍数取用。来源未产生时检验记为未检验；应答已到而其中缺少的值视为不存在。

## What lint refuses as empty · 数据检查视为空转而拒绝

A check that holds whatever the candidate does is no check. Refused are: a comparison in which
nothing comes from the candidate; a value compared with itself; `count-at-least: 0`, `contains: []`,
`not-in: []`, a pattern that every text matches; a bound of 0 from below on what is never negative;
a status that may be any; a pointer that no published schema of the answer has; canaries of which
every kind is allowed; `in-time` where nothing is awaited.

无论受测方如何均成立的检验不是检验。拒绝以下情形：比较双方均非来自受测方；值与其自身比较；
`count-at-least: 0`、`contains: []`、`not-in: []`、任何文本均匹配的模式；对非负量设下限 0；
任意状态码均可；应答的已发布模式中不存在的指针；允许全部类别的植入值；并无等待却用 `in-time`。

## Sweeps · 全程检验

What must hold whatever the scenario stands in `conformance/sweeps/<id>.yaml`: a requirement, what
must hold in both languages, and a rule that looks at everything that was seen in the run.

无论何种场景均应满足的事项载于 `conformance/sweeps/<id>.yaml`：所属要求、中英文表述，以及一条审视
整个运行所见一切的规则。

```yaml
kit-sweep: 1
id: challenge-with-401
title: {en: "every 401 carries WWW-Authenticate", zh: "每个 401 应答均带 WWW-Authenticate"}
req: DS-08.2
rule: header-with-status
with: {status: [401], header: WWW-Authenticate}
```

`needs` names capabilities without which it is not applicable. A sweep that saw nothing of its
matter is not exercised, and never passed; with `seldom: true` (the matter need not occur), and in a
run of chosen scenarios, nothing is said then. `recordings: true`: it is judged over recorded
traffic, too.

`needs` 列出不具备则不适用的能力。未见其情形的检验记为未检验，绝不视为通过；载有 `seldom: true`
（此情形未必出现）或仅运行所选场景时，则不作判定。`recordings: true` 表示亦适用于所录流量。
"""
_SECTIONS: Final = {
    "kinds": sentence("language/kinds-of-step"),
    "modifiers": sentence("language/beside-a-call-or-push"),
    "subjects": sentence("language/what-a-check-looks-at"),
    "matchers": sentence("language/matchers"),
    "rules": sentence("language/named-judgements"),
    "sweeps": sentence("language/rules-of-sweeps"),
    "actions": sentence("language/named-actions"),
    "members": sentence("language/members-of-a-view"),
    "generators": sentence("language/generated-values"),
    "parties": sentence("language/parties"),
}
_SHAPES: Final = {
    "expression": "expression · 表达式",
    "name": "name · 名称",
    "duration": "number, expression or {of, times, plus} · 数值、表达式或 {of, times, plus}",
    "status": "status · 状态码",
    "condition": "condition · 条件",
    "where": "member: value · 成员: 值",
    "drive": "as under drive · 同 drive",
    "string": "text · 文本",
    "number": "number · 数值",
    "integer": "integer · 整数",
    "boolean": "true, false",
    "array": "list · 列表",
    "object": "mapping · 映射",
}


def reference(table: Table) -> str:
    """The page in Markdown, in both languages, one entry for each word."""
    lines = [_HEAD]
    for part, title in _SECTIONS.items():
        lines += [f"## {title.en} · {title.zh}", ""]
        for word in getattr(table, part):
            lines += [*_entry(word), ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(word: Word) -> Iterator[str]:
    of = getattr(word, "of", "")
    yield f"### {of}.{word.name}" if of else f"### {word.name}"
    yield ""
    clause = getattr(word, "clause", "")
    yield f"{word.text.en}{f' ({clause})' if clause else ''}"
    yield ""
    yield word.text.zh
    yield ""
    yield from _facts(word)
    yield from ("```yaml", *word.example.splitlines(), "```")


def _facts(word: Word) -> Iterator[str]:
    on = getattr(word, "on", getattr(word, "beside", ()))
    if on:
        yield from (f"On · 用于：{', '.join(f'`{name}`' for name in on)}", "")
    schema = getattr(word, "value", None) or (
        getattr(word, "schema", None) if not hasattr(word, "arguments") else None
    )
    if schema:
        yield from (f"Takes · 取值：{_shape(schema)}", "")
    arguments: tuple[Argument, ...] = getattr(word, "arguments", ())
    if arguments:
        yield from ("| | | |", "|---|---|---|", *_rows(arguments), "")
    observes: tuple[Argument, ...] = getattr(word, "observes", ())
    if observes:
        yield from ("Leaves · 留下：", "", "| | |", "|---|---|")
        yield from (f"| `.{one.name}` | {one.text.en} {one.text.zh} |" for one in observes)
        yield ""


def _rows(arguments: Iterable[Argument]) -> Iterator[str]:
    for argument in arguments:
        needed = " (required · 必填)" if argument.required else ""
        yield (
            f"| `{argument.name}`{needed} | {_shape(argument.schema)} "
            f"| {argument.text.en} {argument.text.zh} |"
        )


def _shape(schema: Schema) -> str:
    """What a schema takes, in a few words."""
    if "anyOf" in schema:
        return " / ".join(dict.fromkeys(_shape(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        value = schema["const"]
        return "`true`" if value is True else f"`{value}`"
    if "$ref" in schema:
        return _SHAPES[schema["$ref"].rpartition("/")[2]]
    if schema.get("pattern", "").startswith(r"^\$case"):
        return "`$case.…`"
    return _SHAPES.get(str(schema.get("type", "")), "any value · 任意值")
