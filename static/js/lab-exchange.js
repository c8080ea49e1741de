/**
 * The lab of exchange: this browser as a third party, which fetches public keys and
 * checks tokens by itself.
 */

import { ask } from './ask.js';
import { notice, scripts, value } from './lab.js';
import { reach } from './room.js';
import { needCrypto, noCrypto } from './secure.js';
import { decode, fetchWithToken } from '../token-client.js';
import { keyOf, publicKeys, signedBy } from './verify.js';

notice(noCrypto && `${noCrypto} Each task has its commands, below its buttons.`);

/** The token that the third party is shown. */
function shown() {
	const token = value('TOKEN');
	if (!decode(token)) throw new Error('There is no token in this browser. Log in at the token door first.');
	return token;
}

/** Tells which of four tokens is good, by the public keys alone. */
scripts.verify = async (saying) => {
	needCrypto();
	const { tokens } = await ask('/api/labs/exchange/challenge', { method: 'POST', json: { token: shown() } });
	const keys = await publicKeys();
	saying(`fetched ${keys.length} public keys`);
	const good = [];
	for (const [at, token] of tokens.entries()) {
		const key = keyOf(token, keys);
		if (key && await signedBy(token, key)) good.push(at);
	}
	const { right } = await ask('/api/labs/exchange/answer', { method: 'POST', json: { good } });
	return `Of ${tokens.length} tokens number ${good.map((at) => at + 1).join(', ')} is good: ${right ? 'right' : 'wrong'}.`;
};

/** Signs the visitor's claims, with another role, by a key of its own. */
scripts.sign = async () => {
	needCrypto();
	const { header, payload } = decode(shown());
	const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
	const text = `${encoded(header)}.${encoded({ ...payload, role: 'admin' })}`;
	const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, new TextEncoder().encode(text));
	const answer = await reach('/api/token/me', { headers: { Authorization: `Bearer ${text}.${base64url(new Uint8Array(signature))}` } });
	return `${answer.status} ${(await answer.json().catch(() => ({}))).detail ?? ''}`;
};

/** Keeps the keys, has them changed, and asks everybody about the same token. */
scripts.rotate = async (saying) => {
	needCrypto();
	const token = shown();
	const old = await publicKeys();
	const key = keyOf(token, old);
	if (!key) throw new Error('None of the public keys has signed your token. Have the site sign with ES256, log in again, then press this.');
	await ask('/api/keys/rotate', { method: 'POST', json: { retire: true } });
	const before = await signedBy(token, key);
	saying(`by the keys from before the signature is ${before ? 'good' : 'wrong'}`);
	const door = await fetchWithToken('/api/token/me');
	const now = keyOf(token, await publicKeys());
	return `By the keys from before it is ${before ? 'good' : 'wrong'}; the door answers ${door.status}; the keys of now ${now ? 'know it' : 'do not have its key any more'}.`;
};

/** @param {object} value */
function encoded(value) {
	return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
	return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
