"""Stores artifacts: files of any format below the folder of their run."""
