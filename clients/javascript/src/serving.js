// Runs the methods of this side. What a method throws is told to its caller, and to this side's `failed` where it was not meant for
// the caller.

import { BrokenMessageError, PsyneError, RemoteError } from './errors.js';
import { References } from './core.js';
import { CallItems, Items, isItems } from './items.js';

/** Answers a call with what its method gives. */
export function answer(core, call, provided, number, method, payload) {
  const what = `${provided.name}.${method.name}`;
  try {
    const items = method.hasInput || !call.inputEnded ? new Items(new CallItems(call, method.readInput)) : null;
    const refs = method.callsBack ? new References(core, provided.codecs, call) : undefined;
    const args = method.readArguments(payload, refs, items);
    give(core, call, method, what, provided.call(number, args));
  } catch (error) {
    failed(core, call, what, error);
  }
}

/** Answers the call of a function that this side has lent. */
export function answerCallback(core, call, given, method, payload) {
  try {
    give(core, call, method, 'a callback', given(method.readArgument(payload)));
  } catch (error) {
    failed(core, call, 'a callback', error);
  }
}

function give(core, call, method, what, result) {
  if (method.streamed || (method.streamed === undefined && isItems(result))) {
    send(core, call, method, what, result);
  } else if (typeof result?.then === 'function') {
    result.then(
      (value) => later(core, call, method, what, value),
      (error) => failed(core, call, what, error),
    );
  } else {
    call.end(method.writeResult(result));
  }
}

/** What a promise has become: a value, or the items of a method that nobody knew to stream. */
function later(core, call, method, what, value) {
  if (call.over) return;
  try {
    if (method.streamed === undefined && isItems(value)) send(core, call, method, what, value);
    else call.end(method.writeResult(value));
  } catch (error) {
    failed(core, call, what, error);
  }
}

async function send(core, call, method, what, results) {
  try {
    if (await call.sendEach(await results, method.writeItem)) call.end(null);
  } catch (error) {
    failed(core, call, what, error);
  }
}

function failed(core, call, what, error) {
  const over = call.over;
  if (error instanceof RemoteError) {
    call.fail(error.code, error.message, error.retryAfterMillis);
  } else if (error instanceof BrokenMessageError) {
    call.fail('invalid_argument', error.message);
  } else {
    call.fail('failed', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
  if (!over && !(error instanceof PsyneError)) core.events.failed(error, what);
}
