/**
 * The lab about third-party verification: this browser is the third party, which fetches public keys
 * and verifies tokens itself.
 */

import { ask } from './ask.js';
import { toBase64url } from './base64url.js';
import { decode } from './decode.js';
import { notice, scripts, value } from './lab.js';
import { reach } from './room.js';
import { needCrypto, noCrypto } from './secure.js';
import { fetchWithToken } from '../token-client.js';
import { keyOf, keysPath, signedBy } from './verify.js';

notice(noCrypto && `${noCrypto} Each task has its commands, below its buttons.`);

document.addEventListener('answered', (event) => {
	const { call, body, status } = /** @type {CustomEvent<import('./lab.js').Answered>} */ (event).detail;
	if (call.path.endsWith('/jwks.json') && status === 200) fetched(body.keys);
});

/** The token that the third party receives. */
function received() {
	const token = value('TOKEN');
	if (!decode(token)) throw new Error('There is no token in this browser. Log in at the token door first.');
	return token;
}

/**
 * Sends requests that have a line each.
 *
 * @param {import('./lab.js').Says} says
 * @returns {typeof reach}
 */
const shown = (says) => (path, init) => says.asked(reach(path, init));

/**
 * @param {import('./lab.js').Says} says
 * @returns {Promise<import('./verify.js').PublicKey[]>}
 */
async function fetchKeys(says) {
	const { keys } = await ask(keysPath, { cache: 'no-cache' }, shown(says));
	fetched(keys);
	return keys;
}

/** Finds the valid one among four tokens, with the public keys alone. */
scripts.verify = async (saying, says) => {
	needCrypto();
	const { tokens } = await ask('/api/labs/exchange/challenge', { method: 'POST', json: { token: received() } }, shown(says));
	const keys = await fetchKeys(says);
	const good = [];
	found();
	for (const [at, token] of tokens.entries()) {
		const key = keyOf(token, keys);
		const valid = Boolean(key) && await signedBy(token, key);
		if (valid) good.push(at);
		found(valid, valid ? 'valid' : 'invalid', `signature of token ${at + 1}`);
	}
	await ask('/api/labs/exchange/answer', { method: 'POST', json: { good } }, shown(says));
};

/** Signs the visitor's claims, with another role, using another key. */
scripts.sign = async (saying, says) => {
	needCrypto();
	const { header, payload } = decode(received());
	const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
	const text = `${encoded(header)}.${encoded({ ...payload, role: 'admin' })}`;
	const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, new TextEncoder().encode(text));
	const answer = await shown(says)('/api/token/me', { headers: { Authorization: `Bearer ${text}.${toBase64url(new Uint8Array(signature))}` } });
	found();
	found(answer.ok, String(answer.status), 'at the door, for the token that the third party signed');
};

/** Keeps the keys, has them rotated, and verifies the same token in three ways. */
scripts.rotate = async (saying, says) => {
	needCrypto();
	const token = received();
	const old = await fetchKeys(says);
	const key = keyOf(token, old);
	if (!key) throw new Error('None of the public keys signed your token. Make the site sign with ES256, log in again, and press this button again.');
	await ask('/api/keys/rotate', { method: 'POST', json: { retire: true } }, shown(says));
	const before = await signedBy(token, key);
	const door = await says.asked(fetchWithToken('/api/token/me'));
	const now = keyOf(token, await fetchKeys(says));
	found();
	found(before, before ? 'valid' : 'invalid', 'by the keys it had');
	found(door.ok, String(door.status), 'at the door');
	found(Boolean(now), now ? 'known' : 'unknown key', 'by the keys fetched again');
	return `To the third party the token was ${before ? 'still valid' : 'invalid'}, while the door answered ${door.status}.`;
};

/**
 * Shows the keys that the third party has.
 *
 * @param {import('./verify.js').PublicKey[]} keys
 */
function fetched(keys) {
	const lines = keys.map(({ kid, alg }) => `${alg}, kid ${kid}`);
	document.getElementById('third-keys').replaceChildren(...(lines.length ? lines : [`none: ${keysPath} is an empty set`]).map((text) => item(text)));
}

/**
 * Shows one thing that the third party found out. Without one it begins a new list.
 *
 * @param {boolean} [good]
 * @param {string} [verdict]
 * @param {string} [about]
 */
function found(good, verdict, about) {
	const list = document.getElementById('third-found');
	if (verdict === undefined) return list.replaceChildren();
	const line = item(` ${about}`);
	line.prepend(Object.assign(document.createElement('span'), { className: `badge badge-${good ? 'allowed' : 'denied'}`, textContent: verdict }));
	list.append(line);
}

/** @param {string} text */
const item = (text) => Object.assign(document.createElement('li'), { textContent: text });

/** @param {object} value */
function encoded(value) {
	return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}
