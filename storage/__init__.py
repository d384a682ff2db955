"""Shard readers, files of a run on a disk or in an object store."""
