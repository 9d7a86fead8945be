"""References that say the same are one: two names lead to the same where what stands behind them
is the same, references in it included.
"""

from __future__ import annotations

from typing import Any

from jidi.evolution.algebra.form_graph import Form, Forms


class Merged:
    """``drafts`` as new ``forms`` in which equal targets have one name.

    Two sides that share most of what they say share most of their forms, so that what did not
    change contradicts itself at once when one side holds and the other does not.
    """

    def __init__(self, drafts: Forms) -> None:
        self._drafts = drafts
        self.forms = Forms()
        self._names: dict[Any, int] = {}
        self._done: dict[Form, Form] = {}
        self._merge()

    def _merge(self) -> None:
        names: dict[Any, int] = dict.fromkeys(self._drafts.targets, 0)
        count = 1 if names else 0
        while True:
            self.forms, self._names, self._done = Forms(), names, {}
            numbers: dict[Form, int] = {}
            told = {
                name: numbers.setdefault(self._renamed(form), len(numbers))
                for name, form in self._drafts.targets.items()
            }
            if len(numbers) == count:
                break
            names, count = told, len(numbers)
        for name, form in self._drafts.targets.items():
            self.forms.targets.setdefault(self._names[name], self._renamed(form))

    def renamed(self, form: Form) -> Form:
        """A form of the drafts in the new forms; these are made anew when the drafts have grown."""
        if len(self._names) != len(self._drafts.targets):
            self._merge()
        return self._renamed(form)

    def _renamed(self, form: Form) -> Form:
        found = self._done.get(form)
        if found is None:
            args = (
                (self._names[form.args[0]],)
                if form.kind == "ref"
                else tuple(
                    self._renamed(one) if isinstance(one, Form) else one for one in form.args
                )
            )
            found = self._done[form] = self.forms.make(form.kind, *args)
        return found
