"""How commands end when something is wrong."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from command_line import Cli, closed_port

from jidi.cli import main
from jidi.cli.application import Application
from jidi.cli.reference import ReferencePartner
from jidi.errors import DataError, KitFaultError, OperatorError, UnreachableError
from jidi.model.text import Text
from jidi.report import FORMATS


def fragile(error: BaseException) -> Application:
    """A real group whose only command raises ``error``."""

    @click.command("break")
    def breaking() -> None:
        raise error

    return Application("jidi", text=Text("t", "t"), commands=[breaking])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperatorError("o"), 2),
        (UnreachableError("u"), 3),
        (DataError("d"), 4),
        (KitFaultError("k"), 4),
        (RuntimeError("x"), 4),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (click.UsageError("y"), 2),
    ],
)
def test_errors_end_with_the_code_of_their_class(error: BaseException, code: int) -> None:
    """Each class of error has one exit code and leaves one line on standard error."""
    result = CliRunner().invoke(fragile(error), ["break"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_unexpected_error_leaves_its_traceback_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person sees where the details are; the details hold the traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = CliRunner().invoke(fragile(RuntimeError("boom")), ["break"])
    (details,) = tmp_path.glob("jidi-fault-*.txt")
    assert str(details) in result.stderr
    assert "RuntimeError: boom" in details.read_text("utf-8")


@pytest.mark.parametrize("command", ["certify", "init"])
def test_candidate_that_is_not_there_gives_3(cli: Cli, tmp_path: Path, command: str) -> None:
    """Nobody listens: no verdict is possible, and the reader is told what to do."""
    reply = cli(
        command,
        f"http://127.0.0.1:{closed_port()}",
        *(["-o", tmp_path / "t.yaml"] if command == "init" else ["--out", tmp_path / "run"]),
    )
    assert reply.code == 3
    assert reply.err.startswith("Error: ")
    assert "Traceback" not in reply.said


def test_target_file_whose_candidate_is_not_there_gives_3(cli: Cli, tmp_path: Path) -> None:
    """With a target file it is no different."""
    target = tmp_path / "t.yaml"
    target.write_text(
        f"jidi-target: 1\nname: x\nrole: courier\nbase_url: http://127.0.0.1:{closed_port()}\n",
        "utf-8",
    )
    assert cli("certify", target, "--out", tmp_path / "run").code == 3


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("jidi-target: 1\nname: x\nrole: courier\n", "base_url"),
        ("jidi-target: 1\nname: x\nrole: baker\nbase_url: http://127.0.0.1:1\n", "baker"),
        ("a: [", "YAML"),
        ("a: 1\na: 2\n", "a"),
    ],
)
@pytest.mark.parametrize("command", ["certify", "doctor"])
def test_bad_target_file_gives_2_and_names_the_fault(
    cli: Cli, tmp_path: Path, command: str, content: str, named: str
) -> None:
    """The operator must act, and learns on what."""
    target = tmp_path / "t.yaml"
    target.write_text(content, "utf-8")
    reply = cli(command, target)
    assert reply.code == 2
    assert named in reply.err
    assert "Traceback" not in reply.said


@pytest.mark.parametrize(
    "arguments",
    [
        ["certify", "nowhere.yaml"],
        ["doctor", "nowhere.yaml"],
        ["report", "render", "nowhere"],
        ["validate", "nowhere.json"],
    ],
)
def test_file_that_is_not_there_gives_2(cli: Cli, arguments: list[str]) -> None:
    """The name of the file stands in the sentence."""
    reply = cli(*arguments)
    assert reply.code == 2
    assert arguments[-1] in reply.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["--frob"],
        ["certify"],
        ["certify", "x", "--level", "best"],
        ["list", "things"],
        ["explain", "DS-99.9"],
    ],
)
def test_misuse_gives_2(cli: Cli, arguments: list[str]) -> None:
    """Unknown commands, options, values and ids are the caller's to mend."""
    reply = cli(*arguments)
    assert reply.code == 2
    assert reply.err.startswith("Error: ")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--requirement", "DS-99.9"),
        ("--clause", "DS-99"),
        ("--scenario", "no-such"),
        ("--area", "no-such"),
    ],
)
def test_unknown_selection_gives_2_without_traffic(
    cli: Cli, courier: ReferencePartner, tmp_path: Path, option: str, value: str
) -> None:
    """An id that does not exist is refused by name, and no run directory is begun."""
    reply = cli("certify", courier.target_file, option, value, "--out", tmp_path / "run")
    assert reply.code == 2
    assert value in reply.err
    assert not (tmp_path / "run" / "journal.ndjson").exists()


