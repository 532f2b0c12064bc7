// A page of figures that the node streams: connects, says how the connection is, and begins again whenever it is open.

import { fetchFromNode, socketAddress } from './access.js';
import { Connection, SUBPROTOCOL } from './connection.js';
import { atNextFrame } from './frame.js';

const CREDIT_ITEMS = 2;
const STATES = { connecting: 'Connecting', open: 'Connected', lost: 'Reconnecting', gone: 'Not connected' };
const NEEDS_TOKEN = 'This node asks for its token: open this page with ?token=… at the end of the address.';
const GONE = 'The node cannot be reached. Is it still running? Reload the page to try again.';

const find = id => document.getElementById(id);

/** Says what is wrong, in the element `problem`; nothing is where the sentence is empty. */
export function tell(sentence) {
  if (find('problem').textContent !== sentence) find('problem').textContent = sentence;
}

/**
 * Calls `method` of the node for as long as the page is open. `begin()` is called before the first item of each connection,
 * `show(item)` for each at a painted frame, `failed(problem)` when the node ends the call with an error.
 */
export function follow(method, args, { begin, show, failed = () => {} }) {
  const connection = new Connection(() => new WebSocket(socketAddress('/psyne'), SUBPROTOCOL));
  connection.addEventListener('state', () => {
    showConnection(connection.state);
    if (connection.state === 'open') watch();
  });

  async function watch() {
    begin();
    const call = connection.call(method, args, {
      credit: CREDIT_ITEMS,
      onItem: item => atNextFrame(() => {
        show(item);
        call.grant(1);
      }),
    });
    // Of a stream that is lost the connection tells; only the node's own word is passed on.
    await call.result.catch(problem => connection.state === 'open' && failed(problem));
  }

  // A node that asks for a token refuses the WebSocket without saying why, so a plain request goes first.
  fetchFromNode('/v1/models').then(() => connection.open(), problem => {
    if (problem.status === 401) {
      showConnection('gone');
      tell(NEEDS_TOKEN);
    } else {
      connection.open();
    }
  });
}

function showConnection(state) {
  find('connection').dataset.state = state;
  find('connection').textContent = STATES[state];
  if (state !== 'lost') tell(state === 'gone' ? GONE : '');
}
