/**
 * How a browser keeps a token and sends it on every request.
 *
 * With a session the browser does this by itself: it keeps the cookie, sends it,
 * and no script can read it (HttpOnly). With a token nobody does it for us.
 * Everything that the browser did for the cookie is in this file:
 *
 *   1. log in and take the token out of the answer   login
 *   2. keep it somewhere                             places, keep, kept, forget
 *   3. send it on every request                      fetchWithToken
 *   4. refresh it before it expires                  refresh, keepFresh
 *   5. delete it, in all tabs                        logout
 *
 * Read it from top to bottom. It needs a browser, fetch as our pages use it (room.js), answers read with
 * their errors (ask.js), the claims of a token (decode.js), and its lifetime (token-lifetime.js).
 */

import { read } from './js/ask.js';
import { decode } from './js/decode.js';
import { pause } from './js/pause.js';
import { inRoom, reach, room } from './js/room.js';
import { ahead, canRefreshFor, refreshable, secondsLeft, setClock } from './js/token-lifetime.js';

export { refreshable };

/** @typedef {import('./js/room.js').Asking} Asking */

/** The name under which a store keeps the token. */
const NAME = 'token';

/** @type {string|null} the token, when it is kept in memory: gone as soon as the page is */
let remembered = null;

/**
 * @typedef {object} Place somewhere to keep a token
 * @property {string} title what people call it
 * @property {string} exposed who can get at it there
 * @property {() => string|null} read
 * @property {(token: string) => void} write
 * @property {() => void} clear
 *
 * @typedef {'localStorage'|'sessionStorage'|'memory'} PlaceName
 */

/**
 * Where a browser can keep a token. Any script on our pages, ours or an injected
 * one, can read the first two and send the token elsewhere. Memory is harder to
 * reach, but then the next page has to get a new token.
 *
 * @type {Record<PlaceName, Place>}
 */
export const places = {
	// Every tab of this site has it, and it is still there tomorrow.
	localStorage: {
		title: 'localStorage',
		exposed: 'Any script on this site can read it, in every tab, until you log out.',
		read: () => localStorage.getItem(inRoom(NAME)),
		write: (token) => localStorage.setItem(inRoom(NAME), token),
		clear: () => localStorage.removeItem(inRoom(NAME)),
	},
	// Only this tab has it, until it is closed.
	sessionStorage: {
		title: 'sessionStorage',
		exposed: 'Any script on this site can read it while this tab is open.',
		read: () => sessionStorage.getItem(inRoom(NAME)),
		write: (token) => sessionStorage.setItem(inRoom(NAME), token),
		clear: () => sessionStorage.removeItem(inRoom(NAME)),
	},
	// Only this page has it, until a reload or a click on a link.
	memory: {
		title: 'memory',
		exposed: 'Only a script on this page could reach it, and it is gone when you leave the page.',
		read: () => remembered,
		write: (token) => { remembered = token; },
		clear: () => { remembered = null; },
	},
};

/**
 * Asks for a token with a username and a password. The server signs one and does
 * not keep it: this response is the only time that it sends it.
 *
 * With it comes a refresh token, which lives longer and is worth more. No script
 * sees it: it is in a cookie (HttpOnly), which the browser sends only to /api/token.
 *
 * @param {{username: string, password: string, deliver?: 'body'|'header'}} who
 * @returns {Promise<string>} the token
 */
export async function login({ username, password, deliver = 'body' }) {
	const answer = await reach('/api/token/login', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ username, password, deliver }),
	});
	return taken(answer);
}

/**
 * Takes the token out of an answer, and notes what else it says.
 *
 * @param {Response} answer
 * @returns {Promise<string>}
 */
async function taken(answer) {
	const issued = await read(answer);
	// "Authorization: Bearer eyJ…": what we send later, sent to us first.
	const token = issued.access_token ?? answer.headers.get('Authorization').replace(/^Bearer /i, '');
	canRefreshFor(issued.refresh_expires_in ?? 0);
	setClock(decode(token).payload.iat);
	return token;
}

/**
 * Keeps a token in one place, and in no other.
 *
 * @param {string} token
 * @param {PlaceName} place
 */
export function keep(token, place) {
	for (const [name, one] of Object.entries(places)) {
		if (name === place) one.write(token);
		else one.clear();
	}
}

/**
 * Finds the token that is kept, if any, and where.
 *
 * @returns {{token: string, place: PlaceName}|null}
 */
export function kept() {
	for (const place of /** @type {PlaceName[]} */ (Object.keys(places))) {
		const token = places[place].read();
		if (token) return { token, place };
	}
	return null;
}

/** @returns {string|null} the token that is kept */
export function token() {
	return kept()?.token ?? null;
}