NOWHERE = "http://127.0.0.1:1"
REFUSED = f"[Errno {errno.ECONNREFUSED}] Connection refused"
TARGET = "jidi-target: 1\nname: x\nrole: courier\nbase_url: http://127.0.0.1:1\n"
MISTAKES = [
    pytest.param(
        ["certify", "nowhere.yaml"],
        2,
        "The target 'nowhere.yaml' cannot be read: No such file or directory. Give a target file "
        "or a base URL, or write one with 'jidi init'.",
        "无法读取目标“nowhere.yaml”：文件或目录不存在。请给出目标文件或基地址，或用 'jidi init' "
        "生成目标文件。",
        id="target-missing",
    ),
    pytest.param(
        ["doctor", "no-role.yaml"],
        2,
        "no-role.yaml: 'role' is missing. 'hosts' is an object, which must be of type array. "
        "'parties.p.auth.token' must be text, "
        "{env: NAME} or {file: PATH}. 'extra' is no member of a target file. See "
        "conformance/meta/target.schema.json for every member.",
        "no-role.yaml：缺少“role”。“hosts”的值为对象，类型须为数组。"
        "“parties.p.auth.token”须为文本、{env: 变量名} 或 {file: 路径}。"
        "目标文件没有成员“extra”。全部成员见 conformance/meta/target.schema.json。",
        id="target-wrong",
    ),
    pytest.param(
        ["doctor", "twice.yaml"],
        2,
        "twice.yaml:2:1: the key 'a' stands twice. Mend the file.",
        "twice.yaml:2:1: 键“a”出现两次。请修正该文件。",
        id="target-no-yaml",
    ),
    pytest.param(
        ["certify", "target.yaml", "--clause", "DS-99"],
        2,
        "The profile courier-core has no clause 'DS-99'. It has DS-01, DS-02, DS-05, DS-08, "
        "DS-10, PI-07.",
        "认证配置 courier-core 没有条款“DS-99”。其条款：DS-01、DS-02、DS-05、DS-08、DS-10、PI-07。",
        id="clause-unknown",
    ),
    pytest.param(
        ["certify", "target.yaml", "--out", "run"],
        3,
        f"{NOWHERE} does not answer: refused, {REFUSED}. Start the candidate, or correct base_url "
        "in the target file; `jidi doctor` says more.",
        f"{NOWHERE} 无应答：连接被拒绝（{REFUSED}）。请启动受测方，或修正目标文件中的 base_url；"
        "详见 `jidi doctor`。",
        id="candidate-away",
    ),
    pytest.param(
        ["init", NOWHERE, "-o", "new.yaml"],
        3,
        f"{NOWHERE}/.well-known/express-data-sharing gives no discovery document: refused, "
        f"{REFUSED}. Check the address and that the system runs.",
        f"{NOWHERE}/.well-known/express-data-sharing 未给出发现文档：连接被拒绝（{REFUSED}）。"
        "请检查地址，并确认该系统正在运行。",
        id="candidate-away-from-init",
    ),
    pytest.param(
        ["judge", "target.yaml"],
        2,
        "'target.yaml' is no recording that jidi knows. It reads har, journal, mitmproxy; name "
        "one with --input.",
        "“target.yaml”不是 jidi 能识别的录制文件。可读格式：har、journal、mitmproxy；请用 --input "
        "指明。",
        id="no-recording",
    ),
    pytest.param(
        ["report", "render", "."],
        2,
        "journal.ndjson cannot be read: No such file or directory. Give the directory of a run.",
        "无法读取 journal.ndjson：文件或目录不存在。请给出运行目录。",
        id="no-run",
    ),
    pytest.param(
        ["validate", "target.yaml", "--schema", "consignmen"],
        2,
        "There is no schema 'consignmen'. Try: consignment, consignment-view, consignment-page.",
        "没有名为“consignmen”的模式。可试：consignment、consignment-view、consignment-page。",
        id="schema-unknown",
    ),
    pytest.param(
        ["explain", "DS-1.2"],
        2,
        "There is no requirement, scenario or check 'DS-1.2'. "
        "Did you mean DS-12.2, DS-11.2, DS-01.2?",
        "没有名为“DS-1.2”的要求、场景或检验。是否指 DS-12.2、DS-11.2、DS-01.2？",
        id="requirement-unknown",
    ),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with target files that can be used, and that cannot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "target.yaml").write_text(TARGET, "utf-8")
    wrong = TARGET.replace(
        "role: courier\n", "extra: 1\nhosts: {}\nparties: {p: {auth: {type: bearer, token: 5}}}\n"
    )
    (tmp_path / "no-role.yaml").write_text(wrong, "utf-8")
    (tmp_path / "twice.yaml").write_text("a: 1\na: 2\n", "utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "code", "english", "chinese"), MISTAKES)
def test_mistake_is_told_with_its_next_step_in_the_readers_language(
    cli: Cli, arguments: list[str], code: int, english: str, chinese: str
) -> None:
    """Word for word; the exit code and what there is to copy are the same."""
    assert (cli(*arguments).code, cli(*arguments).err) == (code, f"Error: {english}\n")
    assert (cli(*arguments, "--lang", "zh").code, cli(*arguments, "--lang", "zh").err) == (
        code,
        f"错误：{chinese}\n",
    )


USAGE = [
    (["frobnicate"], "jidi：没有命令“frobnicate”。"),
    (["lst"], "jidi：没有命令“lst”。是否指 list？"),
    (["--frob"], "jidi：没有选项“--frob”。"),
    (["demo", "--sed", "1"], "jidi demo：没有选项“--sed”。是否指 --seed？"),
    (["certify"], "jidi certify：缺少参数 TARGET。"),
    (["serve"], "jidi serve：缺少参数 ROLE。可选：courier、platform、integrator。"),
    (
        ["certify", "x", "--level", "best"],
        "jidi certify：--level 的值“best”无效，可选：core、privacy、full。",
    ),
    (
        ["certify", "x", "--format", "json", "--format", "pdf"],
        "jidi certify：--format 的值“pdf”无效，可选：" + "、".join(FORMATS) + "。",
    ),
    (
        ["list", "things"],
        "jidi list：WHAT 的值“things”无效，可选：requirements、scenarios、profiles、schemas、"
        "operations。",
    ),
    (
        ["certify", "x", "--jobs", "99"],
        "jidi certify：--jobs 的值“99”无效，应为 1 至 64 之间的整数。",
    ),
    (
        ["certify", "x", "--max-time", "soon"],
        "jidi certify：--max-time 的值“soon”无效，应为不小于 1 的数值。",
    ),
    (["certify", "x", "--resume", "gone"], "jidi certify：--resume 的值“gone”无效：该路径不存在。"),
    (
        ["certify", "x", "--resume", "target.yaml"],
        "jidi certify：--resume 的值“target.yaml”无效：该路径是文件，应为目录。",
    ),
    (["judge", "."], "jidi judge：RECORDING 的值“.”无效：该路径是目录，应为文件。"),
    (["certify", "x", "--level"], "jidi certify：选项 --level 缺少值。"),
    (["init", "x", "--force=1"], "jidi init：选项 --force 不带值。"),
    (["certify", "x", "y", "z"], "jidi certify：多余的参数：y z。"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "chinese"), USAGE, ids=[" ".join(arguments) for arguments, _ in USAGE]
)
def test_misuse_is_told_in_the_readers_language(
    cli: Cli, arguments: list[str], chinese: str
) -> None:
    """What Click says in English has its own Chinese, wherever on the line that was asked for."""
    plain = cli(*arguments)
    assert plain.code == 2
    assert plain.err.startswith("Error: jidi")
    assert plain.err.endswith(" Add --help to see what is possible.\n")
    assert plain.err.isascii()
    for line in (
        ["--lang", "zh", *arguments],
        ["--lang=zh", *arguments],
        [arguments[0], "--lang", "zh", *arguments[1:]],
    ):
        reply = cli(*line)
        assert (reply.code, reply.err) == (2, f"错误：{chinese}加 --help 可查看用法。\n"), line


def test_misuse_without_words_of_its_own_keeps_those_of_click() -> None:
    """Nothing is lost that nobody foresaw."""
    result = CliRunner().invoke(
        fragile(click.UsageError("Something else.")), ["break"], env={"JIDI_LANG": "zh"}
    )
    assert "Something else." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "heading"),
    [
        ([], "Usage: jidi "),
        (["report"], "Usage: jidi report "),
        (["report", "--lang", "zh"], "用法：jidi report "),
    ],
)
def test_group_without_a_command_shows_its_help(
    cli: Cli, arguments: list[str], heading: str
) -> None:
    """As it is laid out, not as a sentence about an error."""
    reply = cli(*arguments)
    assert (reply.code, reply.out) == (2, "")
    assert reply.err.startswith(heading)
    assert len(reply.err.splitlines()) > 5


