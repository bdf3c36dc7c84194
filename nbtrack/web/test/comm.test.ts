import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnyModel } from "../src/anywidget.ts";
import { CommSource } from "../src/comm.ts";
import type { SourceError } from "../src/source.ts";

const PATIENCE = { busy: 10, timeout: 30 };

class FakeModel implements AnyModel {
  sent: { id: string; kind: string }[] = [];
  widget_manager: unknown = undefined;
  broken = false;
  view = { model: { comm_live: true } };
  handlers = new Map<string, Set<(...args: never[]) => void>>();

  get = (): unknown => undefined;
  set = (): void => undefined;
  save_changes = (): void => undefined;

  send(content: unknown): void {
    if (this.broken) throw new Error("comm is disposed");
    this.sent.push(content as { id: string; kind: string });
  }

  on(event: string, handler: (...args: never[]) => void): void {
    this.handlers.set(event, (this.handlers.get(event) ?? new Set()).add(handler));
  }

  off(event: string, handler: (...args: never[]) => void): void {
    this.handlers.get(event)?.delete(handler);
  }

  fire(event: string, ...args: unknown[]): void {
    for (const handler of this.handlers.get(event) ?? []) handler.apply(this.view, args as never[]);
  }
}

function setUp() {
  const model = new FakeModel();
  const classes = new Set<string>();
  const el = { classList: { contains: (name: string) => classes.has(name) } };
  const source = new CommSource(model, el as unknown as HTMLElement, ["page"], PATIENCE);
  return { model, classes, source };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "answered",
    (error: unknown) => (error as SourceError).reason,
  );

describe("requests", () => {
  it("find their own answer, in any order", async () => {
    const { model, source } = setUp();
    const [one, two] = [source.request("rows", { n: 1 }), source.request("rows", { n: 2 })];
    const [first, second] = model.sent;
    model.fire("msg:custom", { id: second!.id, kind: "reply", payload: { n: 2 } }, []);
    model.fire("msg:custom", { id: "somebody-else", kind: "reply", payload: {} }, []);
    model.fire("msg:custom", { id: first!.id, kind: "reply", payload: { n: 1 } }, []);
    assert.deepEqual([(await one).content, (await two).content], [{ n: 1 }, { n: 2 }]);
  });

  it("are refused in words", async () => {
    const { model, source } = setUp();
    const asked = source.request("rows", {});
    model.fire("msg:custom", { id: model.sent[0]!.id, kind: "error", message: "no such column" });
    await assert.rejects(asked, /no such column/);
    assert.equal(source.liveness, "live");
  });

  it("make the kernel busy first, then gone when nothing says that it lives", async () => {
    const { source } = setUp();
    const seen: string[] = [];
    source.onLiveness((liveness) => seen.push(liveness));
    assert.equal(await reasonOf(source.request("rows", {})), "timeout");
    assert.deepEqual(seen, ["busy", "gone"]);
    assert.equal(await reasonOf(source.request("rows", {})), "gone");
  });

  it("leave the kernel busy when its status says so", async () => {
    const { model, source } = setUp();
    model.widget_manager = { kernel: { status: "busy" } };
    assert.equal(await reasonOf(source.request("rows", {})), "timeout");
    assert.equal(source.liveness, "busy");
  });

  it("fail at once when the comm is broken", async () => {
    const { model, source } = setUp();
    model.broken = true;
    assert.equal(await reasonOf(source.request("rows", {})), "gone");
  });
});

describe("the kernel", () => {
  it("is gone when the comm says so, and back when it does not", async () => {
    const { model, source } = setUp();
    const asked = reasonOf(source.request("rows", {}));
    model.view.model.comm_live = false;
    model.fire("comm_live_update");
    assert.equal(await asked, "gone");
    assert.equal(source.liveness, "gone");
    model.view.model.comm_live = true;
    model.fire("comm_live_update");
    assert.equal(source.liveness, "live");
  });

  it("is gone when the widget is marked as disconnected", () => {
    const { classes, source } = setUp();
    classes.add("jupyter-widgets-disconnected");
    source.check();
    assert.equal(source.liveness, "gone");
  });

  it("is gone when the notebook has none", () => {
    const { model, source } = setUp();
    model.widget_manager = { kernel: null };
    source.check();
    assert.equal(source.liveness, "gone");
  });

  it("lives when it speaks", async () => {
    const { model, source } = setUp();
    await reasonOf(source.request("rows", {}));
    assert.equal(source.liveness, "gone");
    source.check();
    assert.equal(source.liveness, "gone");
    model.fire("change:page");
    assert.equal(source.liveness, "live");
  });

  it("is heard when it pushes, until the source is closed", async () => {
    const { model, source } = setUp();
    const heard: unknown[] = [];
    source.onPush(({ content }) => heard.push(content.kind));
    model.fire("msg:custom", { kind: "points" }, []);
    source.close();
    model.fire("msg:custom", { kind: "points" }, []);
    await pause(0);
    assert.deepEqual(heard, ["points"]);
    assert.equal([...model.handlers.values()].every((handlers) => handlers.size === 0), true);
  });
});
