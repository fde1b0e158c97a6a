"""The version of this package, which is that of the library inside it."""

__version__ = "1.0.0"
