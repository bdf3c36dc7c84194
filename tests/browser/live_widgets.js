// A page that shows the widgets of a kernel with html-manager, as VS Code does: the messages of their comms are passed
// on by whoever opened the page, which calls `fromKernel` and offers `toKernel`.

const amd = (name) => new Promise((resolve, reject) => requirejs([name], resolve, reject));
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const text = (buffer) => {
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  return btoa(Array.from(view, (byte) => String.fromCharCode(byte)).join(""));
};

const comms = new Map();
const sent = new Map();
const manager = amd("@jupyter-widgets/html-manager").then(({ HTMLManager }) => new HTMLManager({ loader: amd }));

class Comm {
  #waiting = [];
  #receive = (message) => this.#waiting.push(message);

  constructor(id, target) {
    this.comm_id = id;
    this.target_name = target;
    comms.set(id, this);
  }

  receive(message) {
    this.#receive(message);
  }

  on_msg(receive) {
    this.#receive = receive;
    for (const message of this.#waiting.splice(0)) receive(message);
  }

  on_close() {}

  send(data, callbacks, metadata, buffers = []) {
    return this.#post("comm_msg", data, callbacks, buffers);
  }

  close(data, callbacks) {
    comms.delete(this.comm_id);
    return this.#post("comm_close", data, callbacks, []);
  }

  #post(kind, data, callbacks, buffers) {
    const id = crypto.randomUUID();
    sent.set(id, callbacks);
    toKernel(id, kind, { comm_id: this.comm_id, data: data ?? {} }, buffers.map(text));
    return id;
  }
}

async function show(model_id) {
  const found = await manager;
  const place = document.body.appendChild(document.createElement("div"));
  await found.display_view(await found.create_view(await found.get_model(model_id)), place);
}

globalThis.fromKernel = async ({ kind, parent, content, metadata, buffers }) => {
  const message = { content, metadata, buffers: buffers.map(bytes), parent_header: { msg_id: parent } };
  if (kind === "comm_open") await (await manager).handle_comm_open(new Comm(content.comm_id, content.target_name), message);
  else if (kind === "comm_msg") comms.get(content.comm_id)?.receive(message);
  else if (kind === "status") sent.get(parent)?.iopub?.status?.(message);
  else if (kind === "view") await show(content.model_id);
};
