"""Images, figures, tables and dictionaries as the bytes of a file, and back.

Nothing here knows runs or stores: what logs an artifact asks for its bytes here, and files them. Bytes
that are read back may come from anybody: nothing unpickles, runs a program, or grows beyond a limit.
"""

from nbtrack.media.dicts import dict_bytes, dict_from_bytes, text_from_bytes
from nbtrack.media.figures import figure_bytes
from nbtrack.media.images import Image, image_bytes, image_from_bytes, thumbnail_bytes
from nbtrack.media.names import ImageNames, image_names
from nbtrack.media.tables import append_table, table_bytes, table_frame, table_json, without_images

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
    "table_bytes",
    "table_frame",
    "table_json",
    "text_from_bytes",
    "thumbnail_bytes",
    "without_images",
]
