"""jidi (寄递): conformance kit for data sharing between express and e-commerce operators."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("jidi")
except PackageNotFoundError:  # a bare checkout that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
