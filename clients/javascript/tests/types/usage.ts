// What a user of the types writes; `tsc` checks that the module that `psyne gen --typescript` writes fits the client.

import { type Service, DeadlineExceeded, RemoteError, Schema, Codecs, Server, Tensor, connectToServer, connect_to_server, withOptions } from "psyne";
import { type Picture, type Vision, Mood, FINGERPRINT, SCHEMA } from "./vision.js";

export async function call(): Promise<void> {
  const server: Server = await connectToServer({ server_url: "ws://localhost:9000/psyne", token: "t", reconnect: true, limits: { calls: 10 } });
  const vision: Service<Vision> = await server.getService<Vision>("Vision", { timeout: 2 });
  const picture: Picture = { pixels: new Tensor(new Uint8Array(12), [2, 2, 3]), scores: new Float64Array(2) };
  const words: string[] = [];
  for await (const word of vision.ask(picture, "what?")) words.push(word);
  const size: bigint = await vision.withOptions({ timeout: 1, signal: AbortSignal.timeout(5) }).size(picture);
  await vision.upload("name", [new Uint8Array(3)]);
  await withOptions(vision, { timeout: 1 }).watch(async (each) => (each.caption === undefined ? Mood.calm : Mood.wild));
  vision.chat(new ReadableStream<string>()).getReader();
  const anything = await server.get_service("other");
  await anything.whatever(size, words);
  await server.close();
}

/** A provider keeps to the interface, too. */
class Eye implements Pick<Vision, "size"> {
  readonly id = "Vision";

  async size({ pixels: { shape, data } }: Picture): Promise<bigint> {
    if (!shape.length) throw new RemoteError("no_picture", "it is empty", 100);
    return BigInt(data.length);
  }
}

export async function offer(): Promise<string> {
  const server = await connect_to_server({ serverUrl: "tcp://localhost:9400" });
  await server.registerService({ id: "plain", greet: (name: string) => `Hello ${name}` });
  return server.registerService(new Eye(), { schema: SCHEMA });
}

export function codecs(): number[] {
  const schema = Schema.parse(SCHEMA);
  const codec = new Codecs(schema.only("Picture")).record<Picture>("Picture");
  const half = Tensor.from([1, 2], undefined, "f16");
  const bits: Uint16Array = half.data;
  const numbers: Float32Array = half.numbers();
  return [codec.decode(codec.encode({ pixels: new Tensor(new Uint8Array(1)), scores: new Float64Array(0) })).scores.length, bits.length, ...numbers];
}

export function told(error: unknown): string {
  if (error instanceof DeadlineExceeded) return error.code;
  return schemaIs(FINGERPRINT) ? "same" : "other";
}

function schemaIs(fingerprint: bigint): boolean {
  return Schema.parse(SCHEMA).fingerprint === fingerprint;
}

// @ts-expect-error a tensor of other elements is none of u8
export const wrong: Picture = { pixels: new Tensor(new Float32Array(1)), scores: new Float64Array(0) };
// @ts-expect-error an address is missing
connectToServer({ token: "t" });
