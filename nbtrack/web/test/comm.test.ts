import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnyModel } from "../src/ui/anywidget.ts";
import type { CarrierError } from "../src/carrier/carrier.ts";
import { CommCarrier } from "../src/carrier/comm.ts";

const PATIENCE = { busy: 10, timeout: 30 };

class FakeModel implements AnyModel {
  sent: { id: string; endpoint: string }[] = [];
  widget_manager: unknown = undefined;
  broken = false;
  view = { model: { comm_live: true } };
  handlers = new Map<string, Set<(...args: never[]) => void>>();

  get = (): unknown => undefined;
  set = (): void => undefined;
  save_changes = (): void => undefined;

  send(content: unknown): void {
    if (this.broken) throw new Error("comm is disposed");
    this.sent.push(content as { id: string; endpoint: string });
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
  const carrier = new CommCarrier(model, el as unknown as HTMLElement, ["page"], PATIENCE);
  return { model, classes, carrier };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "answered",
    (error: unknown) => (error as CarrierError).reason,
  );

describe("requests", () => {
  it("find their own answer, in any order", async () => {
    const { model, carrier } = setUp();
    const [one, two] = [carrier.call("nbtrack/runs/table", { n: 1 }), carrier.call("nbtrack/runs/table", { n: 2 })];
    const [first, second] = model.sent;
    model.fire("msg:custom", { id: second!.id, result: { n: 2 } }, []);
    model.fire("msg:custom", { id: "another-panel", result: {} }, []);
    model.fire("msg:custom", { id: first!.id, result: { n: 1 } }, []);
    assert.deepEqual([(await one).content, (await two).content], [{ n: 1 }, { n: 2 }]);
  });

  it("are refused in words", async () => {
    const { model, carrier } = setUp();
    const asked = carrier.call("nbtrack/runs/table", {});
    model.fire("msg:custom", { id: model.sent[0]!.id, error: { message: "no such column" } });
    await assert.rejects(asked, /no such column/);
    assert.equal(carrier.liveness, "live");
  });

  it("make the kernel busy first, then gone when nothing says that it lives", async () => {
    const { carrier } = setUp();
    const seen: string[] = [];
    carrier.onLiveness((liveness) => seen.push(liveness));
    assert.equal(await reasonOf(carrier.call("nbtrack/runs/table", {})), "timeout");
    assert.deepEqual(seen, ["busy", "gone"]);
    assert.equal(await reasonOf(carrier.call("nbtrack/runs/table", {})), "gone");
  });

  it("leave the kernel busy when its status says so", async () => {
    const { model, carrier } = setUp();
    model.widget_manager = { kernel: { status: "busy" } };
    assert.equal(await reasonOf(carrier.call("nbtrack/runs/table", {})), "timeout");
    assert.equal(carrier.liveness, "busy");
  });

  it("fail at once when the comm is broken", async () => {
    const { model, carrier } = setUp();
    model.broken = true;
    assert.equal(await reasonOf(carrier.call("nbtrack/runs/table", {})), "gone");
  });
});

describe("the kernel", () => {
  it("is gone when the comm says so, and back when it does not", async () => {
    const { model, carrier } = setUp();
    const asked = reasonOf(carrier.call("nbtrack/runs/table", {}));
    model.view.model.comm_live = false;
    model.fire("comm_live_update");
    assert.equal(await asked, "gone");
    assert.equal(carrier.liveness, "gone");
    model.view.model.comm_live = true;
    model.fire("comm_live_update");
    assert.equal(carrier.liveness, "live");
  });

  it("is gone when the widget is marked as disconnected", () => {
    const { classes, carrier } = setUp();
    classes.add("jupyter-widgets-disconnected");
    carrier.check();
    assert.equal(carrier.liveness, "gone");
  });

  it("is gone when the notebook has none", () => {
    const { model, carrier } = setUp();
    model.widget_manager = { kernel: null };
    carrier.check();
    assert.equal(carrier.liveness, "gone");
  });

  it("lives when it speaks", async () => {
    const { model, carrier } = setUp();
    await reasonOf(carrier.call("nbtrack/runs/table", {}));
    assert.equal(carrier.liveness, "gone");
    carrier.check();
    assert.equal(carrier.liveness, "gone");
    model.fire("change:page");
    assert.equal(carrier.liveness, "live");
  });

  it("sends events until the carrier is closed", async () => {
    const { model, carrier } = setUp();
    const received: unknown[] = [];
    carrier.onEvent(({ content }) => received.push(content.event));
    model.fire("msg:custom", { event: "points" }, []);
    carrier.close();
    model.fire("msg:custom", { event: "points" }, []);
    await pause(0);
    assert.deepEqual(received, ["points"]);
    assert.equal([...model.handlers.values()].every((handlers) => handlers.size === 0), true);
  });
});
