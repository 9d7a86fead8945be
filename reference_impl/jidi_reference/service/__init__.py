"""What the partner does: one unit of work each, rules from the domain, what is kept behind
ports.
"""
