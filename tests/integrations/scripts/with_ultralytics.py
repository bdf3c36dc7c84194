"""Ultralytics' MLflow callback, on pictures that are made here."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

os.environ["YOLO_CONFIG_DIR"] = str(Path("config").resolve())
from ultralytics import YOLO, settings

settings.update({"mlflow": True, "datasets_dir": str(Path.cwd())})
random = np.random.default_rng(0)
for part in ("train", "val"):
    for kind in ("images", "labels"):
        Path("data", kind, part).mkdir(parents=True)
    for number in range(4):
        Image.fromarray(random.integers(0, 255, (32, 32, 3), "uint8")).save(f"data/images/{part}/{number}.png")
        Path(f"data/labels/{part}/{number}.txt").write_text("0 0.5 0.5 0.4 0.4\n")
Path("data.yaml").write_text(f"path: {Path('data').resolve()}\ntrain: images/train\nval: images/val\nnames: [thing]\n")
os.environ["MLFLOW_EXPERIMENT_NAME"] = "ultralytics"
os.environ["MLFLOW_RUN"] = "yolo"
YOLO("yolov8n.yaml").train(
    data="data.yaml",
    epochs=2,
    imgsz=32,
    batch=2,
    workers=0,
    device="cpu",
    amp=False,
    seed=0,
    plots=False,
    project="out",
)
