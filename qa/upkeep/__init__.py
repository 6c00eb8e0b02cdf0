"""The care of an index: checking and repairing it, another encoder, backups, deletion; its commands in ``commands``."""
