// Written by psyne gen from the schema of example.vision; change that instead.

export const SCHEMA: string = `package example.vision;
enum Mood {
  0 calm;
  1 wild;
}
record Picture {
  1 tensor<u8> pixels;
  2 string caption?;
  3 list<f64> scores;
}
service Vision {
  ask(1 Picture picture, 2 string question?) -> stream string;
  chat(stream string) -> stream string;
  idempotent size(1 Picture picture) -> i64;
  upload(1 string name, stream bytes) -> i64;
  watch(1 callback<Picture,Mood> judge);
}
`;
export const FINGERPRINT: bigint = 0x9d54c40ab15aaedcn;

/** Numbers in rows: the outermost dimension first, the last one contiguous. */
export interface Tensor<Name extends string = string, Data extends ArrayBufferView = ArrayBufferView> {
  readonly type: Name;
  readonly shape: readonly number[];
  readonly data: Data;
}

export const Mood = {
  calm: 0,
  wild: 1,
} as const;
export type Mood = (typeof Mood)[keyof typeof Mood];

export interface Picture {
  pixels: Tensor<"u8", Uint8Array>;
  caption?: string;
  scores: Float64Array;
}

export interface Vision {
  ask(picture: Picture, question?: string): ReadableStream<string>;
  chat(items: ReadableStream<string> | AsyncIterable<string> | Iterable<string>): ReadableStream<string>;
  size(picture: Picture): Promise<bigint>;
  upload(name: string, items: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<bigint>;
  watch(judge: ((argument: Picture) => Mood | Promise<Mood>)): Promise<void>;
}
