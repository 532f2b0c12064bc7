// The node's token: taken from the page's address once, kept for this tab, and added to what the page asks the node for.

const KEY = 'psyne.token';

/** Null or empty where there is none. */
export const token = takeToken();

function takeToken() {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(KEY);
  sessionStorage.setItem(KEY, given);
  address.searchParams.delete('token');
  history.replaceState(history.state, '', address);
  return given;
}

/** Fetches a path of this node; an answer that is not a success is an error that carries its `status`. */
export async function fetchFromNode(path) {
  const response = await fetch(path, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (response.ok) return response;
  throw Object.assign(new Error(`${path} answered ${response.status}`), { status: response.status });
}

/** The address of the node's WebSocket. A browser sends no header with it, so here the token is in the address. */
export function socketAddress(path) {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token) address.searchParams.set('token', token);
  return address;
}
