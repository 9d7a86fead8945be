"""The pages on the source documents: every sentence, and the rows that it leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from jidi.catalogue.inventory.source_text import Article, Sentence, SourceText
from jidi.model.requirement import Requirement
from jidi.model.text import Language, Text

_MADE: Final = """\
<!-- Written from conformance/sources, conformance/inventory and conformance/requirements by
     `python -m jidi.catalogue.writing`; change those, not this page. -->
"""
_TITLE: Final = Text("Sentence by sentence", "逐句对照")
_INTRO: Final = Text(
    "Every sentence of both documents, and what it leads to. Chinese alone is authentic; the "
    "English is a translation of this project, for information. The same, for one requirement or "
    "sentence: `jidi explain DS-01.1`, `jidi explain DS-01.s1`.\n\n"
    "*Basis*: `text`, the row says what the sentence says; `derived`, it follows from it, in a "
    "form that can be seen or stated; `own`, a choice of this standard, which the text does not "
    "lay down. *Force*: the word of the text; 应当, 应 and 要 lay down a duty, 不得 and 严禁 a "
    "prohibition, 支持 (supported) and 鼓励 (encouraged) neither, 可以 and 可 a permission. "
    "Roles in brackets are not addressed by the sentence: the standard binds them by its own "
    "choice. *Checked for*: the roles for which checks exist today. A row that bears upon a "
    "sentence beside its own is marked *also*. What stands in no row says why.",
    "两份文件的全部句子及其去向。以中文原文为准；英文为本项目自译，仅供参考。查看单项要求或单句："
    "`jidi explain DS-01.1`、`jidi explain DS-01.s1`。\n\n"
    "依据：`text` 指该要求与原文所述一致；`derived` 指由原文引申，取可供检验或声明的形式；`own` "
    "指本标准自行规定，原文未作此规定。约束力：原文用语；“应当”“应”“要”设定义务，“不得”“严禁”"
    "设定禁止，“支持”“鼓励”不设义务，“可以”“可”为许可。括号内的角色不是该句的规范对象，对其约束"
    "系本标准自行规定。已有检验：目前已有检验的角色。除本句之外与另一句亦有关的要求注明“另见”。"
    "无对应要求的部分说明理由。",
)
_COLUMNS: Final = Text(
    "| row | modality | basis | force | words | roles | established | checked for |",
    "| 要求 | 级别 | 依据 | 约束力 | 原文用语 | 角色 | 认定方式 | 已有检验 |",
)
_OWN: Final = Text("Rows that no sentence carries", "无原文出处的要求")
_IN_BRACKETS: Final = Text(" ({})", "（{}）")
_COUNTED: Final = Text(
    "{rows} rows: {text} say what the text says, {derived} follow from it, {own} are own choices. "
    "{sentences} sentences; of {uncovered} a part is not yet covered.",
    "共 {rows} 项要求：与原文一致 {text} 项，引申 {derived} 项，自行规定 {own} 项。"
    "共 {sentences} 句，其中 {uncovered} 句有部分内容尚未覆盖。",
)
_ROLES: Final[Mapping[str, Text]] = {
    "courier": Text("courier", "快递企业"),
    "platform": Text("platform", "电商平台"),
    "integrator": Text("integrator", "集成服务商"),
    "user": Text("users", "用户"),
    "authority": Text("authorities", "主管部门"),
    "kit": Text("the kit", "本工具"),
}
_KINDS: Final[Mapping[str, Text]] = {
    "scope": Text("Scope", "仅划定范围"),
    "unobservable": Text("Unobservable", "无从认定"),
    "uncovered": Text("Not yet covered", "尚未覆盖"),
}


def matrix_page(
    sources: Sequence[SourceText], rows: Mapping[str, Requirement], language: Language
) -> str:
    """The whole page in one language."""
    return "\n".join(_Page(rows, language).lines(sources)) + "\n"


class _Page:
    """Writes in one language."""

    def __init__(self, rows: Mapping[str, Requirement], language: Language) -> None:
        self._rows = rows
        self._language: Language = language

    def lines(self, sources: Sequence[SourceText]) -> Iterator[str]:
        """Both documents, and the rows that no sentence carries."""
        yield from (f"# {self._told(_TITLE)}", "", _MADE, self._told(_INTRO), "")
        yield self._counted([one for source in sources for one in source.sentences])
        for source in sources:
            yield from ("", f"## {source.document}: {self._told(source.title)}", "")
            yield self._told(source.origin).strip()
            for article in source.articles:
                yield from self._article(source.document, article)
        yield from ("", f"## {self._told(_OWN)}", "")
        for row in self._rows.values():
            if row.source is None and row.note is not None:
                text, note = self._told(row.text).strip(), self._told(row.note).strip()
                yield f"- `{row.id}` {row.modality}: {text} *{note}*"

    def _counted(self, sentences: Sequence[Sentence]) -> str:
        bases: Counter[str] = Counter(row.basis for row in self._rows.values())
        open_ = [one for one in sentences if any(part.kind == "uncovered" for part in one.apart)]
        return self._told(_COUNTED).format(
            rows=bases.total(), **bases, sentences=len(sentences), uncovered=len(open_)
        )

    def _told(self, text: Text) -> str:
        return text.for_language(self._language)

    def _named(self, roles: Iterable[str]) -> str:
        return self._told(Text(", ", "、")).join(self._told(_ROLES[role]) for role in roles)

    def _article(self, document: str, article: Article) -> Iterator[str]:
        if article.part.zh:
            yield from ("", f"**{self._told(article.part)}**")
        if article.number:
            name = f"{document}-{article.number:02d} {article.label}"
            yield from ("", f"### {name} {self._told(article.heading)}".rstrip())
        for one in article.sentences:
            yield from self._sentence(one)

    def _sentence(self, one: Sentence) -> Iterator[str]:
        binds = self._named(one.binds) or self._told(Text("nobody", "无"))
        to = self._told(Text("addresses ", "规范对象："))
        yield from ("", f"**{one.id}** · {to}{binds}", "", f"> {one.text.zh}")
        if self._language == "en":
            yield from (">", f"> {one.text.en.strip()}")
        yield ""
        rows = [self._rows[name] for name in one.rows if name in self._rows]
        if rows:
            yield from (self._told(_COLUMNS), "|---|---|---|---|---|---|---|---|")
            yield from (self._row(row, one) for row in rows)
        told = [*self._notes(rows, one), *self._apart(one)]
        if rows and told:
            yield ""
        yield from told

    def _notes(self, rows: Iterable[Requirement], one: Sentence) -> Iterator[str]:
        """Why rows depart from the words, each below its own sentence."""
        for row in rows:
            if row.note is not None and row.source is not None and row.source.sentence == one.id:
                yield f"- `{row.id}`{self._colon}{self._told(row.note).strip()}"

    def _apart(self, one: Sentence) -> Iterator[str]:
        for part in one.apart:
            kind, quote = self._told(_KINDS[part.kind]), f" “{part.quote}”" if part.quote else ""
            yield f"- {kind}{quote}{self._colon}{self._told(part.reason).strip()}"

    @property
    def _colon(self) -> str:
        return self._told(Text(": ", "："))

    def _row(self, row: Requirement, one: Sentence) -> str:
        known = [role for role in row.roles if role in one.binds]
        others = [role for role in row.roles if role not in one.binds]
        bracketed = self._told(_IN_BRACKETS).format(self._named(others)) if others else ""
        roles = f"{self._named(known)}{bracketed}".strip()
        force, words = self._quoted(row, one)
        cells = (
            f"`{row.id}`",
            row.modality,
            row.basis,
            force,
            words,
            roles,
            row.established,
            self._named(row.checked),
        )
        return "| " + " | ".join(cells) + " |"

    def _quoted(self, row: Requirement, one: Sentence) -> tuple[str, str]:
        """Force and words of the row in this sentence; of a row beside the words alone."""
        if row.id in one.beside:
            also = self._told(Text("*also*", "*另见*"))
            return "", f"{also} {one.beside[row.id]}".rstrip()
        if row.source is None or row.source.force == "none":
            return "", row.source.quote if row.source is not None else ""
        return row.source.force, row.source.quote
