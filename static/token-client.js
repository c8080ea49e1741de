/**
 * How a browser keeps a token and shows it at each request.
 *
 * With a session the browser does this by itself: it keeps the cookie, sends it
 * along, and no script can read it (HttpOnly). With a token nobody does it for
 * us. Everything that the browser did for the cookie is in this file:
 *
 *   1. log in and take the token out of the answer   login
 *   2. keep it somewhere                             places, keep, kept, forget
 *   3. show it at each request                       fetchWithToken
 *   4. get the next one before it expires            refresh, refreshInTime
 *   5. throw it away                                 logout
 *
 * Read it from top to bottom. It needs nothing but a browser.
 */

/** The name under which a store keeps the token. */
const NAME = 'token';

/** The token, when it is kept in memory: gone as soon as the page is. */
let remembered = null;

/**
 * @typedef {object} Place somewhere to keep a token
 * @property {string} title what people call it
 * @property {string} exposed who can get at it there
 * @property {() => string|null} read
 * @property {(token: string) => void} write
 * @property {() => void} clear
 */

/**
 * Where a browser can keep a token. Whatever script runs on our pages, ours or
 * one that somebody smuggled in, can read the first two and take the token home
 * with it. Memory is harder to get at, but then the next page has no token.
 *
 * @type {Record<'localStorage'|'sessionStorage'|'memory', Place>}
 */
export const places = {
	// Every tab of this site sees it, and it is still there tomorrow.
	localStorage: {
		title: 'localStorage',
		exposed: 'Any script on this site can read it, in every tab, until it is thrown away.',
		read: () => localStorage.getItem(NAME),
		write: (token) => localStorage.setItem(NAME, token),
		clear: () => localStorage.removeItem(NAME),
	},
	// This tab alone sees it, and it ends with the tab.
	sessionStorage: {
		title: 'sessionStorage',
		exposed: 'Any script on this site can read it, in this tab.',
		read: () => sessionStorage.getItem(NAME),
		write: (token) => sessionStorage.setItem(NAME, token),
		clear: () => sessionStorage.removeItem(NAME),
	},
	// This page alone sees it, and it ends with a reload or a click on a link.
	memory: {
		title: 'memory',
		exposed: 'Only a script that runs in this very page could get at it.',
		read: () => remembered,
		write: (token) => { remembered = token; },
		clear: () => { remembered = null; },
	},
};

/**
 * Asks for a token with a name and a password. The server signs one, hands it
 * over, and does not keep it: this answer is the only time that it is sent.
 *
 * With it comes a refresh token, which lives longer and is worth more. No script
 * sees it: it is in a cookie (HttpOnly), which the browser sends to /api/token and
 * to no other address.
 *
 * @param {{username: string, password: string, deliver?: 'body'|'header'}} who
 * @returns {Promise<string>} the token
 */
export async function login({ username, password, deliver = 'body' }) {
	return taken(await fetch('/api/token/login', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ username, password, deliver }),
	}));
}

/** Takes the token out of an answer. */
async function taken(answer) {
	if (!answer.ok) throw await refusal(answer);
	const issued = await answer.json();
	canRefresh(issued.refresh_expires_in);
	// "Authorization: Bearer eyJ…": what we send later, sent to us first.
	return issued.access_token ?? answer.headers.get('Authorization').replace(/^Bearer /i, '');
}

/**
 * Keeps a token in one place, and in no other.
 *
 * @param {string} token
 * @param {keyof typeof places} place
 */
export function keep(token, place) {
	forget();
	places[place].write(token);
}

/**
 * Finds the token that is kept, if any, and where.
 *
 * @returns {{token: string, place: keyof typeof places}|null}
 */
export function kept() {
	for (const place of Object.keys(places)) {
		const token = places[place].read();
		if (token) return { token, place };
	}
	return null;
}

/** @returns {string|null} the token that is kept */
export function token() {
	return kept()?.token ?? null;
}

/** Throws the token away, wherever it is. A copy of it elsewhere may stay good. */
export function forget() {
	for (const place of Object.values(places)) place.clear();
}

