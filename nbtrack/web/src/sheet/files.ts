// Artifacts as a list; each opens to its head, and can be downloaded.

import { download } from "../download.ts";
import { h } from "../dom.ts";
import { bytes } from "../format.ts";
import type { Source, Stop } from "../source.ts";
import { previewOf } from "./preview.ts";
import type { Files, Pictures } from "./types.ts";

/** @param later - Hears what must be let go of in the end. */
export function filesOf(section: Files, source: Source, later: (stop: Stop) => void): HTMLElement {
  return h("div", { class: "nbt-files" }, ...section.files.map(([path, size]) => fileOf(section.run_id, path, size, source, later)));
}

function fileOf(run: string, path: string, size: number, source: Source, later: (stop: Stop) => void): HTMLElement {
  const body = h("div", { class: "nbt-preview" });
  const save = h("button", { type: "button", class: "nbt-button nbt-save", title: `Download ${path}`, "data-action": "download" }, "Download");
  const details = h(
    "details",
    { class: "nbt-file" },
    h(
      "summary",
      { "data-action": "preview" },
      h("span", { class: "nbt-path nbt-ellipsis" }, path),
      h("span", { class: "nbt-size nbt-faint" }, bytes(size)),
      save,
    ),
    body,
  );
  save.addEventListener("click", (event) => {
    event.preventDefault();
    void source.request("download", { run, path }).then(({ content, buffers }) => {
      if (buffers[0]) download(String(content.name), buffers[0] as DataView<ArrayBuffer>, "application/octet-stream");
    }, complain(body));
  });
  details.addEventListener("toggle", () => {
    if (details.open && body.childElementCount === 0) void fill(body, run, path, source, later);
  });
  return details;
}

async function fill(body: HTMLElement, run: string, path: string, source: Source, later: (stop: Stop) => void): Promise<void> {
  try {
    const shown = previewOf(await source.request("preview", { run, path }), path);
    later(shown.stop);
    body.replaceChildren(shown.element);
  } catch (error) {
    complain(body)(error);
  }
}

function complain(body: HTMLElement): (error: unknown) => void {
  return (error) => {
    body.replaceChildren(h("div", { class: "nbt-faint" }, error instanceof Error ? error.message : "refused"));
  };
}

/** The same image of several runs, side by side. */
export function picturesOf({ images }: Pictures, source: Source, later: (stop: Stop) => void): HTMLElement {
  return h(
    "div",
    { class: "nbt-pictures" },
    ...images.map(([run, name, path]) => {
      const body = h("div");
      void fill(body, run, path, source, later);
      return h("figure", {}, body, h("figcaption", { class: "nbt-ellipsis", title: name }, name));
    }),
  );
}