NOT_UTF8 = "\udcd5\udcc5"
SERVING = {"serve", "demo"}
"""Commands that would go on for good."""


def _lines(command: click.Command, path: list[str]) -> Iterator[list[str]]:
    """Lines that give each argument and each option of each command bytes that are no UTF-8."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and name not in SERVING:
                yield from _lines(inner, [*path, name])
        return
    needed = [one for one in command.params if isinstance(one, click.Argument) and one.required]
    for one in command.params:
        if isinstance(one, click.Option) and not one.is_flag:
            yield [*path, *("http://127.0.0.1:9" for _ in needed), one.opts[0], NOT_UTF8]
    yield [*path, *(NOT_UTF8 for _ in needed or [path])]


ODD_LINES = [*_lines(main, [])]


@pytest.mark.parametrize("line", ODD_LINES, ids=lambda line: " ".join(line[:-1]))
def test_words_that_are_no_utf_8_are_no_fault_of_the_kit(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: list[str]
) -> None:
    """A console of another encoding gives such names of files, scenarios, hosts."""
    monkeypatch.chdir(tmp_path)
    reply = cli(*line)
    assert reply.code in {0, 1, 2, 3}, reply.said
    assert reply.said.replace("\n", "").isprintable()


def test_details_of_a_fault_are_written_whatever_the_line_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And nothing personal of it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["jidi", NOT_UTF8, "\x1b[2J", "13876504321"])
    result = CliRunner().invoke(fragile(RuntimeError("boom")), ["break"])
    assert result.exit_code == 4
    (details,) = tmp_path.glob("jidi-fault-*.txt")
    text = details.read_text("utf-8")
    assert "boom" in text
    assert text.replace("\n", "").isprintable()
    assert "13876504321" not in text
