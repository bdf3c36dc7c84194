import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Source } from "../src/source.ts";
import { PatientSource } from "../src/source/hosting.ts";

const answer = (who: string) => ({ content: { who }, buffers: [] });

function source(request: Source["request"]): Source {
  return { liveness: "live", request, onPush: () => () => undefined, onLiveness: () => () => undefined, check: () => undefined, close: () => undefined };
}

const kernel = source(() => Promise.resolve(answer("kernel")));
const deaf = source(() => new Promise(() => undefined));
const dead = source(() => Promise.reject(new Error("the kernel is gone")));
const store = () => Promise.resolve(source(() => Promise.resolve(answer("store"))));
const none = () => Promise.resolve(null);

describe("a patient source", () => {
  it("asks the kernel that hears", async () => {
    assert.equal((await new PatientSource(kernel, store, 20).request("stop", {})).content.who, "kernel");
  });

  it("asks the store when the kernel does not hear", async () => {
    assert.equal((await new PatientSource(deaf, store, 20).request("stop", {})).content.who, "store");
  });

  it("asks the store when the kernel is gone", async () => {
    assert.equal((await new PatientSource(dead, store, 20).request("stop", {})).content.who, "store");
  });

  it("tells what the kernel said when there is no store to ask", async () => {
    await assert.rejects(new PatientSource(dead, none, 20).request("stop", {}), /gone/);
  });
});
