"""Encoding images, figures, tables and dictionaries as files, and reading them back.

This package is independent of runs and stores. Files may come from anybody: reading them never
unpickles, runs a program, or exceeds a limit.
"""

from nbtrack.media.figures import figure_bytes
from nbtrack.media.images import Image, ImageNames, image_bytes, image_from_bytes, image_names, thumbnail_bytes
from nbtrack.media.json_yaml import dict_bytes, dict_from_bytes, text_from_bytes
from nbtrack.media.tables import append_table, replace_images, table_bytes, table_frame, table_json

__all__ = [
    "Image",
    "ImageNames",
    "append_table",
    "dict_bytes",
    "dict_from_bytes",
    "figure_bytes",
    "image_bytes",
    "image_from_bytes",
    "image_names",
    "replace_images",
    "table_bytes",
    "table_frame",
    "table_json",
    "text_from_bytes",
    "thumbnail_bytes",
]
