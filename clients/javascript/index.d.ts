// The types of psyne for JavaScript. What `psyne gen --typescript` writes of a schema fits in wherever a service has a type.

/** Every error that is this package's own. Mistakes of the caller are TypeError and RangeError. */
export class PsyneError extends Error {}

/** A text that is no schema. `line` and `column` count from 1, and are 0 where no text is at fault. */
export class SchemaError extends PsyneError {
  constructor(message: string, line?: number, column?: number);
  readonly line: number;
  readonly column: number;
}

/** A message that its schema does not allow. `where` is the record, or record and field. */
export class BrokenMessageError extends PsyneError {
  constructor(where: string, what: string);
  readonly where: string;
}

/** The peer broke the rules of the wire; the connection is closed. */
export class ProtocolError extends PsyneError {}

/** The connection ended, or could not be made. Whether a call under way was carried out is unknown. */
export class ConnectionLost extends PsyneError {}

/** A call failed on the other side; what a method throws to tell its caller. */
export class RemoteError extends PsyneError {
  constructor(code: string, message: string, retryAfterMillis?: number);
  readonly code: string;
  /** Of `unavailable`: when to try again. */
  readonly retryAfterMillis: number | undefined;
}

/** The time that a call was given has passed, here or on the other side. */
export class DeadlineExceeded extends RemoteError {
  constructor(message: string, retryAfterMillis?: number);
}

/** A schema of docs/schema.md: checked, in canonical order, immutable. */
export class Schema {
  private constructor();
  /** SchemaError with line and column of the first fault. */
  static parse(text: string): Schema;
  /** The schema that a peer sent under a fingerprint: it must be its canonical form, and its own fingerprint. */
  static received(canonical: string, claimed: bigint): Schema;
  readonly package: string;
  readonly canonical: string;
  /** Of 64 bits. */
  readonly fingerprint: bigint;
  /** What a service, record or enum reaches, itself included. */
  only(name: string): Schema;
}

/** The codecs of a schema's records. */
export class Codecs {
  constructor(schema: Schema);
  record<T extends object = any>(name: string): RecordCodec<T>;
}

/** Reads and writes the messages of one record. */
export class RecordCodec<T> {
  private constructor();
  readonly name: string;
  encode(value: T): Uint8Array;
  /** Arrays lie in the message they came in. BrokenMessageError if it is none. */
  decode(message: Uint8Array | ArrayBuffer): T;
}

export type ElementType = "bool" | "u8" | "i8" | "i16" | "i32" | "i64" | "f16" | "bf16" | "f32" | "f64";

/** Numbers in rows: the outermost dimension first, the last one contiguous. `f16` and `bf16` are held as their bits. */
export interface Tensor<Name extends string = string, Data extends ArrayBufferView = ArrayBufferView> {
  readonly type: Name;
  readonly shape: readonly number[];
  readonly data: Data;
  /** The elements of `f16` and `bf16` as numbers; of other types `data`. */
  numbers(): Data extends Uint16Array ? Float32Array : Data;
}

/** The shape is that of the array if it is left out, and so is the type, where the array says it. */
export const Tensor: {
  new (data: Uint8Array | Uint8ClampedArray, shape?: readonly number[]): Tensor<"u8", Uint8Array>;
  new (data: Int8Array, shape?: readonly number[]): Tensor<"i8", Int8Array>;
  new (data: Int16Array, shape?: readonly number[]): Tensor<"i16", Int16Array>;
  new (data: Int32Array, shape?: readonly number[]): Tensor<"i32", Int32Array>;
  new (data: BigInt64Array, shape?: readonly number[]): Tensor<"i64", BigInt64Array>;
  new (data: Float32Array, shape?: readonly number[]): Tensor<"f32", Float32Array>;
  new (data: Float64Array, shape?: readonly number[]): Tensor<"f64", Float64Array>;
  new <Name extends ElementType, Data extends ArrayBufferView>(data: Data, shape: readonly number[] | undefined, type: Name): Tensor<Name, Data>;
  /** Of numbers; `f16` and `bf16` are rounded to the nearest. */
  from<Name extends "f16" | "bf16">(numbers: ArrayLike<number>, shape: readonly number[] | undefined, type: Name): Tensor<Name, Uint16Array>;
  from<Name extends ElementType>(numbers: ArrayLike<number> | ArrayLike<bigint>, shape: readonly number[] | undefined, type: Name): Tensor<Name>;
};

