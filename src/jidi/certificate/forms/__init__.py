"""Words and files on which certificates rest: refusals, containers, trust, lists of states."""