/** Deletes the token, wherever it is. A copy of it elsewhere may still be valid. */
export function forget() {
	for (const place of Object.values(places)) place.clear();
}

/**
 * Does what fetch does, and sends the token. When the token has expired on the
 * way, it refreshes it and asks once more.
 *
 * @param {string} path of this site, as '/api/token/me'
 * @param {Asking} [init]
 * @returns {Promise<Response>}
 */
export async function fetchWithToken(path, init = {}) {
	const answer = await send(path, init);
	const expired = answer.status === 401 && /expired/.test(answer.headers.get('WWW-Authenticate'));
	return expired && await refresh(init) ? send(path, init) : answer;
}

/**
 * The token goes into a header, never into the address: addresses end up in
 * histories, in logs and on other people's screens. And it goes to our own site
 * only.
 *
 * @param {string} path
 * @param {Asking} init
 */
async function send(path, init) {
	if (new URL(path, location.href).origin !== location.origin) {
		throw new Error('The token is for this site only.');
	}
	const headers = new Headers(init.headers);
	const shown = token();
	if (shown) headers.set('Authorization', `Bearer ${shown}`);
	return reach(path, { ...init, headers });
}

/**
 * Gets a new access token for the refresh token in the cookie, which works once:
 * the response sets the next one. A refresh token that is used twice looks stolen,
 * so the tabs of this site take turns, and the second finds a new token already.
 *
 * The response may get lost. The server then sends the same one again for ten
 * seconds, so after four it is time to ask once more.
 *
 * @param {Asking} [asking]
 * @returns {Promise<boolean>} whether there is a new token
 */
export function refresh({ byTimer } = {}) {
	const before = token();
	return oneTabAtATime(async () => {
		if (!refreshable()) return false;
		if (token() !== before) return true; // another tab was quicker
		const answer = await reach('/api/token/refresh', { method: 'POST', signal: AbortSignal.timeout(4000), byTimer })
			.catch(() => /** @type {Response} */ (null));
		if (answer?.status === 401) canRefreshFor(0); // refused for good: log in again
		if (answer?.status === 409) elsewhere = true;
		if (!answer?.ok || !refreshable()) return false; // or logged out meanwhile
		keep(await taken(answer), kept()?.place ?? 'memory');
		return true;
	});
}

/** Whether the visitor has gone to another room, where nothing is done for this page any more. */
let elsewhere = false;

/**
 * Refreshes the token before it expires, as long as the page is open, and says
 * when the token has changed: here, or in another tab. It looks every second,
 * because a timer for later is late when the laptop slept.
 *
 * @param {() => void} changed
 * @param {AbortSignal} [until] when it is to end before the page does
 */
export async function keepFresh(changed, until) {
	for (let last = token(); !until?.aborted && !elsewhere; await pause(1000)) {
		if (refreshable() && !(secondsLeft(claims()) > ahead(claims()))) await refresh({ byTimer: true });
		if (token() === last) continue;
		last = token();
		changed();
	}
}

/** @returns {import('./js/decode.js').Claims|undefined} what the token that is kept says, if it can be read */
export function claims() {
	return decode(token() ?? '')?.payload;
}

/**
 * Does something while no other tab does anything of this kind. Browsers have locks on HTTPS and on
 * localhost only.
 *
 * @template T
 * @param {() => Promise<T>} what
 * @returns {Promise<T>}
 */
function oneTabAtATime(what) {
	return navigator.locks ? navigator.locks.request(inRoom(NAME), what) : what();
}

/**
 * Logs out in this tab, and has the others do the same. One at a time, as a refresh that
 * comes back late would bring a new token.
 */
export function logout() {
	return oneTabAtATime(() => end().finally(() => tabs.postMessage(room())));
}

/**
 * Tells the server, which ends the refresh token and every token that followed from
 * the same login, and adds the access token to the revocation list if it keeps one.
 * Then the token is deleted, whatever the server says.
 *
 * @param {Asking} [asking]
 */
async function end(asking) {
	try {
		const answer = await send('/api/token/logout', { method: 'POST', ...asking });
		if (answer.status !== 401) await read(answer);
	} finally {
		forget();
		canRefreshFor(0);
	}
}

/**
 * A cookie is gone from all tabs at once. A token in sessionStorage or in memory is
 * out of reach for every other tab, so each has to be told, and ends its own.
 */
const tabs = new BroadcastChannel(NAME);

tabs.addEventListener('message', ({ data }) => {
	if (data !== room() || !token()) return;
	oneTabAtATime(async () => { if (token()) await end({ byTab: true }); }).catch(() => {}); // it is deleted all the same
});
