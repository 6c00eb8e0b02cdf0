"""Trains the reader of ``qa/reader``: rows, mixture, features, the run, and what it is measured with."""