/**
 * Does what fetch does, and shows the token. It goes into a header, never into
 * the address: addresses end up in histories, in logs and on other people's
 * screens. And it goes to our own site only.
 *
 * @param {string} path of this site, as '/api/token/me'
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export async function fetchWithToken(path, init = {}) {
	if (new URL(path, location.href).origin !== location.origin) {
		throw new Error('The token is for this site only.');
	}
	if (secondsLeft() <= 0 && refreshable()) await refresh().catch(() => {}); // the answer then says why
	const headers = new Headers(init.headers);
	const shown = token();
	if (shown) headers.set('Authorization', `Bearer ${shown}`);
	return fetch(path, { ...init, headers });
}

/** Until when there is a refresh token to use. It is no secret; the token is. */
const UNTIL = 'refresh-until';

function canRefresh(seconds) {
	if (seconds) localStorage.setItem(UNTIL, String(Date.now() + seconds * 1000));
	else localStorage.removeItem(UNTIL);
}

/** @returns {boolean} whether it is worth asking for the next token */
export function refreshable() {
	return Number(localStorage.getItem(UNTIL)) > Date.now();
}

/**
 * Gets the next access token for the refresh token in the cookie, which is spent
 * by this: the answer sets the next one. A refresh token that is used twice is
 * taken for stolen, so the tabs of this site take turns, and whoever comes second
 * finds that there is a new token already.
 *
 * @returns {Promise<void>}
 */
export function refresh() {
	const before = token();
	return inTurn(async () => {
		if (token() !== before) return; // another tab was quicker
		const place = kept()?.place ?? 'memory';
		try {
			keep(await taken(await fetch('/api/token/refresh', { method: 'POST' })), place);
		} catch (error) {
			if (error.status === 401) canRefresh(0); // it was refused, and will be again
			throw error;
		}
	});
}

/** Without locks two tabs may ask at once: the server gives both the same. */
function inTurn(what) {
	return navigator.locks ? navigator.locks.request('refresh', what) : what();
}

/** @returns {number} how long the token is still good, NaN without one */
export function secondsLeft() {
	return decode(token() ?? '')?.payload.exp - Date.now() / 1000;
}

/** @returns {number} how long before it expires a token is replaced, in seconds */
export function ahead() {
	const { iat, exp } = decode(token() ?? '')?.payload ?? {};
	return Math.min(30, (exp - iat) / 5);
}

/**
 * Refreshes by itself a little before the token expires, for as long as the page
 * is open. It looks every second instead of setting one timer: a laptop that was
 * asleep wakes up with timers that are late.
 *
 * @param {() => void} then called with a new token in its place
 */
export function refreshInTime(then) {
	let busy = false;
	setInterval(async () => {
		if (busy || !refreshable() || !(secondsLeft() < ahead())) return;
		busy = true;
		await refresh().then(then, () => {}); // no answer: it tries again in a second
		busy = false;
	}, 1000);
}

/**
 * Logs out: tells the server, which ends the refresh token and all that followed
 * from the same login, and notes the access token down if it keeps a list of
 * revoked ones. Then it throws the token away, whatever the server says.
 *
 * @returns {Promise<Response>} what the server said
 */
export async function logout() {
	try {
		const shown = token();
		const headers = shown ? { Authorization: `Bearer ${shown}` } : {};
		return await fetch('/api/token/logout', { method: 'POST', headers });
	} finally {
		forget();
		canRefresh(0);
	}
}

/**
 * Takes a token apart, to show what it says. Anybody can do this: a token is
 * not encrypted. And nobody may believe the result: that the signature is good
 * is for the server to find out, at every request.
 *
 * @param {string} text
 * @returns {{header: object, payload: object}|null} null when it is no JWT
 */
export function decode(text) {
	try {
		const [header, payload] = text.split('.').slice(0, 2).map(fromBase64url).map((json) => JSON.parse(json));
		return { header, payload };
	} catch {
		return null;
	}
}

/** base64url (RFC 4648 section 5) has - and _ where base64 has + and /. */
function fromBase64url(part) {
	const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
	return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

/** What a refusing answer says, in one sentence (RFC 9457). */
async function refusal(answer) {
	const problem = await answer.json().catch(() => ({}));
	const error = new Error(problem.detail ?? `The server answered ${answer.status}.`);
	return Object.assign(error, { status: answer.status, trace: answer.headers.get('Trace-Id') });
}
