import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Carrier, CarrierError } from "../src/carrier/carrier.ts";
import type { HttpCarrier } from "../src/carrier/http.ts";
import { type Reach, SwitchingCarrier } from "../src/carrier/switching.ts";

const answer = (who: string) => ({ content: { who }, buffers: [] });
const nothing = (): void => undefined;

class Fake {
  readonly remark = "";
  ending = "";
  liveness: Carrier["liveness"] = "live";
  calls: string[] = [];
  changed: (liveness: Carrier["liveness"]) => void = nothing;

  constructor(
    readonly who: Carrier["who"],
    readonly sharesState: boolean,
    readonly answers: () => ReturnType<Carrier["call"]>,
  ) {}

  call = (endpoint: string): ReturnType<Carrier["call"]> => {
    this.calls.push(endpoint);
    return this.answers();
  };
  download = () => Promise.resolve();
  frameAddress = () => null;
  onEvent = () => nothing;
  onLiveness = (handler: (liveness: Carrier["liveness"]) => void) => {
    this.changed = handler;
    return nothing;
  };
  check = nothing;
  close = nothing;

  become(liveness: Carrier["liveness"]): void {
    this.liveness = liveness;
    this.changed(liveness);
  }
}

const kernel = () => new Fake("Kernel", true, () => Promise.resolve(answer("kernel")));
const deaf = () => new Fake("Kernel", true, () => new Promise(() => undefined));
const dead = () => new Fake("Kernel", true, () => Promise.reject(new CarrierError("The kernel is gone", "gone")));
const strict = () => new Fake("Kernel", true, () => Promise.reject(new CarrierError("no such column", "refused")));
const http = new Fake("Server", false, () => Promise.resolve(answer("store")));
const store: Reach = () => Promise.resolve(http as unknown as HttpCarrier);
const none: Reach = () => Promise.resolve(null);
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

function switching(comm: Fake, reach: Reach, returned = nothing): SwitchingCarrier {
  return new SwitchingCarrier(comm, reach, 20, returned);
}

async function whoAnswers(comm: Fake, endpoint: "nbtrack/runs/table" | "nbtrack/runs/update" = "nbtrack/runs/table"): Promise<unknown> {
  return (await switching(comm, store).call(endpoint, {})).content.who;
}

describe("a call", () => {
  it("is carried to the kernel that answers", async () => {
    assert.equal(await whoAnswers(kernel()), "kernel");
  });

  it("is carried to the store when the kernel does not answer in time, or is gone", async () => {
    assert.equal(await whoAnswers(deaf()), "store");
    assert.equal(await whoAnswers(dead()), "store");
  });

  it("is not carried twice when it changes the store", async () => {
    await assert.rejects(whoAnswers(dead(), "nbtrack/runs/update"), /gone/);
  });

  it("fails as the kernel said when it refused, or when no store is offered", async () => {
    await assert.rejects(whoAnswers(strict()), /no such column/);
    await assert.rejects(switching(dead(), none).call("nbtrack/runs/table", {}), /gone/);
  });
});

describe("a panel whose kernel goes", () => {
  it("changes its carrier, hears of it, and comes back", async () => {
    const comm = kernel();
    const seen: string[] = [];
    const carrier = switching(comm, store, () => seen.push("returned"));
    carrier.onEvent(({ content }) => seen.push(String(content.event)));
    comm.become("gone");
    await soon();
    assert.deepEqual([carrier.who, carrier.sharesState, carrier.liveness], ["Server", false, "live"]);
    assert.equal((await carrier.call("nbtrack/runs/update", {})).content.who, "store");
    comm.become("live");
    assert.deepEqual([carrier.who, carrier.sharesState], ["Kernel", true]);
    assert.deepEqual(seen, ["changed", "returned"]);
  });

  it("stays with its kernel when nobody offers the store", async () => {
    const comm = kernel();
    const carrier = switching(comm, none);
    comm.become("busy");
    await soon();
    assert.deepEqual([carrier.who, carrier.liveness], ["Kernel", "busy"]);
  });
});
