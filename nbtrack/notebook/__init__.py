"""The integration into the notebook: magics, hooks of cells, capture and panels."""
