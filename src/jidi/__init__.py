"""jidi (寄递): conformance kit for data sharing between express and e-commerce operators."""

__version__ = "0.1.0"
"""Version of the kit; the package is built with it, so that no command asks its installation."""

__all__ = ["__version__"]
