// What can go wrong. Mistakes of the caller are TypeError and RangeError, as everywhere in JavaScript.

/** Every error that is this package's own. */
export class PsyneError extends Error {}

/** A text that is no schema. `line` and `column` count from 1, and are 0 where no text is at fault. */
export class SchemaError extends PsyneError {
  constructor(message, line = 0, column = 0) {
    super(line ? `${line}:${column}: ${message}` : message);
    this.line = line;
    this.column = column;
  }
}

/** A message that its schema does not allow. `where` is the record, or record and field. */
export class BrokenMessageError extends PsyneError {
  constructor(where, what) {
    super(`${where}: ${what}`);
    this.where = where;
  }
}

/** The peer broke the rules of the wire; the connection is closed. */
export class ProtocolError extends PsyneError {}

/** The connection ended, or could not be made. Whether a call under way was carried out is unknown. */
export class ConnectionLost extends PsyneError {}

/** A call failed on the other side. The codes are those of docs/protocol-v2.md, and a method's own. */
export class RemoteError extends PsyneError {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} [retryAfterMillis] when to try again; only of `unavailable`
   */
  constructor(code, message, retryAfterMillis) {
    super(message);
    this.code = code;
    this.retryAfterMillis = retryAfterMillis;
  }

  toString() {
    return `${this.name}: ${this.code}: ${this.message}`;
  }
}

/** The time that a call was given has passed, here or on the other side. */
export class DeadlineExceeded extends RemoteError {
  constructor(message, retryAfterMillis) {
    super('deadline_exceeded', message, retryAfterMillis);
  }
}

// Said here, for a packer may give the classes other names.
const names = { PsyneError, SchemaError, BrokenMessageError, ProtocolError, ConnectionLost, RemoteError, DeadlineExceeded };
for (const [name, type] of Object.entries(names)) Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });

/** The error of a `Failure` record. */
export function remoteError({ code, message, retryAfterMillis }) {
  return code === 'deadline_exceeded' ? new DeadlineExceeded(message, retryAfterMillis) : new RemoteError(code, message, retryAfterMillis);
}
