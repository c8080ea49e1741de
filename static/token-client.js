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
 *   4. throw it away                                 logout
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
		read: () => localStorage.getItem(NAME),
		write: (token) => localStorage.setItem(NAME, token),
		clear: () => localStorage.removeItem(NAME),
	},
	// This tab alone sees it, and it ends with the tab.
	sessionStorage: {
		title: 'sessionStorage',
		read: () => sessionStorage.getItem(NAME),
		write: (token) => sessionStorage.setItem(NAME, token),
		clear: () => sessionStorage.removeItem(NAME),
	},
	// This page alone sees it, and it ends with a reload or a click on a link.
	memory: {
		title: 'memory',
		read: () => remembered,
		write: (token) => { remembered = token; },
		clear: () => { remembered = null; },
	},
};

/**
 * Asks for a token with a name and a password. The server signs one, hands it
 * over, and does not keep it: this answer is the only time that it is sent.
 *
 * @param {{username: string, password: string, deliver?: 'body'|'header'}} who
 * @returns {Promise<string>} the token
 */
export async function login({ username, password, deliver = 'body' }) {
	const answer = await fetch('/api/token/login', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ username, password, deliver }),
	});
	if (!answer.ok) throw await refusal(answer);
	if (deliver === 'header') {
		// "Authorization: Bearer eyJ…": what we send later, sent to us first.
		return answer.headers.get('Authorization').replace(/^Bearer /i, '');
	}
	return (await answer.json()).access_token;
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

/** Throws the token away, wherever it is. A copy of it elsewhere stays good. */
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
export function fetchWithToken(path, init = {}) {
	if (new URL(path, location.href).origin !== location.origin) {
		throw new Error('The token is for this site only.');
	}
	const headers = new Headers(init.headers);
	const shown = token();
	if (shown) headers.set('Authorization', `Bearer ${shown}`);
	return fetch(path, { ...init, headers });
}

/**
 * Logs out: tells the server, which can note it down if it keeps a list of
 * revoked tokens, and throws the token away, whatever the server says.
 *
 * @returns {Promise<Response>} what the server said
 */
export async function logout() {
	try {
		return await fetchWithToken('/api/token/logout', { method: 'POST' });
	} finally {
		forget();
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
