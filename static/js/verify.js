/**
 * Checks a token as anybody can who has the public keys: in this browser, by Web
 * Crypto. The token is sent to nobody.
 */

import { ask } from './ask.js';
import { fromBase64url } from './base64url.js';
import { decode } from './decode.js';
import { room } from './room.js';
import { needCrypto } from './secure.js';

/** How each algorithm is called in Web Crypto (RFC 7518 section 3.1, RFC 8037). */
const algorithms = {
	RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
	ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
	EdDSA: { name: 'Ed25519' },
};

/** @typedef {JsonWebKey & {kid: string}} PublicKey one of a set, which names it by its kid (RFC 7517) */

/** Where the public keys are: each room has keys that verify nothing in another one. */
export const keysPath = `${room() ? `/r/${room()}` : ''}/.well-known/jwks.json`;

/** @returns {Promise<PublicKey[]>} the public keys that Two Doors publishes */
export async function publicKeys() {
	return (await ask(keysPath, { cache: 'no-cache' })).keys;
}

/**
 * @param {string} text a JWS in compact serialization (RFC 7515 section 7.1)
 * @param {PublicKey} jwk the key that is to have signed it; it decides how it is used, not the token
 * @returns {Promise<boolean>} whether it has
 */
export async function signedBy(text, jwk) {
	needCrypto();
	const how = algorithms[/** @type {keyof typeof algorithms} */ (jwk.alg)];
	// The numbers alone: engines differ in what they take for use, key_ops and alg of an Ed25519 key.
	const { kty, crv, x, y, n, e } = jwk;
	const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y, n, e }, how, false, ['verify']);
	const end = text.lastIndexOf('.');
	return crypto.subtle.verify(how, key, fromBase64url(text.slice(end + 1)), new TextEncoder().encode(text.slice(0, end)));
}

/**
 * @param {string} text
 * @param {PublicKey[]} keys
 * @returns {PublicKey|undefined} the key that the token names, for the algorithm that it names
 */
export function keyOf(text, keys) {
	const named = decode(text)?.header;
	return keys.find((key) => key.kid === named?.kid && key.alg === named?.alg);
}
