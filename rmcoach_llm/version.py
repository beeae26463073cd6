"""The version of the package, alone so that every floor may know it."""

__version__ = "0.1.0"