/** Bounds of a connection, in bytes, calls, services and seconds. */
export interface Limits {
  messageBytes?: number;
  pieceBytes?: number;
  assemblingBytes?: number;
  calls?: number;
  services?: number;
  waitingBytes?: number;
  windowBytes?: number;
  pingSeconds?: number;
  silenceSeconds?: number;
}

export interface ConnectionOptions {
  token?: string | null;
  workspace?: string | null;
  clientId?: string | null;
  client_id?: string | null;
  /** What this side calls itself. */
  name?: string;
  /** Seconds for connecting. */
  timeout?: number;
  /** Seconds for every call that is given no time of its own. */
  methodTimeout?: number | null;
  method_timeout?: number | null;
  /** Makes a lost connection again at the next call, or at once while services are registered, which are offered again. */
  reconnect?: boolean;
  limits?: Limits;
  /** The class of WebSockets, where the global one is not wanted or not there (node before 22). */
  WebSocket?: new (url: string, protocols: string[]) => any;
  /** Is told what a method of this side threw that was not a RemoteError; `console.error` if it is left out. */
  onFailure?: (error: unknown, what: string) => void;
}

/** `server_url` is ws://host:port/psyne, wss://…, in node also tcp://host:port and unix:/path. */
export type ServerConfig = ConnectionOptions & ({ server_url: string } | { serverUrl: string });

export interface CallOptions {
  /** Seconds; the call fails with DeadlineExceeded when they have passed. */
  timeout?: number | undefined;
  /** How often a call is repeated that was answered `unavailable` with a time to try again; of calls that stream nothing. */
  retries?: number | undefined;
  /** Cancels the calls; they fail with its reason. */
  signal?: AbortSignal | undefined;
}

/** The methods of a service of which no types are known. */
export interface Methods {
  [name: string]: any;
}

/** A service of another's: its methods, and `withOptions` unless it has a method of that name. */
export type Service<T extends object = Methods> = T & {
  withOptions(options: CallOptions): Service<T>;
  with_options(options: CallOptions): Service<T>;
};

/** The same service with other options for its calls. */
export function withOptions<T extends object>(service: Service<T>, options: CallOptions): Service<T>;

export interface ServiceOptions {
  /** The schema that the functions keep to; messages are records in its layout then. */
  schema?: string | Schema;
}

export interface BindingOptions {
  /** The caller's own schema, which the service's must follow. */
  schema?: string | Schema;
  /** Seconds for every call. */
  timeout?: number;
}

/** A connection to a node. */
export class Server {
  private constructor();
  /** What the node calls itself. */
  readonly name: string;
  getService<T extends object = Methods>(name: string, options?: BindingOptions): Promise<Service<T>>;
  /** Offers an object with an `id` and functions, or with methods; gives the full name by which others find it. */
  registerService<S extends { readonly id: string } | { readonly name: string }>(service: S, options?: ServiceOptions): Promise<string>;
  /** `name` is the id or the full name. */
  unregisterService(name: string): Promise<void>;
  listServices(): Promise<string[]>;
  /** Waits until the server is closed, or its connection is lost and not made again. */
  serve(): Promise<void>;
  /** Ends the connection and every call with it. */
  close(): Promise<void>;
  get_service: Server["getService"];
  register_service: Server["registerService"];
  unregister_service: Server["unregisterService"];
  list_services: Server["listServices"];
  disconnect: Server["close"];
}

/** ConnectionLost if there is no server, RemoteError if it refuses. */
export function connectToServer(config: ServerConfig): Promise<Server>;
export { connectToServer as connect_to_server };
