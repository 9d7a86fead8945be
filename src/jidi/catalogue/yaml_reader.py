"""The YAML reader for everything above the registry; the registry owns it because it reads the
OpenAPI documents with it.
"""

from jidi.registry.reading.yaml_reader import MAX_DEPTH, Lines, load_yaml, load_yaml_lines

__all__ = ["MAX_DEPTH", "Lines", "load_yaml", "load_yaml_lines"]
