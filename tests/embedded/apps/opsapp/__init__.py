"""A small app whose functions are the jobs and events of the runtime's tests."""

__version__ = "1.2.3"
