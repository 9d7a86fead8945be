"""Whether the candidate is what the target file takes it for, before anything is played."""

from __future__ import annotations

from typing import get_args

from jidi.cli.preflight.discovery_check import discovered
from jidi.drive import Client
from jidi.drive.keeping.foreign import shown
from jidi.errors import TargetError, UnreachableError
from jidi.model.roles import Role
from jidi.model.target import Target
from jidi.wording import sentence


def require_same_role(target: Target) -> None:
    """Nothing where both name one role, or the candidate names none, which the run then says.

    Raises:
        TargetError: the candidate says that it has another role; every check of the run would be
            meant for somebody else.
    """
    try:
        with Client(target) as client:
            told = discovered(client, target).document.get("role")
    except UnreachableError:
        return  # the run says so, with what was seen
    if told in get_args(Role) and told != target.role:
        raise TargetError(
            sentence("cli/another-role", told=shown(str(told)), role=target.role),
            next_step=sentence(
                "cli/make-the-two-agree-in", path=shown(target.path or target.base_url)
            ),
        )
