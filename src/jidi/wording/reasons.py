"""Chinese words for why something could not be done: what the operating system says, and what
became of a request.

Both come with English words of their own, which differ from system to system and are no sentences
of jidi's.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from typing import Final

from jidi.errors import OperatorError
from jidi.model.exchange import Failure, FailureKind
from jidi.wording import sentence

_SYSTEM_ZH: Final[Mapping[int, str]] = {
    errno.EACCES: "没有权限",
    errno.EADDRINUSE: "地址已被占用",
    errno.EADDRNOTAVAIL: "本机没有该地址",
    errno.EDQUOT: "超出磁盘配额",
    errno.EEXIST: "已存在",
    errno.EFBIG: "文件过大",
    errno.EIO: "读写出错",
    errno.EISDIR: "该路径是目录",
    errno.ELOOP: "符号链接层数过多",
    errno.EMFILE: "打开的文件过多",
    errno.ENAMETOOLONG: "名称过长",
    errno.ENOENT: "文件或目录不存在",
    errno.ENOEXEC: "不是可执行文件",
    errno.ENOSPC: "磁盘空间不足",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EPERM: "操作不被允许",
    errno.EROFS: "文件系统只读",
}
_FAILURES_ZH: Final[Mapping[FailureKind, str]] = {
    "refused": "连接被拒绝",
    "unresolved": "主机名无法解析",
    "timeout": "超时",
    "reset": "连接中断",
    "protocol": "不是有效的 HTTP 应答",
    "too-large": "应答过大",
    "tls": "TLS 握手或证书有误",
    "redirect-loop": "重定向过多",
    "forbidden-host": "主机未在目标文件中声明",
    "decoding": "内容无法解码",
    "run-over": "本次运行的时间已到",
}


def system_zh(error: OSError) -> str:
    """Why the system refused; its own words where they are seldom met."""
    if isinstance(error, socket.gaierror):
        return "主机名无法解析"
    return _SYSTEM_ZH.get(error.errno or 0) or error.strerror or str(error)


def failure_zh(failure: Failure | None) -> str:
    """What became of a request: its kind in words, the details as the machinery gave them; ``None``
    is an exchange that was never answered.
    """
    return f"{_FAILURES_ZH[failure.kind]}（{failure.detail}）" if failure is not None else "无应答"


def unreadable(name: str, error: OSError) -> OperatorError:
    """The error for a file that a person named and the system does not let jidi read."""
    return OperatorError(
        sentence(
            "wording/cannot-be-read", name=name, strerror=error.strerror, error_zh=system_zh(error)
        ),
        next_step=sentence("wording/check-the-path"),
    )
